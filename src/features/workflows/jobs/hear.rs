//! What a crew's host told by itself: a hint that something is new. What is true is asked of the host.
use super::{SOON, apply, follow_from, must_be_of, passing};
use crate::features::workflows::model::RunState;
use crate::features::workflows::store::{events, follow};
use crate::gateways::crewai::{CrewError, Crews, Hint, Phase, Status};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Looks at a run that its host has told of.
#[derive(Serialize, Deserialize)]
pub struct Hear {
    pub run: Option<Uuid>,
    pub external: Option<String>,
}

impl From<Hint> for Hear {
    fn from(hint: Hint) -> Self {
        Self { run: hint.run, external: hint.external }
    }
}

impl Job for Hear {
    type State = Crews;
    const NAME: &'static str = "workflows.hear";
    const MAX_ATTEMPTS: u32 = 6;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Crews>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let found = follow::meant(&mut tx, self.run, self.external.as_deref()).await.map_err(passing)?;
        let Some(run) = found else {
            // A run of somebody else's, or one that the platform has forgotten.
            return tx.commit().await;
        };
        let held = follow::hold(&mut tx, run).await.map_err(passing)?;
        // The id that the run has is asked for, whatever was told; a told one only while it has none.
        let asked = held.and_then(|held| held.external_id.clone().or_else(|| self.external.clone()).map(|id| (held, id)));
        let Some((held, id)) = asked.filter(|(held, _)| !(held.state.is_over() && held.external_id.is_some())) else {
            return tx.commit().await;
        };
        drop(tx);
        let crews = work.state().clone();
        let said = match must_be_of(&crews, held.gateway_mode.as_deref()) {
            Ok(()) => crews.status(&held.crew, &id).await,
            Err(error) => Err(error),
        };
        match said {
            Ok(status) => settle(work, run, &id, &status).await,
            Err(CrewError::NoHost(crew)) => Err(JobError::Fail { why: format!("no host is set for {crew}") }),
            Err(error) => Err(JobError::retry(error)),
        }
    }
}

async fn settle(work: &mut Work<Crews>, run: Uuid, id: &str, status: &Status) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    let held = follow::hold(&mut tx, run).await.map_err(passing)?;
    let is_new = held.as_ref().is_some_and(|held| held.external_id.is_none());
    let is_ours = status.phase != Phase::NotFound && status.run_id.as_ref().is_none_or(|told| *told == run.to_string());
    if is_new && !(is_ours && follow::adopt(&mut tx, run, id).await.map_err(passing)?) {
        // The host does not know the id that was told, or says that it is another run's.
        return tx.commit().await;
    }
    let was = held.map(|held| held.state);
    if is_new && was.is_some_and(RunState::is_over) {
        let late =
            format!("Heard late: it was started after all, as {id}, and the crew says “{}”. It stays as it was settled.", status.word);
        events::add(&mut tx, run, "heard", &late, None).await.map_err(passing)?;
    } else if is_new {
        events::add(&mut tx, run, "heard", &format!("The crew's host told of it by itself: it was started, as {id}."), None)
            .await
            .map_err(passing)?;
    }
    if apply(&mut tx, run, status).await.map_err(passing)? && is_new {
        follow_from(&mut tx, run, SOON).await?;
    }
    tx.commit().await
}
