//! Charging a payment that failed again, with the card that is stored.
use super::money::{EVENT, all, event};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::Kind;
use crate::features::billing::store::operations::{Wanted, begin};
use crate::features::billing::store::{payments, plans};
use crate::gateways::finby::Mode;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Charges a payment again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryPayment {
    pub id: Uuid,
    /// The operation's id: chosen by the form.
    pub key: Uuid,
    pub mode: Mode,
    #[serde(skip)]
    pub rules: Rules,
    pub why: Why,
}

impl Action for RetryPayment {
    const NAME: &'static str = "billing.retry";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let wanted = again(tx, (self.id, self.key), self.mode, (&self.rules, self.why), Kind::Charge).await?;
        let before = payments::find(&mut **tx, self.id).await?;
        let operation = begin(tx, actor, &wanted).await?;
        Ok(Applied::to(Target::of(&before), operation.id)
            .event(event("retry_payment", &operation))
            .change(Change::made(&operation)?)
            .effect(Effect::count("charge is sent to the gateway, once; the customer is told how it ends", 1)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// What a payment that failed is charged again for, by the stored card or by a link.
pub async fn again(tx: &mut Tx, ids: (Uuid, Uuid), mode: Mode, asked: (&Rules, Why), kind: Kind) -> Result<Wanted> {
    let ((id, key), (rules, why)) = (ids, asked);
    let payment = payments::lock(tx, id).await?;
    if let Some(why) = payment.no_retry(Some(mode)) {
        return Err(Error::Conflict(why.into()));
    }
    let (subscription, purpose, plan) = plans::again(tx, &payment, rules).await?;
    Ok(Wanted {
        key,
        kind,
        purpose,
        user: payment.user,
        subscription: Some(subscription),
        payment: Some(id),
        mode,
        minor: payment.minor,
        currency: payment.currency,
        description: payment.description,
        plan,
        reason_code: None,
        why,
        needs_approval: false,
    })
}

/// The form, and that of a link.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainFields {
    pub key: Option<Uuid>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl AgainFields {
    /// What both actions need: the operation's id, and why.
    pub fn parse(&self) -> Result<(Uuid, Why), Invalid> {
        let why = Why::required(self.reason.as_deref(), self.ticket.as_deref());
        let whole = self.key.is_none().then(|| Invalid::field("reason", "Open this form again: it is not whole."));
        all([whole, why.as_ref().err().cloned()], self.key.zip(why.ok()))
    }
}
