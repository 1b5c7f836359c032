//! Proposing: an action is written down with the effect that it would have, and waits.
use super::{event, look, tell};
use crate::features::approvals::model::{COOL_OFF, HOURS, Proposal, State};
use crate::features::approvals::store::{self, people};
use crate::kernel::proposal::{Approvable, Draft, Park};
use crate::kernel::{
    Action, Actor, Applied, Assurance, Caution, Change, Desk, Effect, Error, Performed, Permission, Result, Target, Terms, Tx, Why, id,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Writes a proposal down; one of one's own about the same is void then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Propose {
    pub draft: Draft,
    /// What proposing it takes, and what approving it takes.
    pub takes: Permission,
    pub needs: Permission,
}

/// Where the actions of all features wait.
pub struct Proposals(pub Approvable);

#[async_trait]
impl Park for Proposals {
    async fn propose(&self, desk: &Desk, actor: &Actor, draft: Draft, terms: &Terms) -> Result<Performed<Uuid>> {
        let kind = self.0.named(&draft.action)?;
        let (takes, needs) = (kind.permission(), kind.approval(&draft.content)?);
        desk.perform(actor, Propose { draft, takes, needs }, terms).await
    }
}

impl Action for Propose {
    const NAME: &'static str = "approvals.propose";
    const EVENT: &'static str = "admin_action_proposed";
    /// What the proposed action takes was asked when it was rehearsed, and is asked again when it is done.
    const PERMISSION: Permission = Permission::ApprovalsRead;
    const ASSURANCE: Assurance = Assurance::Session;
    /// Taken back with a click; what it would do was shown before.
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let by = actor.id().filter(|_| actor.may(self.takes)).ok_or(Error::Forbidden(self.takes))?;
        let rehearsal = *self.draft.rehearsal.clone().ok_or_else(|| Error::Conflict("Look at its effect first.".into()))?;
        let void = make_room(tx, by, &self.draft.action, &rehearsal.target).await?;
        let others = people::who_may(tx, self.needs, by).await?;
        let alone = others.is_empty() && !people::has_emptied_the_room(tx, by).await?;
        let now = store::now(tx).await?;
        let proposal = self.write(tx, by, (now, alone), rehearsal)?;
        if !store::add(tx, &proposal).await? {
            return Err(Error::Conflict("Somebody has just proposed the same.".into()));
        }
        look(tx, actor, &proposal).await?;
        let text = format!("{} proposes something that takes a second admin. It waits for 24 hours:", actor.name);
        tell(tx, actor, &others, &proposal, ("Waits for your approval", &text)).await?;
        let mut made = Change::made(&proposal)?;
        if let Some(fields) = &mut made.after {
            fields.insert("second_admin".into(), waits(alone, others.len()).into());
        }
        let effect = Effect::count("admins may approve it", i64::try_from(others.len()).unwrap_or(i64::MAX));
        let applied = Applied::to(Target::of(&proposal), proposal.id).change(made).effect(effect).event(event(&proposal));
        Ok(match void {
            Some(void) => applied.change(void),
            None => applied,
        })
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.draft.why)
    }
}

impl Propose {
    fn write(&self, tx: &Tx, by: Uuid, (now, alone): (Timestamp, bool), rehearsal: crate::kernel::Rehearsal) -> Result<Proposal> {
        let after = |span: SignedDuration| now.checked_add(span).map_err(Error::internal);
        Ok(Proposal {
            id: id::new(),
            action: self.draft.action.clone(),
            content: self.draft.content.clone(),
            takes: self.takes,
            needs: self.needs,
            about: rehearsal.target.clone(),
            effect: rehearsal.fingerprint.clone(),
            rehearsal,
            reason: self.draft.why.reason.clone(),
            ticket: self.draft.why.ticket.clone(),
            asked_at: self.draft.asked_at.clone(),
            state: State::Open,
            proposed_by: by,
            proposed_at: now,
            proposed_audit: tx.audit_id(),
            expires_at: after(SignedDuration::from_hours(HOURS.into()))?,
            cools_until: alone.then(|| after(SignedDuration::from_mins(COOL_OFF.into()))).transpose()?,
            decided_by: None,
            decided_at: None,
            decided_audit: None,
            ended_at: None,
            ended_why: None,
            done_audit: None,
            is_over: false,
            is_cool: false,
        })
    }
}

/// One's own proposal about the same is void; another's is in the way.
async fn make_room(tx: &mut Tx, by: Uuid, action: &str, about: &Target) -> Result<Option<Change>> {
    let Some(before) = store::in_force(tx, action, about).await? else { return Ok(None) };
    if before.proposed_by != by {
        return Err(Error::Conflict("Another admin has proposed the same already: look at the approvals.".into()));
    }
    let after = store::end(tx, before.id, State::Void, Some("It was proposed anew."), None).await?;
    Change::updated(&before, &after).map(Some)
}

fn waits(alone: bool, others: usize) -> String {
    match others {
        0 if alone => format!("nobody else could approve: a team of one, so it waits {COOL_OFF} minutes instead"),
        0 => "nobody else could approve any more: it waits for somebody who may".to_owned(),
        1 => "asked: 1 other could approve".to_owned(),
        others => format!("asked: {others} others could approve"),
    }
}
