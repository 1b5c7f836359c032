//! Changing a tier by hand: what the user may use, not what they pay.
use crate::features::users::model::{Status, Tier};
use crate::features::users::store;
use crate::kernel::{
    Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives a user another tier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeTier {
    pub id: Uuid,
    pub tier: Tier,
    pub why: Why,
}

impl Action for ChangeTier {
    const NAME: &'static str = "users.change_tier";
    const EVENT: &'static str = "admin_user_tier_changed";
    const PERMISSION: Permission = Permission::UsersTier;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        if before.status == Status::Deleted {
            return Err(Error::Conflict("They are deleted: there is nothing left to use.".into()));
        }
        if before.tier == self.tier {
            return Err(Error::field("tier", format!("They are on {} already.", self.tier)));
        }
        let paid = store::paid_tier(&mut **tx, self.id).await?;
        let after = store::set_tier(tx, self.id, self.tier).await?;
        store::tell(tx, self.id, "Your plan has changed", &format!("You are now on the {} plan.", self.tier)).await?;
        let mut applied = Applied::to(Target::of(&after), after.label())
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("message in their inbox", 1))
            .event(json!({ "user_id": self.id, "old_tier": before.tier, "new_tier": after.tier }));
        if let Some(paid) = paid.filter(|paid| *paid != self.tier) {
            applied = applied.effect(Effect::count(format!("running subscription goes on for {paid}: billing is not changed by this"), 1));
        }
        Ok(applied)
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierFields {
    pub tier: Option<Tier>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl TierFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<ChangeTier, Invalid> {
        let tier = self.tier.ok_or_else(|| Invalid::field("tier", "Choose a tier."))?;
        Ok(ChangeTier { id, tier, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
