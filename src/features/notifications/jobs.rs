//! Bringing a notification to its people: written down, put into inboxes, sent by mail; each step a batch that is committed whole.
mod deliver;
mod mail;

pub use deliver::Deliver;

use super::actions::{BeginNotification, ExpireProposal};
use super::model::State;
use super::store;
use crate::gateways::mail::Mail;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::{Crowd, Desk};
use crate::live::Live;
use crate::live::settings::keys;
use axum::extract::FromRef;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// What these jobs have in hand.
#[derive(Clone)]
pub struct Hand {
    pub desk: Desk,
    pub mail: Mail,
    pub live: Live,
    pub crowd: Crowd,
}

impl<S> FromRef<S> for Hand
where
    Desk: FromRef<S>,
    Mail: FromRef<S>,
    Live: FromRef<S>,
    Crowd: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        Self { desk: Desk::from_ref(state), mail: Mail::from_ref(state), live: Live::from_ref(state), crowd: Crowd::from_ref(state) }
    }
}

/// Does with a notification what its time asks for. One that was changed meanwhile asks for nothing.
#[derive(Serialize, Deserialize)]
pub struct KeepTime {
    pub notification: Uuid,
}

impl Job for KeepTime {
    type State = Hand;
    const NAME: &'static str = "notifications.keep_time";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let (id, hand) = (self.notification, work.state().clone());
        let mut tx = work.transaction().await?;
        let found = store::find(&mut tx, id).await.map_err(JobError::retry)?;
        let now = store::now(&mut tx).await.map_err(JobError::retry)?;
        let is_due = found.next_at.is_some_and(|at| at <= now);
        if found.state == State::Sending {
            // Whoever was to go on with it did not.
            let job = NewJob::of(&Deliver { notification: id, run: found.run, hop: 0 })?;
            job.dedup_key(format!("notifications:{id}:{}:late", found.run)).enqueue(&mut tx).await?;
        }
        if !is_due {
            return tx.commit().await;
        }
        drop(tx);
        let done = match found.state {
            State::Scheduled => {
                let late_hours = hand.live.now().settings.get(keys::NOTIFICATION_LATE_HOURS);
                work.perform(&hand.desk, BeginNotification { id, late_hours }).await
            }
            State::Proposed => work.perform(&hand.desk, ExpireProposal { id }).await,
            _ => Ok(()),
        };
        // Somebody did it, or moved it, in between: another look finds nothing, or something else.
        match done {
            Err(JobError::Fail { why }) => Err(JobError::Retry { why, after: Some(Duration::from_millis(100)) }),
            other => other,
        }
    }
}

/// Asks for whatever is due and nobody has looked at: a job that was lost, or a time that passed while nothing ran.
#[derive(Serialize, Deserialize)]
pub struct LookAtClock;

impl Job for LookAtClock {
    type State = Hand;
    const NAME: &'static str = "notifications.look_at_clock";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for notification in store::due(&mut tx).await.map_err(JobError::retry)? {
            NewJob::of(&KeepTime { notification })?.dedup_key(format!("notifications:{notification}:late")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
