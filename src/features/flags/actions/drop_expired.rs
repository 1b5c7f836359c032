//! Tidying: overrides that have run out leave the list.
use super::{Wish, write};
use crate::features::flags::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes overrides off that have run out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DropExpiredOverrides {}

impl Action for DropExpiredOverrides {
    const NAME: &'static str = "flags.drop_expired";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let now = store::now(tx).await?;
        let mut applied = Applied::to(Target::new("flags", "expired", "overrides that have run out"), 0);
        let mut names = Vec::new();
        for id in store::with_expired(tx).await? {
            let before = store::lock(tx, id).await?;
            let mut after = before.state.clone();
            after.user_overrides.retain(|_, set| set.until.is_none_or(|until| now < until));
            let wish = Wish::plain(after);
            let (flag, change, _) = write(tx, actor, &before, wish, ("overrides ran out", &Why::default())).await?;
            applied = applied.change(change);
            names.push(flag.state.name.clone());
        }
        applied.output = i64::try_from(names.len()).unwrap_or(i64::MAX);
        Ok(applied.event(json!({ "flag_name": names.join(", "), "changes": ["overrides"] })))
    }
}
