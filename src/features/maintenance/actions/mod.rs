//! What can be done about maintenance, a file each.
mod begin;
mod cancel;
mod change;
mod clock;
mod end;
mod plan;
pub mod times;

pub use begin::{BeginFields, BeginMaintenance};
pub use cancel::{CancelFields, CancelMaintenance};
pub use change::{ChangeFields, ChangeMaintenance};
pub use clock::{DropPlanned, EndOnTime, StartPlanned};
pub use end::{EndFields, EndMaintenance, ReopenMaintenance};
pub use plan::{PlanFields, PlanMaintenance};

use super::jobs::KeepTime;
use super::model::Window;
use super::store;
use crate::jobs::NewJob;
use crate::kernel::{Actor, Error, Invalid, Result, Tx};
use jiff::{SignedDuration, Timestamp};
use times::Times;
use uuid::Uuid;

/// The longest message, in characters.
const LONGEST: usize = 1_000;
/// How long a window may be.
const LONGEST_DAYS: i64 = 7;

/// What users are told: plain text.
fn message(text: Option<&str>) -> Result<String, Invalid> {
    let text = text.unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
    match text.chars().count() {
        0 => Err(Invalid::field("message", "Say what users are told, in a sentence or two.")),
        length if length > LONGEST => Err(Invalid::field("message", format!("Use at most {LONGEST} characters; these are {length}."))),
        _ if text.contains(|letter: char| letter.is_control() && letter != '\n') => {
            Err(Invalid::field("message", "Use plain text: this holds characters that cannot be shown."))
        }
        _ => Ok(text),
    }
}

/// Refuses an end that has passed or lies too far away, and a time that is another window's. Both, when both are wrong.
async fn fits(tx: &mut Tx, id: Uuid, times: &Times, begins: Timestamp, now: Timestamp) -> Result<()> {
    let Some(end) = times.end else { return Ok(()) };
    let wrong = |sentence: String| Err(Error::field("ends_at", sentence));
    if end <= now {
        return wrong(format!("{} has passed.", times.words(end)));
    }
    if end <= begins {
        return wrong(format!("It must end after it begins, {}.", times.words(begins)));
    }
    if end.duration_since(begins.max(now)) > SignedDuration::from_hours(24 * LONGEST_DAYS) {
        return wrong(format!("A window may last {LONGEST_DAYS} days at most. Plan what comes later as a window of its own."));
    }
    match store::in_the_way(tx, id, begins, end).await? {
        Some(other) => Err(Error::field(times.blamed(), overlap(&other, times))),
        None => Ok(()),
    }
}

fn overlap(other: &Window, times: &Times) -> String {
    let until = other.ends_at.map_or_else(|| "until somebody ends it".to_owned(), |end| format!("to {}", times.words(end)));
    let what = if other.started_at.is_some() { "the maintenance that is on" } else { "a planned window" };
    let message = crate::web::show::short(&other.message, 60);
    format!("This overlaps with {what}, from {} {until}: “{message}”.", times.words(other.starts_at))
}

/// Asks for a look at a window when it is to begin, and when it is to end. The version in the key keeps a job that is running by now
/// from standing in for this one.
async fn set_alarms(tx: &mut Tx, actor: &Actor, window: &Window) -> Result<()> {
    let start = window.started_at.is_none().then_some(("start", window.starts_at));
    let end = window.ends_at.map(|end| ("end", end));
    for (what, at) in [start, end].into_iter().flatten() {
        let key = format!("maintenance:{}:{}:{what}", window.id, window.version);
        alarm(tx, actor, window.id, (key, at)).await?;
    }
    Ok(())
}

/// What was kept waiting by a window that is over may have its time now.
async fn wake_waiting(tx: &mut Tx, actor: &Actor, over: &Window, now: Timestamp) -> Result<()> {
    for id in store::due::all(tx).await? {
        alarm(tx, actor, id, (format!("maintenance:{id}:after:{}:{}", over.id, over.version), now)).await?;
    }
    Ok(())
}

async fn alarm(tx: &mut Tx, actor: &Actor, window: Uuid, (key, at): (String, Timestamp)) -> Result<()> {
    let mut job = NewJob::of(&KeepTime { window })?.at(at).dedup_key(key).cause(tx.audit_id());
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}
