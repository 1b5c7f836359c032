//! How far a notification is: the part of its page that refreshes itself while it is being sent.
use super::home;
use crate::features::notifications::model::{Channel, Notification, Progress, State};
use crate::features::notifications::store;
use crate::features::notifications::store::progress::{self, Stall};
use crate::kernel::Result;
use crate::web::parts::Stat;
use crate::web::show::{Moment, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

/// How far it is.
#[derive(Template)]
#[template(path = "notifications/progress.html")]
pub struct Far {
    pub home: String,
    pub is_moving: bool,
    pub percent: Option<u8>,
    pub words: String,
    pub stats: Vec<Stat>,
    pub left_out: Vec<(String, &'static str)>,
    pub still: Option<Still>,
}

/// Nothing has moved for a while.
pub struct Still {
    pub since: Moment,
    /// When a letter is tried again, and why it was not sent.
    pub next: Option<(Moment, String)>,
}

/// The part, as it is now. Asking for it does not keep a session alive.
pub async fn progress(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    let far = progress::of(&mut db, id).await?;
    let stall = progress::stall(&mut db, id).await?;
    db.keep();
    html(&Far::of(&admin, &found, &far, stall))
}

impl Far {
    /// In words and numbers.
    pub fn of(admin: &Admin, found: &Notification, far: &Progress, stall: Option<Stall>) -> Self {
        let words = match (far.frozen_at, found.state) {
            (None, State::Sending | State::Paused) => format!("Writing down whom it is for: {} so far.", number(far.people)),
            (None, _) => String::new(),
            (Some(_), _) => format!("{} of {} delivered to {} people.", number(far.done()), number(far.planned()), number(far.people)),
        };
        Self {
            home: home(found.id),
            is_moving: found.state == State::Sending,
            percent: far.percent(),
            words,
            stats: stats(found, far),
            left_out: far.left_out.words(&found.content.channels),
            still: stall.map(|stall| Still {
                since: admin.time(stall.since),
                next: stall.next_at.map(|at| (admin.time(at), stall.why.unwrap_or_default())),
            }),
        }
    }
}

fn stats(found: &Notification, far: &Progress) -> Vec<Stat> {
    let by = |channel| found.content.channels.contains(&channel);
    let stat = |label: &str, value: i64, of: Option<i64>, tone| Stat {
        label: label.to_owned(),
        value: number(value),
        note: of.map(|of| format!("of {}", number(of))).unwrap_or_default(),
        tone,
        href: String::new(),
    };
    let led = |stat: Stat, query: &str| Stat { href: format!("{}/deliveries?{query}", home(found.id)), ..stat };
    let mut stats = Vec::new();
    if by(Channel::InApp) {
        stats.push(led(stat("In inboxes", far.inbox_sent, Some(far.inbox_planned), ""), "channel=in_app"));
        stats.push(stat("Read", far.read, None, ""));
    }
    if by(Channel::Email) {
        stats.push(led(stat("Letters sent", far.mail_sent, Some(far.mail_planned), ""), "channel=email"));
        let failed = stat("Letters failed", far.mail_failed, None, if far.mail_failed > 0 { "bad" } else { "" });
        stats.push(led(failed, "channel=email&state=failed"));
    }
    if far.unsubscribed > 0 {
        stats.push(stat("Unsubscribed", far.unsubscribed, None, "warn"));
    }
    stats
}
