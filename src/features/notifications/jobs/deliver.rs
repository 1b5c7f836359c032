//! One notification, batch by batch. Between two batches it can be paused or cancelled, and this server may stop or crash: whoever goes
//! on finds in the database where.
use super::{Hand, mail};
use crate::features::notifications::actions::{CompleteNotification, HoldNotification};
use crate::features::notifications::model::Notification;
use crate::features::notifications::store::deliveries::{self, Stand};
use crate::features::notifications::store::{self, freeze};
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::live::settings::keys;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long one job goes on before the next takes over: a server that is told to stop is not kept waiting, and the queue shows life.
const STRETCH: Duration = Duration::from_secs(20);
/// How long it waits at most before it looks again, when letters wait to be tried again.
const LONGEST_WAIT: f64 = 60.0;

/// Sends a notification on.
#[derive(Clone, Serialize, Deserialize)]
pub struct Deliver {
    pub notification: Uuid,
    /// Another start or resumption makes this one idle.
    pub run: i32,
    /// How many have gone before it.
    pub hop: u32,
}

/// What is to be done after a batch.
pub enum Next {
    /// More of it.
    Batch,
    /// Nothing for so many seconds.
    Wait(f64),
    /// Everything is delivered.
    Complete,
    /// It reaches more people than it was allowed for.
    Hold(String),
    /// It is paused, cancelled, or somebody else's.
    Stopped,
}

impl Job for Deliver {
    type State = Hand;
    const NAME: &'static str = "notifications.deliver";
    const MAX_ATTEMPTS: u32 = 50;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let desk = work.state().desk.clone();
        let (id, run, since) = (self.notification, self.run, Instant::now());
        loop {
            let done = match self.batch(work).await? {
                Next::Batch if since.elapsed() < STRETCH => continue,
                Next::Batch => return self.pass_on(work, 0.0).await,
                Next::Wait(seconds) => return self.pass_on(work, seconds.min(LONGEST_WAIT)).await,
                Next::Stopped => return Ok(()),
                Next::Complete => work.perform(&desk, CompleteNotification { id, run }).await,
                Next::Hold(why) => work.perform(&desk, HoldNotification { id, run, why }).await,
            };
            return match done {
                // It was paused or cancelled just now.
                Err(JobError::Fail { .. }) => Ok(()),
                other => other,
            };
        }
    }
}

impl Deliver {
    async fn batch(&self, work: &mut Work<Hand>) -> Result<Next, JobError> {
        let hand = work.state().clone();
        let size = hand.live.now().settings.get(keys::NOTIFICATION_BATCH);
        let mut tx = work.transaction().await?;
        let stand = deliveries::stand(&mut tx, self.notification, self.run).await.map_err(JobError::retry)?;
        let Some(stand) = stand else { return Ok(Next::Stopped) };
        let notification = store::find(&mut tx, self.notification).await.map_err(JobError::retry)?;
        if stand.is_frozen && stand.is_in_inboxes {
            drop(tx);
            return mail::batch(work, &notification).await;
        }
        let next = if stand.is_frozen {
            let kind = notification.content.kind.in_inbox();
            // Whether or not there may be more: by mail there may be, too.
            deliveries::inboxes(&mut tx, notification.id, kind, size).await.map_err(JobError::retry)?;
            Next::Batch
        } else {
            freeze(&mut tx, &notification, (&stand, &hand, size)).await?
        };
        tx.commit_step(None).await?;
        Ok(next)
    }

    /// Lets another job go on, after so many seconds.
    async fn pass_on(self, work: &mut Work<Hand>, seconds: f64) -> Result<(), JobError> {
        let next = Self { hop: self.hop + 1, ..self };
        let key = format!("notifications:{}:{}:{}", next.notification, next.run, next.hop);
        let mut tx = work.transaction().await?;
        NewJob::of(&next)?.after(Duration::from_secs_f64(seconds)).dedup_key(key).enqueue(&mut tx).await?;
        tx.commit().await
    }
}

/// Writes the next recipients down.
async fn freeze(
    db: &mut sqlx::PgConnection,
    notification: &Notification,
    (stand, hand, size): (&Stand, &Hand, i64),
) -> Result<Next, JobError> {
    let began = notification.started_at.unwrap_or(notification.created_at);
    let piece = freeze::piece(db, notification, (hand.crowd, began), (stand.frozen_to, size)).await.map_err(JobError::retry)?;
    let is_last = piece.looked < size;
    freeze::note(db, notification.id, &piece, is_last).await.map_err(JobError::retry)?;
    let people = stand.people + piece.people();
    match notification.allowed_people.filter(|most| is_last && people > *most) {
        Some(most) => Ok(Next::Hold(format!("It reaches {people} people, and without a second admin it may reach {most}."))),
        None => Ok(Next::Batch),
    }
}
