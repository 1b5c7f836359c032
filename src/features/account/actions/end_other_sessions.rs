//! Ending all of one's sessions but this one.
use super::own;
use crate::features::account::model::Sessions;
use crate::features::account::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Ends all of an admin's sessions but the one that asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndOtherSessions {}

impl Action for EndOtherSessions {
    const NAME: &'static str = "account.end_other_sessions";
    const EVENT: &'static str = "admin_other_sessions_ended";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    /// How many have ended.
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let admin = own(actor)?;
        let account = store::lock(tx, admin).await?;
        let here = actor.session.as_deref().ok_or(Error::SignedOut)?;
        let ended = store::end_others(tx, admin, here, "ended by its owner").await?;
        if ended == 0 {
            return Err(Error::Conflict("You have no other session.".into()));
        }
        let count = |open_sessions| Sessions { admin, email: account.email.clone(), open_sessions };
        Ok(Applied::to(Target::of(&account), ended)
            .change(Change::updated(&count(ended + 1), &count(1))?)
            .effect(Effect::count("other sessions end", ended))
            .event(json!({ "sessions_ended": ended })))
    }
}
