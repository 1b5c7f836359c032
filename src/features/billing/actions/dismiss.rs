//! Putting a notice away that did not match anything: somebody has looked into it.
use crate::features::billing::store::hear::Verdict;
use crate::features::billing::store::notices;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Dismisses a quarantined notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DismissNotice {
    pub id: Uuid,
    pub why: Why,
}

impl Action for DismissNotice {
    const NAME: &'static str = "billing.dismiss";
    const EVENT: &'static str = "admin_billing_notice_dismissed";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let before = notices::lock(tx, self.id).await?;
        if before.verdict != Verdict::Quarantined {
            return Err(Error::Conflict("It is not in quarantine any more.".into()));
        }
        let why = self.why.reason.as_deref().unwrap_or_default();
        notices::dismiss(tx, self.id, actor.id(), why).await?;
        let after = notices::lock(tx, self.id).await?;
        Ok(Applied::to(Target::of(&before), ())
            .change(Change::updated(&before, &after)?)
            .event(json!({ "notice_id": self.id, "reference": before.reference })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DismissFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl DismissFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<DismissNotice, Invalid> {
        Ok(DismissNotice { id, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
