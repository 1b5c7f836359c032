//! What happened to a user and who did what, newest first: told from the rows that their panels show, and from the audit log.
use super::show::Panel;
use crate::features::users::model::User;
use crate::features::users::store::doings::Work;
use crate::features::users::store::made::{Made, Model};
use crate::features::users::store::money::{Money, Payment};
use crate::features::users::store::told::{Deed, Told};
use crate::web::Admin;
use crate::web::parts::{Event, Failed};
use crate::web::show::short;
use jiff::Timestamp;

/// The most that it tells.
const MOST: usize = 40;

/// The rows that it is told from.
pub struct Rows<'a> {
    pub told: &'a Panel<Told>,
    pub money: &'a Panel<Money>,
    pub work: &'a Panel<Vec<Work>>,
    pub made: &'a Panel<Made>,
}

/// One thing that happened.
struct Happening<'a> {
    at: Timestamp,
    icon: &'static str,
    tone: &'static str,
    text: String,
    detail: &'a str,
    deed: Option<&'a Deed>,
}

/// The timeline; where a part of it could not be read, it says so rather than leave it out.
pub fn timeline(admin: &Admin, user: &User, rows: &Rows<'_>) -> Panel<Vec<Event>> {
    let mut all = vec![happening(user.profile.created_at, "user-plus", "ok", "Signed up".into(), "")];
    let told = read(rows.told)?;
    all.extend(told.deeds.iter().map(deed));
    all.extend(told.messages.iter().map(|row| happening(row.created_at, "bell", "", row.title.clone(), "")));
    all.extend(read(rows.money)?.payments.iter().map(payment));
    all.extend(read(rows.work)?.iter().filter_map(work));
    all.extend(read(rows.made)?.models.iter().map(model));
    all.sort_by_key(|happening| std::cmp::Reverse(happening.at));
    all.truncate(MOST);
    Ok(all.iter().map(|happening| event(admin, happening)).collect())
}

fn read<T>(rows: &Panel<T>) -> Panel<&T> {
    rows.as_ref().map_err(|failed| Failed { what: "the timeline", ..failed.clone() })
}

fn happening<'a>(at: Timestamp, icon: &'static str, tone: &'static str, text: String, detail: &'a str) -> Happening<'a> {
    Happening { at, icon, tone, text, detail, deed: None }
}

fn deed(row: &Deed) -> Happening<'_> {
    let text = match row.action.as_str() {
        "users.suspend" => "Suspended",
        "users.restore" => "Restored",
        "users.change_tier" => "Tier changed",
        "users.change_role" => "Role changed",
        "users.add_note" => "Note added",
        "users.end_sessions" => "Signed out everywhere",
        other => other,
    };
    let reason = row.reason.as_deref().unwrap_or_default();
    Happening { deed: Some(row), ..happening(row.at, "shield-check", "info", text.to_owned(), reason) }
}

fn payment(row: &Payment) -> Happening<'_> {
    let tone = if row.status == "failed" { "bad" } else { "ok" };
    happening(row.created_at, "credit-card", tone, format!("Payment {}", row.status), &row.description)
}

/// Workflows, and generations that failed.
fn work(row: &Work) -> Option<Happening<'_>> {
    let (failed, error) = (row.status == "failed", row.error.as_deref().unwrap_or_default());
    let tone = if failed { "bad" } else { "" };
    match row.what.as_str() {
        "workflow" => Some(happening(row.created_at, "subtask", tone, format!("{} {}", row.name, row.status), error)),
        kind if failed => Some(happening(row.created_at, "alert-triangle", tone, format!("{kind} failed"), error)),
        _ => None,
    }
}

fn model(row: &Model) -> Happening<'_> {
    let tone = if row.status == "failed" { "bad" } else { "" };
    let class = row.error_class.as_deref().unwrap_or_default();
    happening(row.updated_at, "sparkles", tone, format!("{} is {}", row.name, row.status), class)
}

fn event(admin: &Admin, happening: &Happening<'_>) -> Event {
    let detail = if happening.detail.is_empty() { String::new() } else { format!(": {}", short(happening.detail, 160)) };
    Event {
        icon: happening.icon,
        tone: happening.tone,
        text: format!("{}{detail}", happening.text),
        by: happening.deed.map(|deed| deed.by.clone()).unwrap_or_default(),
        at: admin.time(happening.at),
        href: happening.deed.map(|deed| format!("/admin/audit/{}", deed.audit_id)).unwrap_or_default(),
    }
}
