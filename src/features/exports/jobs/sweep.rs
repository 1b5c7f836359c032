//! Tidying up after exports: files whose time is over, files that belong to nobody, exports that nobody is at any more.
use super::expire::ExpireFile;
use super::press::Press;
use crate::features::exports::actions::FailExport;
use crate::features::exports::store::making;
use crate::gateways::storage::Key;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::{Actor, Terms};
use crate::live::settings::keys;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Where exports are in the object store.
const PREFIX: &str = "exports/";

/// Tidies up.
#[derive(Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    type State = Press;
    const NAME: &'static str = "exports.sweep";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Press>) -> Result<(), JobError> {
        let press = work.state().clone();
        give_up_abandoned(work, &press).await?;
        remove_strays(work, &press).await?;
        let hours = press.live.now().settings.get(keys::EXPORT_RETENTION_HOURS);
        let mut tx = work.transaction().await?;
        for export in making::overdue(&mut tx, hours).await? {
            NewJob::of(&ExpireFile { export })?.dedup_key(format!("exports:expire:{export}")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}

/// An export whose job died says so instead of waiting for ever.
async fn give_up_abandoned(work: &mut Work<Press>, press: &Press) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    let abandoned = making::abandoned(&mut tx).await?;
    drop(tx);
    for (id, why) in abandoned {
        let actor = Actor::system("exports.sweep", work.cause());
        let fail = FailExport { id, attempt: None, why: format!("It was tried as often as is allowed. The last time: {why}") };
        if let Err(error) = press.desk.perform(&actor, fail, &Terms::default()).await {
            tracing::warn!(%id, %error, "an abandoned export could not be given up");
        }
    }
    Ok(())
}

/// A worker that died between storing a file and saying so leaves one that nobody knows.
async fn remove_strays(work: &mut Work<Press>, press: &Press) -> Result<(), JobError> {
    let Ok(store) = press.shelves.objects.store() else { return Ok(()) };
    store.tidy().await.map_err(JobError::retry)?;
    let mut after = None;
    loop {
        let listed = store.list(PREFIX, after.as_deref()).await.map_err(JobError::retry)?;
        for key in &listed.keys {
            let owner = key.split('/').nth(1).and_then(|id| id.parse::<Uuid>().ok());
            let mut tx = work.transaction().await?;
            let wanted = making::is_wanted(&mut tx, owner.unwrap_or_default(), key).await?;
            drop(tx);
            if !wanted && let Ok(place) = Key::parse(key) {
                tracing::info!(key, "removing a file that no export knows");
                store.delete(&place).await.map_err(JobError::retry)?;
            }
        }
        after = listed.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
