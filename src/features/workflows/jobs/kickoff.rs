//! Starting a run: asked for once, and never blindly again.
use super::{SOON, follow_from, passing};
use crate::features::workflows::model::{RunState, signature};
use crate::features::workflows::store::{self, events, follow};
use crate::gateways::crewai::{CrewError, Crews};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// Asks a crew's host to start a run.
///
/// Before it asks, it notes that it will: whoever finds that note and no answer, because the worker was killed in between, knows only
/// that the run may have been started, and says so instead of asking again.
#[derive(Serialize, Deserialize)]
pub struct Kickoff {
    pub run: Uuid,
}

/// Said where no answer came.
const PERHAPS: &str = "it may have been started, so it is not asked for again.";

impl Job for Kickoff {
    type State = Crews;
    const NAME: &'static str = "workflows.kickoff";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Crews>) -> Result<(), JobError> {
        let Some((crew, inputs)) = self.note(work).await? else { return Ok(()) };
        let crews = work.state().clone();
        match crews.kickoff(&crew, inputs, &self.run.to_string()).await {
            Ok(id) => self.accepted(work, &id).await,
            Err(error @ (CrewError::NeverSent(_) | CrewError::Throttled { .. })) => self.not_sent(work, error).await,
            Err(error @ (CrewError::Uncertain(_) | CrewError::Protocol(_))) => self.lost(work, &error.to_string()).await,
            Err(CrewError::Rejected { status, said, missing }) => {
                let error = if missing.is_empty() {
                    format!("Kickoff refused ({status}): {said}")
                } else {
                    format!("Kickoff refused ({status}): missing_inputs {}", Value::from(missing.clone()))
                };
                let signature = missing.first().map_or_else(|| signature(&error), |name| format!("missing input: {name}"));
                self.failed(work, &error, &signature).await
            }
            Err(error @ (CrewError::Auth(_) | CrewError::NoHost(_))) => {
                self.failed(work, &format!("Not started: {error}."), &signature(&error.to_string())).await
            }
        }
    }
}

impl Kickoff {
    /// Notes that it will ask; nothing, when there is nothing to ask for any more.
    async fn note(&self, work: &mut Work<Crews>) -> Result<Option<(String, Value)>, JobError> {
        let mode = work.state().mode().map(crate::gateways::crewai::Mode::code);
        let mut tx = work.transaction().await?;
        let run = match follow::hold(&mut tx, self.run).await.map_err(passing)? {
            Some(run) if run.state == RunState::Queued && run.external_id.is_none() => run,
            _ => {
                tx.commit().await?;
                return Ok(None);
            }
        };
        if run.sent_at.is_some() {
            let why = format!("The server that asked for the kickoff stopped before there was an answer: {PERHAPS}");
            follow::lose(&mut tx, self.run, &why).await.map_err(passing)?;
            events::add(&mut tx, self.run, "note", &why, None).await.map_err(passing)?;
            tx.commit().await?;
            return Ok(None);
        }
        let inputs = follow::inputs(&mut tx, self.run).await.map_err(passing)?;
        follow::sending(&mut tx, self.run, mode).await.map_err(passing)?;
        tx.commit_step(None).await?;
        Ok(Some((run.crew, inputs)))
    }

    async fn accepted(&self, work: &mut Work<Crews>, id: &str) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        follow::hold(&mut tx, self.run).await.map_err(passing)?;
        if follow::adopt(&mut tx, self.run, id).await.map_err(passing)? {
            events::add(&mut tx, self.run, "sent", &format!("The crew's host took it as {id}."), None).await.map_err(passing)?;
            follow_from(&mut tx, self.run, SOON).await?;
        } else {
            let why = format!("The crew's host took it as {id}, but that is another run's id, or this run has another.");
            follow::lose(&mut tx, self.run, &why).await.map_err(passing)?;
            events::add(&mut tx, self.run, "note", &why, None).await.map_err(passing)?;
        }
        tx.commit().await
    }

    /// Nothing was sent: it is asked for again, but for the last time.
    async fn not_sent(&self, work: &mut Work<Crews>, error: CrewError) -> Result<(), JobError> {
        if work.attempt() >= i32::try_from(Self::MAX_ATTEMPTS).unwrap_or(i32::MAX) {
            let signature = match error {
                CrewError::Throttled { .. } => "crew host: too many requests",
                _ => "crew host unreachable",
            };
            return self.failed(work, &format!("Not started: {error}."), signature).await;
        }
        let mut tx = work.transaction().await?;
        follow::not_sent(&mut tx, self.run).await.map_err(passing)?;
        tx.commit_step(None).await?;
        Err(match error {
            CrewError::Throttled { after: Some(pause) } => JobError::retry_after(error, pause.min(Duration::from_secs(600))),
            other => JobError::retry(other),
        })
    }

    /// It may have been started. What the host told by itself meanwhile stands.
    async fn lost(&self, work: &mut Work<Crews>, error: &str) -> Result<(), JobError> {
        let why = format!("No answer to the kickoff ({error}): {PERHAPS}");
        let mut tx = work.transaction().await?;
        let run = follow::hold(&mut tx, self.run).await.map_err(passing)?;
        if run.is_some_and(|run| run.state == RunState::Queued && run.external_id.is_none()) {
            follow::lose(&mut tx, self.run, &why).await.map_err(passing)?;
        }
        events::add(&mut tx, self.run, "note", &why, None).await.map_err(passing)?;
        tx.commit().await
    }

    async fn failed(&self, work: &mut Work<Crews>, error: &str, signature: &str) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let run = follow::hold(&mut tx, self.run).await.map_err(passing)?;
        if run.is_some_and(|run| run.state == RunState::Queued) {
            store::end(&mut tx, self.run, RunState::Failed, Some((error, signature))).await.map_err(passing)?;
        }
        events::add(&mut tx, self.run, "note", error, None).await.map_err(passing)?;
        tx.commit().await
    }
}
