//! Ending a view: by hand, or writing down that it is over.
use crate::features::impersonation::model::Over;
use crate::features::impersonation::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Ends a view.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndView {
    pub grant: Uuid,
}

impl Action for EndView {
    const NAME: &'static str = "impersonation.end";
    const EVENT: &'static str = "admin_impersonation_ended";
    const PERMISSION: Permission = Permission::UsersView;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let (before, void) = store::lock(tx, self.grant).await?;
        if before.ended_at.is_some() {
            return Err(Error::Conflict("This view has ended already.".into()));
        }
        let why = match (void, actor.id()) {
            (Some(why), _) => why,
            (None, Some(_)) => Over::Hand,
            (None, None) => return Err(Error::Conflict("This view still stands: only who began it ends it.".into())),
        };
        let after = store::end(tx, &before, why).await?;
        let pages: i64 = store::pages(tx, before.user_id, before.audit_id).await?.iter().map(|(_, times)| times).sum();
        let seconds = after.ended_at.map_or(0, |at| at.as_second() - before.started_at.as_second());
        Ok(Applied::to(Target::new("user", before.user_id, &*before.user), before.user_id)
            .change(Change::updated(&before, &after)?)
            .event(json!({ "user_id": before.user_id, "seconds": seconds, "pages": pages, "why": why })))
    }
}
