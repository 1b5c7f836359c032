//! Making new recovery codes: all earlier ones are void.
use super::own;
use crate::features::account::{store, words};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Gives an admin a new set of recovery codes.
#[derive(Clone, Serialize, Deserialize)]
pub struct RenewCodes {
    pub hashes: Vec<Vec<u8>>,
}

impl Action for RenewCodes {
    const NAME: &'static str = "account.renew_codes";
    const EVENT: &'static str = "admin_codes_renewed";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let admin = own(actor)?;
        let before = store::lock(tx, admin).await?;
        store::set_codes(tx, admin, &self.hashes).await?;
        let after = store::lock(tx, admin).await?;
        words::codes_renewed(&after, actor).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), ())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "void": before.recovery_codes, "made": after.recovery_codes })))
    }
}
