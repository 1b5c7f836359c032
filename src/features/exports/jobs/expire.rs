//! An export's time is over: first its file goes, then the export says so. Meanwhile it cannot be downloaded any more.
use super::press::Press;
use crate::features::exports::actions::ExpireExport;
use crate::features::exports::store;
use crate::gateways::storage::Key;
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Deletes an export's file.
#[derive(Serialize, Deserialize)]
pub struct ExpireFile {
    pub export: Uuid,
}

impl Job for ExpireFile {
    type State = Press;
    const NAME: &'static str = "exports.expire_file";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Press>) -> Result<(), JobError> {
        let press = work.state().clone();
        let mut tx = work.transaction().await?;
        let found = store::find(&mut tx, self.export).await.map_err(JobError::retry)?;
        drop(tx);
        let Some(file) = found.file else { return Ok(()) };
        let key = Key::parse(&file.key).map_err(JobError::fail)?;
        press.shelves.objects.store().map_err(JobError::retry)?.delete(&key).await.map_err(JobError::retry)?;
        match work.perform(&press.desk, ExpireExport { id: self.export }).await {
            // Somebody was quicker.
            Err(JobError::Fail { .. }) => Ok(()),
            other => other,
        }
    }
}
