//! What can be done with a notification, a file each.
mod again;
mod clock;
mod copy;
mod decide;
mod fields;
mod save;
mod send;
mod stop;
mod test;

pub use again::SendFailedAgain;
pub use clock::{BeginNotification, CompleteNotification, ExpireProposal, HoldNotification};
pub use copy::DuplicateNotification;
pub use decide::{ApproveNotification, DeclineNotification};
pub use fields::SaveFields;
pub use save::{DraftNotification, EditNotification};
pub use send::{Reached, SendFields, SendNotification};
pub use stop::{CancelNotification, PauseNotification, ResumeNotification};
pub use test::TestNotification;

use super::jobs::{Deliver, KeepTime};
use super::model::{Notification, State};
use super::store;
use crate::jobs::NewJob;
use crate::kernel::{Actor, Error, Result, Tx};
use jiff::Timestamp;
use serde::Deserialize;

/// A form without fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Refuses what somebody else has changed since it was looked at.
fn same_version(before: &Notification, seen: i32) -> Result<()> {
    if before.version == seen {
        return Ok(());
    }
    Err(Error::Conflict("This notification was changed meanwhile. Nothing was done.".into()))
}

/// Lets it go: at once, or when its time comes.
fn go(after: &mut Notification, now: Timestamp, is_settled: bool) -> Result<()> {
    // An occurrence, and what has its recipients already, have had their time.
    if after.series_id.is_some() || is_settled || !after.plan.recurs() && after.plan.zone().is_none() {
        after.state = State::Sending;
        after.next_at = None;
        after.started_at = after.started_at.or(Some(now));
        after.run += 1;
    } else {
        after.state = State::Scheduled;
        after.next_at = Some(after.plan.next(now)?);
    }
    Ok(())
}

/// Writes a step down, with the job that goes on from there.
async fn step(tx: &mut Tx, actor: &Actor, after: &Notification) -> Result<Notification> {
    let after = store::step(tx, after).await?;
    if after.state == State::Sending {
        store::progress::touch(tx, after.id).await?;
    }
    wake(tx, actor, &after).await?;
    Ok(after)
}

/// Whatever is to happen next with it happens by a job. The version, or the run, in the key keeps a job that is running by now from
/// standing in for this one.
async fn wake(tx: &mut Tx, actor: &Actor, after: &Notification) -> Result<()> {
    let (id, version, run) = (after.id, after.version, after.run);
    let job = match (after.state, after.next_at) {
        (State::Sending, _) => NewJob::of(&Deliver { notification: id, run, hop: 0 })?.dedup_key(format!("notifications:{id}:{run}:0")),
        (State::Scheduled | State::Proposed, Some(at)) => {
            NewJob::of(&KeepTime { notification: id })?.at(at).dedup_key(format!("notifications:{id}:time:{version}"))
        }
        _ => return Ok(()),
    };
    let job = job.cause(tx.audit_id());
    let job = if let Some(request) = actor.request_id { job.request_id(request) } else { job };
    job.enqueue(tx).await?;
    Ok(())
}
