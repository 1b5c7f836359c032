//! Which feature flags a user has, and why; set for them or left to the rule.
use crate::features::users::model::{Status, User};
use crate::kernel::Permission;
use crate::live::{Decided, Flag, Subject, Verdict};
use crate::web::Admin;
use crate::web::link::escape;
use crate::web::parts::Badge;

/// A flag, as it is for this user.
pub struct FlagRow {
    pub name: String,
    pub href: String,
    pub value: Badge,
    pub why: String,
    /// Where it is set for them, if this admin may.
    pub set: Option<String>,
    /// Where what is set for them is removed.
    pub remove: Option<String>,
}

/// All flags, by name, as this server knows them.
pub fn flags(admin: &Admin, user: &User) -> Vec<FlagRow> {
    let subject = Subject::user(user.id, user.tier);
    let now = admin.site().clock.now();
    let may = admin.may(Permission::FlagsOverride) && user.status != Status::Deleted;
    let row = |(name, flag): (&String, &Flag)| {
        let verdict = flag.rule.decide(&subject, now).ok()?;
        let href = format!("/admin/features/{name}");
        let is_set = flag.rule.overrides.contains_key(&user.id);
        Some(FlagRow {
            value: if verdict.value { Badge::new("ok", "On") } else { Badge::new("", "Off") },
            why: why(flag, &verdict),
            set: may.then(|| format!("{href}/overrides?user={}", escape(&user.id.to_string()))),
            remove: (may && is_set).then(|| format!("{href}/overrides/{}/remove", user.id)),
            name: name.clone(),
            href: format!("{href}?user={}#explain", user.id),
        })
    };
    admin.site().live.now().flags.iter().filter_map(row).collect()
}

fn why(flag: &Flag, verdict: &Verdict) -> String {
    match (verdict.by, verdict.bucket) {
        (Decided::Bucket, Some(bucket)) => format!("drawn at {}.{:03} % of {} %", bucket / 1_000, bucket % 1_000, flag.rule.percentage),
        (by, _) => by.label().to_lowercase(),
    }
}
