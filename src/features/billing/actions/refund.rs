//! Giving back a payment, or part of it: never more than was captured, whoever else asks at the same time.
use super::money::{EVENT, all, event};
use crate::features::billing::model::operation::{Kind, Purpose, ReasonCode, State};
use crate::features::billing::model::plan::Plan;
use crate::features::billing::store::operations::{Wanted, begin};
use crate::features::billing::store::payments;
use crate::gateways::finby::{Amount, Mode};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use crate::web::show::money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Asks the gateway to give money back, or a second admin to agree to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefundPayment {
    pub id: Uuid,
    /// The operation's id: chosen by the form.
    pub key: Uuid,
    pub mode: Mode,
    /// In minor units.
    pub minor: i64,
    pub reason_code: ReasonCode,
    /// Above this, all refunds of the payment together, a second admin approves; in minor units.
    pub alone_up_to: i64,
    pub why: Why,
}

impl Action for RefundPayment {
    const NAME: &'static str = "billing.refund";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    /// The operation, and whether it waits for a second admin.
    type Output = (Uuid, bool);

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<(Uuid, bool)>> {
        let before = payments::lock(tx, self.id).await?;
        if let Some(why) = before.no_refund(Some(self.mode)) {
            return Err(Error::Conflict(why.into()));
        }
        if self.minor > before.left() {
            return Err(Error::field("amount", format!("At most {} of it can still go back.", money(before.left(), &before.currency))));
        }
        // In parts or at once: what is asked for in pieces is asked for.
        let together = before.refunded.saturating_add(before.refunding).saturating_add(self.minor);
        let wanted = Wanted {
            key: self.key,
            kind: Kind::Refund,
            purpose: Purpose::Refund,
            user: before.user,
            subscription: before.subscription,
            payment: Some(self.id),
            mode: self.mode,
            minor: self.minor,
            currency: before.currency.clone(),
            description: before.description.clone(),
            plan: Plan::Nothing,
            reason_code: Some(self.reason_code),
            why: self.why,
            needs_approval: together > self.alone_up_to,
        };
        let operation = begin(tx, actor, &wanted).await?;
        let after = payments::find(&mut **tx, self.id).await?;
        let waits = operation.state == State::AwaitingApproval;
        let effect = if waits {
            Effect::count(format!("refund waits for a second admin: it is above {}", money(self.alone_up_to, &before.currency)), 1)
        } else {
            Effect::count("refund is sent to the gateway; the customer is told when it is done", 1)
        };
        Ok(Applied::to(Target::of(&before), (operation.id, waits))
            .event(event("refund", &operation))
            .change(Change::updated(&before, &after)?)
            .change(Change::made(&operation)?)
            .effect(effect))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundFields {
    pub key: Option<Uuid>,
    /// As it is written in the currency: `12.50`.
    pub amount: Option<String>,
    pub reason_code: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl RefundFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, id: Uuid, mode: Mode, currency: &str, alone_up_to: i64) -> Result<RefundPayment, Invalid> {
        let text = self.amount.as_deref().unwrap_or_default().trim().replace(',', ".");
        let minor = Amount::parse(&text, currency).map(Amount::minor).filter(|minor| *minor > 0);
        let why = Why::required(self.reason.as_deref(), self.ticket.as_deref());
        let wrong = [
            self.key.is_none().then(|| Invalid::field("amount", "Open this form again: it is not whole.")),
            minor.is_none().then(|| Invalid::field("amount", "Write an amount above zero, such as 12.50.")),
            self.reason_code.is_none().then(|| Invalid::field("reason_code", "Choose why.")),
            why.as_ref().err().cloned(),
        ];
        let right = self.key.zip(minor).zip(self.reason_code).zip(why.ok());
        let right = right.map(|(((key, minor), reason_code), why)| RefundPayment { id, key, mode, minor, reason_code, alone_up_to, why });
        all(wrong, right)
    }
}
