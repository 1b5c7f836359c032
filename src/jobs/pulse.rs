//! Signs of life for what runs here, and word to a job whose claim is gone.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::error::Error;
use super::lease::Lease;
use super::runner::within;

struct Held {
    attempt: i32,
    /// By our own clock, counted from before the claim was asked for: never later than the database's.
    until: Instant,
    lost: CancellationToken,
}

/// The claims this server holds.
#[derive(Default)]
pub(super) struct Pulse {
    held: Mutex<HashMap<Uuid, Held>>,
}

impl Pulse {
    pub(super) fn hold(&self, lease: &Lease, until: Instant) -> CancellationToken {
        let lost = CancellationToken::new();
        let held = Held { attempt: lease.attempt, until, lost: lost.clone() };
        self.held().insert(lease.id, held);
        lost
    }

    pub(super) fn drop(&self, lease: &Lease) {
        let mut held = self.held();
        if held.get(&lease.id).is_some_and(|held| held.attempt == lease.attempt) {
            held.remove(&lease.id);
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Uuid, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn beat(&self, pool: &PgPool, owner: &str, lease: Duration, stop: CancellationToken) {
        let pause = lease / 3;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            if let Err(error) = self.renew(pool, owner, lease).await {
                tracing::warn!(%error, "could not give signs of life");
            }
            self.give_up_the_overdue();
        }
    }

    async fn renew(&self, pool: &PgPool, owner: &str, lease: Duration) -> Result<(), Error> {
        let asked = Instant::now();
        let (ids, attempts): (Vec<Uuid>, Vec<i32>) = self.held().iter().map(|(id, held)| (*id, held.attempt)).unzip();
        if ids.is_empty() {
            return Ok(());
        }
        let answers = within(lease / 3, renew(pool, owner, lease, &ids, &attempts)).await?;
        let mut held = self.held();
        for (id, attempt) in ids.into_iter().zip(attempts) {
            let Some(claim) = held.get_mut(&id).filter(|held| held.attempt == attempt) else { continue };
            match answers.get(&id) {
                Some(true) => claim.until = asked + lease,
                // Locked by its own commit: neither renewed nor lost.
                Some(false) => {}
                None => claim.lost.cancel(),
            }
        }
        Ok(())
    }

    /// When the database cannot be reached, others may have our jobs already: stop what we can no longer claim.
    fn give_up_the_overdue(&self) {
        let now = Instant::now();
        for held in self.held().values().filter(|held| held.until <= now) {
            held.lost.cancel();
        }
    }
}

/// The claims that are still ours, and whether each was renewed.
async fn renew(pool: &PgPool, owner: &str, lease: Duration, ids: &[Uuid], attempts: &[i32]) -> sqlx::Result<HashMap<Uuid, bool>> {
    let rows = sqlx::query!(
        "with ours as materialized (
           select j.id from backlot.jobs j join unnest($2::uuid[], $3::int[]) as held (id, attempt) using (id, attempt)
           where j.owner = $1 and j.state = 'running'),
         free as materialized (
           select j.id from backlot.jobs j join ours using (id) where j.owner = $1 and j.state = 'running'
           for update of j skip locked),
         renewed as (
           update backlot.jobs j set heartbeat = now(), lease_until = now() + make_interval(secs => $4)
           from free where j.id = free.id returning j.id)
         select ours.id as \"id!\", renewed.id is not null as \"renewed!\" from ours left join renewed using (id)",
        owner,
        ids,
        attempts,
        lease.as_secs_f64(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.renewed)).collect())
}
