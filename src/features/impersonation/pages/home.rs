//! The user's home in the studio, and the features that they have.
use super::work::{self, MadeRow};
use super::{Frame, made, state};
use crate::features::impersonation::store::{account, studio};
use crate::kernel::{Result, Tier};
use crate::live::Subject;
use crate::web::parts::{Badge, Stat};
use crate::web::show::number;
use crate::web::{Admin, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "impersonation/home.html")]
struct Home {
    frame: Frame,
    greeting: String,
    state: Badge,
    facts: Vec<(&'static str, String)>,
    stats: Vec<Stat>,
    projects: Vec<made::ProjectRow>,
    recent: Vec<MadeRow>,
    messages: Vec<work::MessageRow>,
}

/// What they see first.
pub async fn home(admin: Admin) -> Result<Response> {
    let mut look = admin.look().await?;
    let user = account::account(&mut look).await?;
    let projects = studio::projects(&mut look, 5).await?;
    let recent = studio::generations(&mut look, 8).await?;
    let messages = account::messages(&mut look, 4).await?;
    let stat = |label: &str, value: i64, href: &str| Stat {
        label: label.into(),
        value: number(value),
        note: String::new(),
        tone: "",
        href: href.into(),
    };
    html(&Home {
        greeting: if user.name.trim().is_empty() { user.email.clone() } else { user.name.clone() },
        state: state(&user.status),
        facts: vec![
            ("E-mail", user.email.clone()),
            ("Plan", tier(&user.tier)),
            ("Member since", admin.time(user.created_at).local),
            ("Country", user.country.clone().unwrap_or_else(|| "not given".into())),
            ("Language", user.locale.clone()),
            ("Time zone", user.time_zone.clone()),
        ],
        stats: vec![stat("Credits", user.balance, "/as/credits"), stat("Unread messages", user.unread, "/as/notifications")],
        projects: projects.into_iter().map(|row| made::project_row(&admin, row)).collect(),
        recent: recent.into_iter().map(|row| work::made_row(&admin, row)).collect(),
        messages: messages.into_iter().map(|row| work::message_row(&admin, row)).collect(),
        frame: Frame::of(admin, "/as")?,
    })
}

/// The tier in words; one that Backlot does not know, as it is.
pub fn tier(code: &str) -> String {
    Tier::try_from(code.to_owned()).map_or_else(|_| code.to_owned(), |tier| tier.label().to_owned())
}

#[derive(Template)]
#[template(path = "impersonation/features.html")]
struct Features {
    frame: Frame,
    features: Vec<(String, Badge)>,
}

/// Which flags are on for them, at this moment.
pub async fn features(admin: Admin) -> Result<Response> {
    let mut look = admin.look().await?;
    let user = account::account(&mut look).await?;
    let live = admin.site().live.now();
    let now = admin.site().clock.now();
    let subject = Subject::new(Some(&user.id.to_string()), Tier::try_from(user.tier).ok());
    let decided = live.flags.iter().filter_map(|(name, flag)| Some((name.clone(), flag.rule.decide(&subject, now).ok()?)));
    let badge = |on: bool| if on { Badge::new("ok", "On") } else { Badge::new("", "Off") };
    html(&Features {
        features: decided.map(|(name, verdict)| (name, badge(verdict.value))).collect(),
        frame: Frame::of(admin, "/as/features")?,
    })
}
