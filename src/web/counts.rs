//! Counts of long lists, remembered for a moment: turning pages does not count again, and one's own change does.
use super::list::Total;
use crate::kernel::Result;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a count is believed.
const BELIEVED: Duration = Duration::from_secs(3);
/// How many are remembered, before all are forgotten.
const MOST: usize = 2_000;

/// Counts that were made a moment ago.
#[derive(Default)]
pub struct Counts(Mutex<HashMap<String, Counted>>);

#[derive(Clone, Copy)]
struct Counted {
    at: Instant,
    /// How many changes this process had made by then.
    deeds: u64,
    total: Total,
}

impl Counts {
    /// The count under a key, made anew when it is old or anything was changed here since.
    ///
    /// # Errors
    /// As `count`.
    pub async fn of(&self, key: String, deeds: u64, count: impl Future<Output = Result<Total>>) -> Result<Total> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(known) = known.filter(|known| known.deeds == deeds && known.at.elapsed() < BELIEVED) {
            return Ok(known.total);
        }
        let at = Instant::now();
        let total = count.await?;
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(key, Counted { at, deeds, total });
        Ok(total)
    }
}
