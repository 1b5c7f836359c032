//! A team of one has waited: what it proposed is done, unless somebody who could approve it is there by now. Done by a job.
use super::{event, look, tell};
use crate::features::approvals::model::{COOL_OFF, State};
use crate::features::approvals::store::{self, people};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Ends the wait of a team of one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cool {
    pub id: Uuid,
}

impl Action for Cool {
    const NAME: &'static str = "approvals.cool_off";
    const EVENT: &'static str = "admin_action_cooled_off";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Open || !before.is_cool {
            return Err(Error::Conflict("Somebody has decided it meanwhile.".into()));
        }
        let others = people::who_may(tx, before.needs, before.proposed_by).await?;
        let is_alone = others.is_empty() && !people::has_emptied_the_room(tx, before.proposed_by).await?;
        let after = if is_alone { store::approve(tx, self.id, None).await? } else { store::wait_after_all(tx, self.id).await? };
        look(tx, actor, &after).await?;
        if !is_alone {
            tell(tx, actor, &others, &after, ("Waits for your approval", "Something waits for a second admin, for 24 hours:")).await?;
        }
        let mut change = Change::updated(&before, &after)?;
        if let Some(fields) = &mut change.after {
            let said =
                if is_alone { format!("none: a team of one has waited {COOL_OFF} minutes instead") } else { "asked after all".into() };
            fields.insert("second_admin".into(), said.into());
        }
        Ok(Applied::to(Target::of(&after), after.state).change(change).event(event(&after)))
    }
}
