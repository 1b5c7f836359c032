//! What is done with proposals, a file each.
mod approve;
mod conclude;
mod cool;
mod propose;
mod reject;

pub use approve::{Approve, ApproveFields};
pub use conclude::Conclude;
pub use cool::Cool;
pub use propose::{Proposals, Propose};
pub use reject::{AgainFields, NoFields, Reject, RejectFields, Withdraw};

use super::jobs::KeepProposal;
use super::model::{Proposal, Standing, State};
use crate::gateways::mail::Letter;
use crate::jobs::NewJob;
use crate::kernel::{Actor, Error, Result, Tx};
use serde_json::{Value, json};

/// What is announced of a proposal.
fn event(proposal: &Proposal) -> Value {
    json!({ "action": proposal.action, "state": proposal.state })
}

/// Has somebody look at it at once, or at its time.
async fn look(tx: &mut Tx, actor: &Actor, proposal: &Proposal) -> Result<()> {
    let key = format!("approvals:{}:{}", proposal.id, proposal.state.code());
    let mut job = NewJob::of(&KeepProposal { proposal: proposal.id })?.cause(tx.audit_id()).dedup_key(key);
    if proposal.state == State::Open {
        job = job.at(proposal.cools_until.unwrap_or(proposal.expires_at));
    }
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}

/// A letter about it to each of them.
async fn tell(tx: &mut Tx, actor: &Actor, people: &[Standing], proposal: &Proposal, (subject, text): (&str, &str)) -> Result<()> {
    for person in people {
        let subject = format!("{subject}: {}", proposal.about.label);
        let text =
            format!("Hello {},\n\n{text}\n\n  {}\n  {}", person.name, proposal.about.label, proposal.reason.as_deref().unwrap_or(""));
        let page = format!("/admin/approvals/{}", proposal.id);
        Letter::new(person.email.as_str(), subject, text.trim_end()).page(&page).post(tx, actor).await?;
    }
    Ok(())
}

/// It must still wait.
fn must_wait(proposal: &Proposal) -> Result<()> {
    match proposal.state {
        State::Open if !proposal.is_over || proposal.cools_until.is_some() => Ok(()),
        State::Open => Err(Error::Conflict("Its time to be approved is over: it must be proposed anew.".into())),
        other => Err(Error::Conflict(format!("It does not wait for approval any more: {}.", other.label().to_lowercase()).into())),
    }
}
