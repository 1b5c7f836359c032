//! Stopping a run at its crew's host: asking twice does no harm, so it is asked until there is an answer.
use super::{apply, must_be_of, passing};
use crate::features::workflows::store::{events, follow};
use crate::gateways::crewai::{CrewError, Crews, Phase, Status, Stopping};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Asks a crew's host to stop a run.
#[derive(Serialize, Deserialize)]
pub struct Stop {
    pub run: Uuid,
}

impl Job for Stop {
    type State = Crews;
    const NAME: &'static str = "workflows.stop";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Crews>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let held = follow::hold(&mut tx, self.run).await.map_err(passing)?.filter(|held| !held.state.is_over());
        let Some((held, id)) = held.and_then(|held| held.external_id.clone().map(|id| (held, id))) else {
            return tx.commit().await;
        };
        drop(tx);
        let crews = work.state().clone();
        let answer = match must_be_of(&crews, held.gateway_mode.as_deref()) {
            Ok(()) => crews.stop(&held.crew, &id).await,
            Err(error) => Err(error),
        };
        let (said, status) = match answer {
            Ok(Stopping::Stopped) => ("The crew's host stopped it.".to_owned(), Some(stopped())),
            // It was over: how it ended is what the host says.
            Ok(Stopping::TooLate(said)) => {
                (format!("Too late to stop it: {said}"), Some(crews.status(&held.crew, &id).await.map_err(JobError::retry)?))
            }
            Err(CrewError::Rejected { status: 404, .. }) => (
                "There is nothing to stop: the crew's host does not know this run.".to_owned(),
                Some(Status { phase: Phase::NotFound, ..stopped() }),
            ),
            Err(error @ (CrewError::Rejected { .. } | CrewError::Auth(_) | CrewError::NoHost(_))) => {
                (format!("Not stopped: {error}."), None)
            }
            Err(error) => return Err(JobError::retry(error)),
        };
        self.conclude(work, &said, status.as_ref()).await
    }
}

impl Stop {
    async fn conclude(&self, work: &mut Work<Crews>, said: &str, status: Option<&Status>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        events::add(&mut tx, self.run, "stop", said, None).await.map_err(passing)?;
        let Some(status) = status else { return tx.commit().await };
        let is_open = follow::hold(&mut tx, self.run).await.map_err(passing)?.is_some_and(|held| !held.state.is_over());
        if status.phase == Phase::NotFound && is_open {
            let why = "The crew's host does not know this run: nobody can say how it ended.";
            follow::lose(&mut tx, self.run, why).await.map_err(passing)?;
        } else {
            apply(&mut tx, self.run, status).await.map_err(passing)?;
        }
        tx.commit().await
    }
}

/// What a host says of a run that it has stopped.
fn stopped() -> Status {
    let (current_task, progress, error, output, run_id) = (None, None, None, None, None);
    Status { phase: Phase::Stopped, word: "stopped".into(), current_task, progress, error, output, tasks: Vec::new(), run_id }
}
