//! Setting up a new authenticator app in the place of the one before.
use super::own;
use crate::features::account::{store, words};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Gives an admin another second factor, shown to work.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReplaceFactor {
    pub sealed: Vec<u8>,
    /// The time step of the code that showed it: used up by that.
    pub step: i64,
}

impl Action for ReplaceFactor {
    const NAME: &'static str = "account.replace_factor";
    const EVENT: &'static str = "admin_factor_replaced";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let admin = own(actor)?;
        let before = store::lock(tx, admin).await?;
        store::set_factor(tx, admin, &self.sealed, self.step).await?;
        let after = store::lock(tx, admin).await?;
        words::factor_replaced(&after, actor).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "factor": "totp" })))
    }
}

/// The form: the code, and the secret that it is one of, sealed.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorFields {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub sealed: String,
}
