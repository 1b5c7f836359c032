//! What is measured every minute, whoever of the servers does it; and what each measures of itself.
pub mod sampler;

use super::store::{fill, gauges};
use crate::jobs::{Job, JobError, Work};
use crate::kernel::{Desk, Error};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far back the first sample looks, for the comparison with the week before.
const FIRST: SignedDuration = SignedDuration::from_hours(8 * 24);
/// How long minutes are kept.
const MINUTES: SignedDuration = SignedDuration::from_hours(48);
/// What is counted again: what ended in these minutes may have been committed later.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How much is counted in one statement.
const PIECE: i64 = 6 * 3_600;

/// Writes one row for each metric of this minute, and catches up on what nobody counted while no server ran.
#[derive(Serialize, Deserialize)]
pub struct Sample;

impl Job for Sample {
    type State = Desk;
    const NAME: &'static str = "health.sample";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Desk>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let (now, until) = (fill::now(&mut tx).await.map_err(passing)?, fill::counted_until(&mut tx).await.map_err(passing)?);
        drop(tx);
        let earliest = now.saturating_sub(FIRST).unwrap_or(now);
        let from = until.and_then(|at| at.checked_sub(AGAIN).ok()).unwrap_or(earliest).max(earliest);
        let minutes = floor(from.max(now.saturating_sub(MINUTES).unwrap_or(now)), 900);
        for (step, (from, to)) in pieces(floor(from, 900), minutes, 15).into_iter().chain(pieces(minutes, floor(now, 60), 1)) {
            let mut tx = work.transaction().await?;
            fill::work(&mut tx, step, from, to).await.map_err(passing)?;
            tx.commit_step(None).await?;
        }
        let mut tx = work.transaction().await?;
        gauges::sample(&mut tx).await.map_err(passing)?;
        gauges::roll_up(&mut tx, minutes).await.map_err(passing)?;
        gauges::forget(&mut tx).await.map_err(passing)?;
        tx.commit().await
    }
}

fn passing(error: Error) -> JobError {
    JobError::retry(error)
}

/// The last full step of so many seconds.
fn floor(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(seconds) * seconds).unwrap_or(at)
}

/// A time in pieces that one statement can count.
fn pieces(from: Timestamp, to: Timestamp, step: i16) -> Vec<(i16, (Timestamp, Timestamp))> {
    let mut found = Vec::new();
    let (mut at, end) = (from.as_second(), to.as_second());
    while at < end {
        let next = (at + PIECE).min(end);
        if let (Ok(from), Ok(to)) = (Timestamp::from_second(at), Timestamp::from_second(next)) {
            found.push((step, (from, to)));
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_is_counted_in_pieces_without_gaps() {
        let at = |second| Timestamp::from_second(second).expect("a moment");
        let all = pieces(at(0), at(50_000), 15);
        assert_eq!(all.first().map(|piece| piece.1.0), Some(at(0)));
        assert_eq!(all.last().map(|piece| piece.1.1), Some(at(50_000)));
        assert!(all.windows(2).all(|two| two[0].1.1 == two[1].1.0));
        assert!(pieces(at(10), at(10), 1).is_empty());
    }
}
