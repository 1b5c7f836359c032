//! What happens to proposals by themselves: the approved ones are done, the others expire.
mod run;

use super::actions::{Conclude, Cool};
use super::model::{Proposal, State};
use super::store;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::{Approvable, Desk};
use axum::extract::FromRef;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// What these jobs have in hand.
#[derive(Clone)]
pub struct Hand {
    pub desk: Desk,
    pub known: Approvable,
}

impl<S> FromRef<S> for Hand
where
    Desk: FromRef<S>,
    Approvable: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        Self { desk: Desk::from_ref(state), known: Approvable::from_ref(state) }
    }
}

/// Does with a proposal what its state and its time ask for. One that is over asks for nothing.
#[derive(Serialize, Deserialize)]
pub struct KeepProposal {
    pub proposal: Uuid,
}

impl Job for KeepProposal {
    type State = Hand;
    const NAME: &'static str = "approvals.keep_proposal";
    const MAX_ATTEMPTS: u32 = 20;
    const TIMEOUT: Duration = Duration::from_secs(120);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let proposal = store::find(&mut tx, self.proposal).await.map_err(JobError::retry)?;
        drop(tx);
        let desk = work.state().desk.clone();
        match proposal.state {
            State::Approved => run::approved(work, proposal).await,
            State::Open if proposal.is_cool => settled(work.perform(&desk, Cool { id: proposal.id }).await),
            State::Open if proposal.is_over && proposal.cools_until.is_none() => {
                let why = "Nobody has decided within 24 hours.".to_owned();
                settled(work.perform(&desk, Conclude { id: proposal.id, state: State::Expired, why }).await)
            }
            _ => Ok(()),
        }
    }
}

/// Somebody was faster: another look finds what there is to do.
fn settled<T>(done: Result<T, JobError>) -> Result<(), JobError> {
    match done {
        Err(JobError::Fail { why }) => Err(JobError::Retry { why, after: Some(Duration::from_millis(100)) }),
        other => other.map(drop),
    }
}

/// Ends an approved proposal that is not done.
async fn conclude(work: &mut Work<Hand>, proposal: &Proposal, state: State, why: String) -> Result<(), JobError> {
    let desk = work.state().desk.clone();
    settled(work.perform(&desk, Conclude { id: proposal.id, state, why }).await)
}

/// Asks for whatever is due and nobody has looked at: a job that was lost, or a time that passed while nothing ran.
#[derive(Serialize, Deserialize)]
pub struct LookAtProposals {}

impl Job for LookAtProposals {
    type State = Hand;
    const NAME: &'static str = "approvals.look_at_proposals";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Hand>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for proposal in store::due(&mut tx).await.map_err(JobError::retry)? {
            NewJob::of(&KeepProposal { proposal })?.dedup_key(format!("approvals:{proposal}:late")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
