//! Cancelling a subscription: at the end of what is paid, or now.
use super::{Told, changed, on};
use crate::features::billing::model::{CancelReason, Status};
use crate::features::billing::store::subscriptions;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::codes! {
    /// When a cancelled subscription ends.
    pub enum Ending {
        /// When what is paid for, or the grace, is over. It can be undone until then.
        Period = "period" / "At the end of the period",
        Now = "now" / "Now",
    }
}

/// Ends a subscription. Money that was paid stays paid: a refund is a step of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelSubscription {
    pub user: Uuid,
    pub ending: Ending,
    pub cause: CancelReason,
    pub why: Why,
}

impl Action for CancelSubscription {
    const NAME: &'static str = "subscriptions.cancel";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = subscriptions::lock(tx, self.user).await?;
        if self.ending == Ending::Period && before.cancelled_at.is_some() {
            return Err(Error::Conflict("It is cancelled already, and ends by itself.".into()));
        }
        let mut after = before.clone();
        after.cancel_reason = Some(self.cause.label().to_owned());
        after.cancelled_at = Some(before.cancelled_at.unwrap_or(subscriptions::now(&mut **tx).await?));
        (after.pending_tier, after.next_charge_at) = (None, None);
        match self.ending {
            Ending::Now => after.status = Status::Lapsed,
            // What is past due stays so until its grace is over: nothing was paid for any later day.
            Ending::Period if before.status == Status::PastDue => {}
            Ending::Period => after.status = Status::Cancelled,
        }
        subscriptions::save(tx, &after).await?;
        let (body, effect) = match self.ending {
            Ending::Now => {
                subscriptions::take_tier(tx, self.user).await?;
                ("It has ended today. You can subscribe again at any time.".to_owned(), "user loses what the tier gives, at once")
            }
            Ending::Period => {
                let until = on(after.access_until());
                (format!("You keep your plan until {until} and are not charged again."), "user keeps the tier until the end of the period")
            }
        };
        let body = format!("Your {} subscription is cancelled. {body}", before.tier);
        let told = Told { action: "cancel", title: "Your subscription is cancelled", body };
        Ok(changed(tx, &before, &after, told).await?.effect(Effect::count(effect, 1)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelFields {
    pub ending: Option<Ending>,
    pub cause: Option<CancelReason>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl CancelFields {
    /// The action that was asked for.
    pub fn parse(&self, user: Uuid) -> Result<CancelSubscription, Invalid> {
        let cause = self.cause.ok_or_else(|| Invalid::field("cause", "Choose why they leave."))?;
        let why = Why::optional(self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(CancelSubscription { user, ending: self.ending.unwrap_or(Ending::Period), cause, why })
    }
}
