//! What must hold in the very transaction that an approved action commits in.
use super::people;
use crate::features::approvals::model::{Proposal, Standing, State};
use crate::kernel::{Error, Fence, Permission, Result};
use async_trait::async_trait;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// The proposal is still approved and both people still may; then it is done, once. And whatever else must hold.
pub struct Approved {
    pub proposal: Proposal,
    pub lease: Arc<dyn Fence>,
}

/// Why it may not be done any more, if so: said of both people, whose accounts are held meanwhile.
pub async fn refusal(db: &mut PgConnection, proposal: &Proposal) -> Result<Option<String>> {
    let both: Vec<Uuid> = [Some(proposal.proposed_by), proposal.decided_by].into_iter().flatten().collect();
    sqlx::query!("select from backlot.admins where id = any ($1) order by id for share", &both).execute(&mut *db).await?;
    let who = |standing: &Option<Standing>| standing.as_ref().map_or_else(|| "Somebody".to_owned(), |one| one.name.clone());
    let proposer = people::standing(db, proposal.proposed_by).await?;
    if !proposer.as_ref().is_some_and(|one| one.may(proposal.takes)) {
        return Ok(Some(format!("{}, who proposed it, may not do it any more.", who(&proposer))));
    }
    let Some(by) = proposal.decided_by else { return Ok(None) };
    let approver = people::standing(db, by).await?;
    if !approver.as_ref().is_some_and(|one| one.may(proposal.needs) && one.may(Permission::ApprovalsDecide)) {
        return Ok(Some(format!("{}, who approved it, may not approve it any more.", who(&approver))));
    }
    if people::has_power_over(db, proposal.proposed_by, by).await? {
        return Ok(Some(format!("{} has changed the account of {}, who approved it, within a day.", who(&proposer), who(&approver))));
    }
    Ok(None)
}

#[async_trait]
impl Fence for Approved {
    async fn hold(&self, db: &mut PgConnection, audit_id: Uuid) -> Result<()> {
        if let Some(why) = refusal(db, &self.proposal).await? {
            return Err(Error::Conflict(why.into()));
        }
        let done = sqlx::query!(
            "update backlot.approvals set state = $2, ended_at = clock_timestamp(), done_audit = $3 where id = $1 and state = 'approved'",
            self.proposal.id,
            State::Done.code(),
            audit_id
        );
        match done.execute(&mut *db).await?.rows_affected() {
            1 => self.lease.hold(db, audit_id).await,
            _ => Err(Error::Conflict("It is no longer approved.".into())),
        }
    }
}
