//! Doing what was approved: once, and only if its effect is still the one that both have seen.
use super::{Hand, conclude};
use crate::features::approvals::model::{COOL_OFF, Proposal, Standing, State};
use crate::features::approvals::store::fence::{self, Approved};
use crate::features::approvals::store::people;
use crate::jobs::{JobError, Work};
use crate::kernel::desk::CHANGED;
use crate::kernel::{Actor, Change, Error, Result as Outcome, Target, Terms};
use serde_json::{Map, Value};

/// How often what fails by our fault is tried.
const TRIES: i32 = 6;
const STALE: &str = "Its effect had changed since it was approved: it must be proposed anew.";

/// Does it, or ends it.
pub async fn approved(work: &mut Work<Hand>, proposal: Proposal) -> Result<(), JobError> {
    let mut tx = work.transaction().await?;
    let refusal = fence::refusal(&mut tx, &proposal).await.map_err(JobError::retry)?;
    let proposer = people::standing(&mut tx, proposal.proposed_by).await.map_err(JobError::retry)?;
    let approver = match proposal.decided_by {
        Some(by) => people::standing(&mut tx, by).await.map_err(JobError::retry)?,
        None => None,
    };
    drop(tx);
    let Some(proposer) = proposer.filter(|_| refusal.is_none()) else {
        return conclude(work, &proposal, State::Refused, refusal.unwrap_or_else(|| "Nobody knows who proposed it.".into())).await;
    };
    let outcome = match perform(work, &proposal, &proposer, approver.as_ref()).await {
        // What is our fault may pass, but nobody waits for it for ever.
        Err(JobError::Retry { .. }) if work.attempt() >= TRIES => {
            return conclude(work, &proposal, State::Failed, "It failed again and again: that is our fault.".into()).await;
        }
        other => other?,
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(Error::Conflict(why)) if why == CHANGED => conclude(work, &proposal, State::Stale, STALE.into()).await,
        Err(Error::Forbidden(_)) => conclude(work, &proposal, State::Refused, format!("{} may not do it any more.", proposer.name)).await,
        Err(error) => {
            let mut tx = work.transaction().await?;
            let refusal = fence::refusal(&mut tx, &proposal).await.map_err(JobError::retry)?;
            drop(tx);
            let state = if refusal.is_some() { State::Refused } else { State::Failed };
            conclude(work, &proposal, state, refusal.unwrap_or_else(|| format!("{error}"))).await
        }
    }
}

async fn perform(
    work: &mut Work<Hand>,
    proposal: &Proposal,
    proposer: &Standing,
    approver: Option<&Standing>,
) -> Result<Outcome<()>, JobError> {
    let Hand { desk, known } = work.state().clone();
    let actor = Actor {
        // They were sure when they proposed it, and so was whoever approved it.
        fresh: true,
        cause: proposal.decided_audit,
        request_id: work.request_id(),
        ..Actor::admin(proposer.id, proposer.name.clone(), proposer.role)
    };
    let beside = vec![said(proposal, approver)];
    let kept = proposal.clone();
    work.ending(|lease| async move {
        let fence = Approved { proposal: kept.clone(), lease };
        let terms = Terms { submission: None, fingerprint: Some(kept.effect.clone()), fence: Some(std::sync::Arc::new(fence)), beside };
        known.named(&kept.action)?.perform(&desk, &actor, &kept.content, &terms).await.map(drop)
    })
    .await
}

/// What the record of the action says of its approval.
fn said(proposal: &Proposal, approver: Option<&Standing>) -> Change {
    let who = approver.map_or_else(|| format!("nobody: a team of one has waited {COOL_OFF} minutes instead"), |one| one.name.clone());
    let side = |state: &str, by: Option<&str>| {
        let mut fields = Map::from_iter([("state".to_owned(), Value::from(state))]);
        fields.extend(by.map(|by| ("approved_by".to_owned(), Value::from(by))));
        Some(fields)
    };
    Change { target: Target::of(proposal), before: side(State::Approved.code(), None), after: side(State::Done.code(), Some(&who)) }
}
