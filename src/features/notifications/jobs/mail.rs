//! A batch of letters: claimed, sent at the pace that is set, and written down as what became of each.
use super::Hand;
use super::deliver::Next;
use crate::features::notifications::model::{Notification, letter};
use crate::features::notifications::store::letters::{self, Claimed, Outcome, TRIES};
use crate::gateways::mail::{Envelope, Mail, Refusal};
use crate::jobs::{JobError, Work};
use crate::kernel::id;
use crate::live::settings::keys;
use futures::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

/// Letters that are handed over at the same time.
const HANDS: usize = 16;
/// Letters in a batch, at most: at the slowest mail server there is they are done with before the claim is over.
const MOST: i64 = 48;
/// Seconds until the second try; each further one waits twice as long.
const PAUSE: f64 = 30.0;

/// Sends the next letters.
pub async fn batch(work: &mut Work<Hand>, notification: &Notification) -> Result<Next, JobError> {
    let hand = work.state().clone();
    let (size, rate) = {
        let live = hand.live.now();
        (live.settings.get(keys::NOTIFICATION_BATCH), live.settings.get(keys::NOTIFICATIONS_PER_SECOND))
    };
    let (most, claim) = (size.min(rate).clamp(1, MOST), id::new());
    let mut tx = work.transaction().await?;
    let kind = notification.content.kind;
    let lost = letters::recover(&mut tx, notification.id).await.map_err(JobError::retry)?;
    if lost > 0 {
        tracing::warn!(notification = %notification.id, lost, "letters whose fate is not known are sent again");
    }
    let skipped = letters::skip(&mut tx, notification.id, kind.code(), most).await.map_err(JobError::retry)?;
    let claimed = letters::claim(&mut tx, notification.id, claim, most).await.map_err(JobError::retry)?;
    if claimed.is_empty() {
        let back = letters::put_back(&mut tx, notification.id, size).await.map_err(JobError::retry)?;
        let next = letters::next_due(&mut tx, notification.id).await.map_err(JobError::retry)?;
        tx.commit_step(None).await?;
        return Ok(match next {
            _ if skipped > 0 || back > 0 => Next::Batch,
            Some(seconds) => Next::Wait(seconds.max(0.2)),
            None => Next::Complete,
        });
    }
    let count = i64::try_from(claimed.len()).unwrap_or(most);
    let wait = letters::pace(&mut tx, count, rate).await.map_err(JobError::retry)?;
    tx.commit_step(None).await?;
    let outcomes = send(&hand, notification, &claimed, (wait, rate)).await;
    let mut tx = work.transaction().await?;
    letters::settle(&mut tx, notification.id, claim, &outcomes).await.map_err(JobError::retry)?;
    tx.commit_step(None).await?;
    Ok(Next::Batch)
}

/// Hands them over one after another at the pace, several at a time.
async fn send(hand: &Hand, notification: &Notification, claimed: &[Claimed], (wait, rate): (f64, i64)) -> Vec<Outcome> {
    let sender = hand.live.now().settings.get(keys::NOTIFICATION_SENDER);
    let apart = Duration::from_secs(1) / u32::try_from(rate.max(1)).unwrap_or(1);
    let begin = Instant::now() + Duration::from_secs_f64(wait);
    let written = claimed.iter().map(|one| (one.clone(), envelope(hand, notification, (one, &sender))));
    let all: Vec<(u32, (Claimed, Envelope))> = (0..).zip(written).collect();
    let each = all.into_iter().map(|(at, (claimed, envelope))| hand_over(hand.mail.clone(), claimed, envelope, begin + apart * at));
    futures::stream::iter(each).buffer_unordered(HANDS).collect().await
}

async fn hand_over(mail: Mail, claimed: Claimed, envelope: Envelope, at: Instant) -> Outcome {
    sleep_until(at).await;
    outcome(&claimed, mail.carry(&envelope).await)
}

fn envelope(hand: &Hand, notification: &Notification, (claimed, sender): (&Claimed, &str)) -> Envelope {
    let content = &notification.content;
    let series: Uuid = notification.id;
    let address = content.kind.can_be_declined().then(|| hand.mail.unsubscribe(claimed.user_id, content.kind.code(), series));
    let written = letter::write(content, sender, address);
    Envelope { id: claimed.id, to: claimed.address.clone(), subject: content.title.clone(), body: written.text, dress: Some(written.dress) }
}

fn outcome(claimed: &Claimed, answer: Result<(), Refusal>) -> Outcome {
    let plain = |state| Outcome { user_id: claimed.user_id, state, again: false, reason: None, detail: None, unsure: false, wait: 0.0 };
    let (why, after, unsure) = match answer {
        Ok(()) => return plain("sent"),
        Err(Refusal::NotThis(why)) => return Outcome { reason: Some(kind(&why)), detail: Some(why), ..plain("failed") },
        Err(Refusal::NotNow { why, after }) => (why, after, false),
        Err(Refusal::Unheard(why)) => (why, None, true),
    };
    let state = if claimed.attempts >= TRIES { "failed" } else { "queued" };
    let wait = after.map_or(PAUSE * 2_f64.powi(i32::from(claimed.attempts) - 1), |pause| pause.as_secs_f64());
    Outcome { reason: Some(kind(&why)), detail: Some(why), again: state == "failed", unsure, wait, ..plain(state) }
}

/// What many failures share: `the mail server answered 550` of all that it said.
fn kind(why: &str) -> String {
    why.split(':').next().unwrap_or(why).trim().chars().take(100).collect()
}
