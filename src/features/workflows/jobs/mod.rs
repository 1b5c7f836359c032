//! What happens to a run after an admin's change: it is started, followed, stopped; and what its crew's host tells by itself.
mod hear;
mod kickoff;
mod look;
mod news;
mod stop;

pub use hear::Hear;
pub use kickoff::Kickoff;
pub use look::{Look, LookForLate};
pub use stop::Stop;

use super::store::{events, follow};
use crate::gateways::crewai::{CrewError, Crews, Status};
use crate::jobs::{JobError, NewJob};
use crate::kernel::{Error, Result};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// How soon its crew is asked after a run was started.
const SOON: Duration = Duration::from_secs(2);
/// The longest pause between two looks.
const SELDOM: Duration = Duration::from_secs(300);
/// How long a host may take to know a run that it has started, in seconds.
const SETTLED: i64 = 120;

/// Writes down what a host says of a run that is held; whether it goes on being followed.
async fn apply(db: &mut PgConnection, run: Uuid, status: &Status) -> Result<bool> {
    let Some(now) = follow::hold(db, run).await? else { return Ok(false) };
    let since = now.sent_at.unwrap_or(now.created_at);
    let state = now.state.after(status.phase, now.now.duration_since(since).as_secs() > SETTLED);
    if now.state.is_over() {
        return Ok(false);
    }
    if status.phase == crate::gateways::crewai::Phase::NotFound {
        if state != now.state {
            follow::lose(db, run, "The crew's host does not know this run any more.").await?;
            events::add(db, run, "heard", "The crew's host does not know this run any more.", None).await?;
        }
        return Ok(state == now.state);
    }
    follow::heard(db, run, &news::of(&now, state, status)).await?;
    if state != now.state {
        events::add(db, run, "heard", &format!("{}: the crew said “{}”.", state.label(), status.word), None).await?;
    }
    Ok(!state.is_over())
}

/// Has a run followed from `pause` on.
async fn follow_from(db: &mut PgConnection, run: Uuid, pause: Duration) -> Result<(), JobError> {
    follow::look_again(db, run, pause).await.map_err(JobError::retry)?;
    NewJob::of(&Look { run })?.after(pause).enqueue(db).await?;
    Ok(())
}

/// Only what was started at these crews is asked of these: a run of the sandbox has no place at real hosts, and the other way round.
fn must_be_of(crews: &Crews, mode: Option<&str>) -> Result<(), CrewError> {
    match (mode, crews.mode()) {
        (Some(of), Some(now)) if of != now.code() => Err(CrewError::NoHost(format!("{of} run, {} crews", now.code()))),
        _ => Ok(()),
    }
}

/// A row that is away, or an id that is taken, is for the record; everything else passes.
fn passing(error: Error) -> JobError {
    match error {
        Error::Internal(_) | Error::Unavailable(_) => JobError::retry(error),
        other => JobError::fail(other),
    }
}
