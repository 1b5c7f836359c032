//! Asking crews how their runs are: each run by itself, less and less often, until it is over.
use super::{SELDOM, apply, follow_from, must_be_of, passing};
use crate::features::workflows::store::follow::{self, Followed};
use crate::gateways::crewai::{CrewError, Crews};
use crate::jobs::{Job, JobError, NewJob, Work};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// The most runs that are found late in one go.
const MOST: i64 = 200;

/// Looks at one run, and asks for the next look.
#[derive(Serialize, Deserialize)]
pub struct Look {
    pub run: Uuid,
}

impl Job for Look {
    type State = Crews;
    const NAME: &'static str = "workflows.look";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Crews>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let run = follow::hold(&mut tx, self.run).await.map_err(passing)?;
        let Some((run, id)) = run.and_then(|run| run.external_id.clone().filter(|_| is_due(&run)).map(|id| (run, id))) else {
            // It is over, or another look came first and has asked for the next.
            return tx.commit().await;
        };
        drop(tx);
        let crews = work.state().clone();
        let said = match must_be_of(&crews, run.gateway_mode.as_deref()) {
            Ok(()) => crews.status(&run.crew, &id).await,
            Err(error) => Err(error),
        };
        let mut tx = work.transaction().await?;
        let goes_on = match said {
            Ok(status) => apply(&mut tx, self.run, &status).await.map_err(passing)?,
            Err(CrewError::NoHost(crew)) => return Err(JobError::Fail { why: format!("no host is set for {crew}") }),
            Err(error) => {
                tracing::warn!(run = %self.run, %error, "a crew did not say how a run is");
                true
            }
        };
        if goes_on {
            follow_from(&mut tx, self.run, pause(&run)).await?;
        }
        tx.commit().await
    }
}

/// Whether its time has come; a second too early is no harm.
fn is_due(run: &Followed) -> bool {
    !run.state.is_over() && run.next_look_at.is_some_and(|at| at <= run.now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(at))
}

/// A quarter of what it has taken so far: soon at first, every five minutes in the end.
fn pause(run: &Followed) -> Duration {
    let age = run.now.duration_since(run.sent_at.unwrap_or(run.created_at)).as_secs().unsigned_abs();
    Duration::from_secs((age / 4).max(super::SOON.as_secs())).min(SELDOM)
}

/// Finds the runs that nobody has looked at in time, for whatever reason, and has them looked at.
#[derive(Serialize, Deserialize)]
pub struct LookForLate;

impl Job for LookForLate {
    type State = Crews;
    const NAME: &'static str = "workflows.look_for_late";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Crews>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for run in follow::late(&mut tx, MOST).await.map_err(passing)? {
            NewJob::of(&Look { run })?.dedup_key(format!("workflows:{run}:late")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
