//! Sending a customer a link to pay: where their bank wants to see them, or another card is needed.
use super::money::{EVENT, event};
use super::retry::again;
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::Kind;
use crate::features::billing::store::link::DAYS;
use crate::features::billing::store::operations::begin;
use crate::features::billing::store::payments;
use crate::gateways::finby::Mode;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Sends a link to pay what failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendPaymentLink {
    pub id: Uuid,
    /// The operation's id: chosen by the form.
    pub key: Uuid,
    pub mode: Mode,
    #[serde(skip)]
    pub rules: Rules,
    pub why: Why,
}

impl Action for SendPaymentLink {
    const NAME: &'static str = "billing.link";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let wanted = again(tx, (self.id, self.key), self.mode, (&self.rules, self.why), Kind::Link).await?;
        let before = payments::find(&mut **tx, self.id).await?;
        let operation = begin(tx, actor, &wanted).await?;
        Ok(Applied::to(Target::of(&before), operation.id)
            .event(event("send_payment_link", &operation))
            .change(Change::made(&operation)?)
            .effect(Effect::count("letter with a link to pay goes to the customer", 1))
            .effect(Effect::count("days the link is good; who pays by it agrees to later charges of that card", i64::from(DAYS))))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
