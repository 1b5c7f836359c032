//! Errors that are alike, each with the list behind its number.
use crate::features::health::filter::Span;
use crate::features::health::store::errors::{self, Group, MOST};
use crate::kernel::Result;
use crate::web::Admin;
use crate::web::link::escape;
use crate::web::parts::Badge;
use crate::web::show::{Moment, number};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

/// The most groups that are shown.
const SHOWN: usize = 20;

/// Errors that are alike.
pub struct Row {
    pub kind: Badge,
    pub text: String,
    pub href: String,
    pub count: String,
    pub users: String,
    pub first: Moment,
    pub last: Moment,
}

/// The most frequent.
pub async fn of(admin: &Admin, db: &mut PgConnection, span: Span) -> Result<Vec<Row>> {
    let found = errors::groups(db, span.minutes(), span.step()).await?;
    let now = admin.site().clock.now();
    Ok(found.into_iter().take(SHOWN).map(|group| row(admin, group, span, now)).collect())
}

fn row(admin: &Admin, group: Group, span: Span, now: Timestamp) -> Row {
    Row {
        kind: Badge::new("", label(group.kind)),
        href: list(&group, span, now),
        text: if group.signature.is_empty() { "without a message".to_owned() } else { group.signature },
        count: if group.count >= MOST { format!("{} or more", number(MOST)) } else { number(group.count) },
        users: if group.users == 0 { "—".into() } else { number(group.users) },
        first: admin.time(group.first_at),
        last: admin.time(group.last_at),
    }
}

fn label(kind: &str) -> &'static str {
    match kind {
        "training" => "Training",
        "workflow" => "Workflow",
        "generation" => "Generation",
        "payment" => "Payment",
        "job" => "Job",
        _ => "Backlot",
    }
}

/// The list that is behind a group's number.
fn list(group: &Group, span: Span, now: Timestamp) -> String {
    let signature = escape(&group.signature);
    let since = now.saturating_sub(SignedDuration::from_mins(span.minutes().into())).unwrap_or(now);
    let day = jiff::tz::Offset::UTC.to_datetime(since).date();
    match group.kind {
        "training" => format!("/admin/lora?status=failed&signature={signature}"),
        "workflow" => format!("/admin/workflows?state=failed&signature={signature}&from={day}"),
        "generation" => format!("/admin/health/generations?error={signature}&span={}", span.code()),
        "payment" => "/admin/users?failed_payment=yes".to_owned(),
        "job" => format!("/admin/jobs?state=dead&signature={signature}&since={}", span.code()),
        _ => "/admin/health/faults".to_owned(),
    }
}
