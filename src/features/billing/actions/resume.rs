//! Taking a cancellation back before it takes effect.
use super::{Told, changed, on};
use crate::features::billing::model::Status;
use crate::features::billing::store::subscriptions;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Error, Invalid, Permission, Result, Tx, Why};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Lets a cancelled subscription go on as if nothing had been said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResumeSubscription {
    pub user: Uuid,
    pub why: Why,
}

impl Action for ResumeSubscription {
    const NAME: &'static str = "subscriptions.resume";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = subscriptions::lock(tx, self.user).await?;
        let now = subscriptions::now(&mut **tx).await?;
        if before.cancelled_at.is_none() {
            return Err(Error::Conflict("It is not cancelled.".into()));
        }
        if before.access_until() <= now {
            return Err(Error::Conflict("It has ended by now: the user must subscribe again.".into()));
        }
        let mut after = before.clone();
        (after.cancel_reason, after.cancelled_at) = (None, None);
        let told = match before.status {
            Status::PastDue => {
                after.next_charge_at = Some(now + SignedDuration::from_hours(1));
                "The payment that failed is tried again.".to_owned()
            }
            _ => {
                after.status = if before.was_paid { Status::Active } else { Status::Trialing };
                format!("It renews on {}.", on(after.period_end))
            }
        };
        subscriptions::save(tx, &after).await?;
        let body = format!("Your {} subscription goes on. {told}", before.tier);
        changed(tx, &before, &after, Told { action: "resume", title: "Your subscription goes on", body }).await
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl ResumeFields {
    /// The action that was asked for.
    pub fn parse(&self, user: Uuid) -> Result<ResumeSubscription, Invalid> {
        Ok(ResumeSubscription { user, why: Why::optional(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
