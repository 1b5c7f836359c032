//! Giving days for nothing.
use super::{Told, changed, coded, on, whole};
use crate::features::billing::model::Status;
use crate::features::billing::model::operation::ReasonCode;
use crate::features::billing::store::subscriptions;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Tx, Why};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Moves the end of the period, and with it the next charge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExtendSubscription {
    pub user: Uuid,
    /// 24 hours each.
    pub days: i64,
    pub why: Why,
}

impl Action for ExtendSubscription {
    const NAME: &'static str = "subscriptions.extend";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = subscriptions::lock(tx, self.user).await?;
        if before.status == Status::PastDue {
            return Err(Error::Conflict("Its payment failed: grant grace instead, or retry the payment.".into()));
        }
        if before.period_end <= subscriptions::now(&mut **tx).await? {
            return Err(Error::Conflict("Its period is over, and it is being renewed.".into()));
        }
        let mut after = before.clone();
        after.period_end = before.period_end + SignedDuration::from_hours(24 * self.days);
        subscriptions::save(tx, &after).await?;
        let end = on(after.period_end);
        let next = if after.renews() { format!("The next charge is on {end}.") } else { format!("It ends on {end}.") };
        let body = format!("Your {} subscription was extended by {} days, for nothing. {next}", before.tier, self.days);
        let told = Told { action: "extend", title: "Your subscription was extended", body };
        Ok(changed(tx, &before, &after, told).await?.effect(Effect::count("days for nothing", self.days)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendFields {
    pub days: Option<String>,
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl ExtendFields {
    /// The action that was asked for, within the most that the settings allow.
    pub fn parse(&self, user: Uuid, most: i64) -> Result<ExtendSubscription, Invalid> {
        let days = whole("days", self.days.as_deref(), 1, most, "days")?;
        Ok(ExtendSubscription { user, days, why: coded(self.cause, self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
