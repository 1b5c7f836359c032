//! Deleting files that belong to no model, after somebody decided it.
use super::Lens;
use crate::features::integrity::model::Check;
use crate::features::integrity::store::find::files;
use crate::features::integrity::store::runs;
use crate::gateways::storage::Key;
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Deletes files. One that a model knows by now is left alone.
#[derive(Serialize, Deserialize)]
pub struct RemoveFiles {
    pub keys: Vec<String>,
}

/// Files between two notes of what is done.
const STEP: usize = 50;

impl Job for RemoveFiles {
    type State = Lens;
    const NAME: &'static str = "integrity.remove_files";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Lens>) -> Result<(), JobError> {
        let lens = work.state().clone();
        let store = lens.objects.store().map_err(JobError::retry)?;
        for keys in self.keys.chunks(STEP) {
            let mut tx = work.transaction().await?;
            let unknown = files::unknown(&mut tx, keys).await?;
            for key in unknown.iter().filter_map(|key| Key::parse(key).ok()) {
                store.delete(&key).await.map_err(JobError::retry)?;
            }
            runs::mark(&mut tx, Check::FilesStray, &unknown).await.map_err(JobError::retry)?;
            tx.commit_step(None).await?;
        }
        Ok(())
    }
}
