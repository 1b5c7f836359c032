//! Whether anything is wrong, since when, and whom it hurts.
use crate::features::health::store;
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number};
use sqlx::PgConnection;
use std::collections::HashMap;

/// The line above everything, and what it stands on.
pub struct Verdict {
    /// `ok`, `warn` or `bad`.
    pub tone: &'static str,
    pub icon: &'static str,
    pub headline: String,
    pub since: Option<Moment>,
    pub hurts: String,
    pub wrong: Vec<Wrong>,
    /// Nothing is measured: then nothing can be said either.
    pub blind: bool,
}

/// One thing that is wrong.
pub struct Wrong {
    pub href: String,
    pub summary: String,
    pub severity: Badge,
    pub people: String,
    pub since: Moment,
    pub acknowledged: bool,
}

/// The verdict now.
pub async fn of(admin: &Admin, db: &mut PgConnection, latest: &HashMap<String, f64>) -> Result<Verdict> {
    let found = store::verdict::wrong(db).await?;
    let blind = !latest.contains_key("sampled");
    let people: i64 = found.iter().map(|wrong| i64::from(wrong.people)).max().unwrap_or_default();
    let critical = found.iter().any(|wrong| wrong.severity == "critical");
    let since = found.iter().map(|wrong| wrong.fired_at).min();
    let (tone, icon) = match (found.is_empty(), critical) {
        (true, _) if blind => ("warn", "eye-off"),
        (true, _) => ("ok", "circle-check"),
        (false, true) => ("bad", "alert-circle"),
        (false, false) => ("warn", "alert-triangle"),
    };
    let headline = match found.len() {
        0 if blind => "Nobody knows: nothing has been measured for five minutes.".to_owned(),
        0 => "All is well.".to_owned(),
        1 => "One thing is wrong.".to_owned(),
        many => format!("{many} things are wrong."),
    };
    let hurts = match people {
        0 if found.is_empty() => String::new(),
        0 => "No user is known to be hurt.".to_owned(),
        1 => "It hurts one user.".to_owned(),
        many => format!("It hurts {} users or more.", number(many)),
    };
    Ok(Verdict {
        tone,
        icon,
        headline,
        since: admin.time_if(since),
        hurts,
        wrong: found.iter().map(|one| wrong(admin, one)).collect(),
        blind,
    })
}

fn wrong(admin: &Admin, found: &store::verdict::Wrong) -> Wrong {
    let severity = if found.severity == "critical" { Badge::new("bad", "Critical") } else { Badge::new("warn", "Warning") };
    Wrong {
        href: format!("/admin/alerts/{}", found.id),
        summary: found.summary.clone(),
        severity,
        people: match found.people {
            0 => String::new(),
            1 => "1 user".to_owned(),
            many => format!("{} users", number(i64::from(many))),
        },
        since: admin.time(found.fired_at),
        acknowledged: found.acknowledged,
    }
}
