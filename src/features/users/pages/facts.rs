//! Who a user is: the head of their page, their profile, and what can be done with them.
use crate::features::users::model::{Status, User};
use crate::features::users::store::doings::Tally;
use crate::kernel::{Audited, Permission};
use crate::web::Admin;
use crate::web::parts::{Badge, MenuAction, Stat};
use crate::web::show::{self, Moment, number};
use uuid::Uuid;

/// The head of the page.
pub struct Head {
    pub id: Uuid,
    pub title: String,
    pub email: String,
    pub initials: String,
    pub hue: u8,
    pub badges: Vec<Badge>,
    pub created: Moment,
    pub active: Moment,
}

/// A row of the profile; an address makes its value a filter of the list.
pub struct Fact {
    pub label: &'static str,
    pub value: String,
    pub href: String,
}

impl Head {
    pub fn of(admin: &Admin, user: &User) -> Self {
        Self {
            id: user.id,
            title: user.label(),
            email: user.email.clone(),
            initials: show::initials(&user.name),
            hue: show::hue(user.id),
            badges: user.badges(),
            created: admin.time(user.profile.created_at),
            active: admin.time(user.profile.last_active_at),
        }
    }
}

/// The profile.
pub fn profile(user: &User) -> Vec<Fact> {
    let by = |filter: &str, value: &str| format!("/admin/users?{filter}={value}");
    let yes_no = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    vec![
        Fact { label: "Name", value: user.name.clone(), href: String::new() },
        Fact { label: "E-mail", value: user.email.clone(), href: String::new() },
        Fact { label: "Role", value: user.role.label().into(), href: by("role", user.role.code()) },
        Fact { label: "Tier", value: user.tier.label().into(), href: by("tier", user.tier.code()) },
        Fact { label: "Country", value: user.profile.country.clone().unwrap_or_default(), href: String::new() },
        Fact { label: "Language", value: user.profile.locale.clone(), href: String::new() },
        Fact { label: "Time zone", value: user.profile.time_zone.clone(), href: String::new() },
        Fact { label: "Promotional mail", value: yes_no(user.profile.marketing_consent), href: String::new() },
    ]
}

/// The figures under the head.
pub fn stats(user: &User, tally: &Tally) -> Vec<Stat> {
    let stat = |label: &str, value: i64, note: &str, href: &str, tone: &'static str| Stat {
        label: label.into(),
        value: if value >= 1_000 { "1,000+".into() } else { number(value) },
        note: note.into(),
        tone,
        href: href.into(),
    };
    let failed_tone = if tally.failed_jobs > 0 { "bad" } else { "" };
    vec![
        stat("Projects", tally.projects, "", "#projects", ""),
        stat("LoRA models", tally.models, if user.profile.training_failing { "newest failed" } else { "" }, "#models", "bad"),
        stat("Failed jobs", tally.failed_jobs, "in 7 days", "#jobs", failed_tone),
        stat("Open sessions", tally.open_sessions, "", "", ""),
    ]
}

/// What can be done, in groups; what is not open stays and says why.
pub fn actions(admin: &Admin, user: &User) -> Vec<Vec<MenuAction>> {
    let entry = |label: &str, icon, path: &str, permission, danger, not_now: Option<&str>| MenuAction {
        label: label.into(),
        icon,
        href: format!("/admin/users/{}/{path}", user.id),
        danger,
        disabled: admin.lacks(permission).or_else(|| not_now.map(str::to_owned)),
    };
    let gone = (user.status == Status::Deleted).then_some("They are deleted.");
    let status = match user.status {
        Status::Suspended => entry("Restore", "user-check", "restore", Permission::UsersStatus, false, None),
        _ => entry("Suspend", "user-off", "suspend", Permission::UsersStatus, true, gone),
    };
    let refused = user.profile.view_as_refused.then_some("They do not allow the staff to view the platform as them.");
    vec![
        vec![
            entry("View as user", "eye", "impersonate", Permission::UsersView, false, gone.or(refused)),
            entry("Billing", "credit-card", "billing", Permission::BillingRead, false, None),
        ],
        vec![
            entry("Change tier", "arrows-sort", "tier", Permission::UsersTier, false, gone),
            entry("Change role", "user-cog", "role", Permission::UsersRole, false, gone),
        ],
        vec![MenuAction {
            label: "Export their data".into(),
            icon: "download",
            href: format!("/admin/exports/new?dataset=user_data&user={}", user.id),
            danger: false,
            disabled: admin.lacks(Permission::ExportsAll),
        }],
        vec![status],
    ]
}
