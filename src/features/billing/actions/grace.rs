//! Letting somebody who is overdue go on for longer.
use super::{Told, changed, coded, on, whole};
use crate::features::billing::model::operation::ReasonCode;
use crate::features::billing::model::{Status, Subscription};
use crate::features::billing::store::subscriptions;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Tx, Why};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Lets an overdue subscription go on for some days more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GrantGrace {
    pub user: Uuid,
    /// 24 hours each, after the grace that there is.
    pub days: i64,
    /// How many days after the end of the period grace may reach.
    pub most: i64,
    pub why: Why,
}

impl Action for GrantGrace {
    const NAME: &'static str = "subscriptions.grace";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = subscriptions::lock(tx, self.user).await?;
        if before.status != Status::PastDue {
            return Err(Error::Conflict("Nothing of it is overdue: there is nothing to be patient with.".into()));
        }
        let hours = |days: i64| SignedDuration::from_hours(24 * days);
        let until = before.access_until() + hours(self.days);
        if until > before.period_end + hours(self.most) {
            let why = format!("With that, grace would reach more than {} days beyond the end of the period.", self.most);
            return Err(Error::field("days", why));
        }
        let after = Subscription { grace_until: Some(until), ..before.clone() };
        subscriptions::save(tx, &after).await?;
        let body = format!("Your last payment failed. You keep your {} plan until {}, and need do nothing before.", before.tier, on(until));
        let told = Told { action: "grace", title: "You keep your plan for longer", body };
        Ok(changed(tx, &before, &after, told).await?.effect(Effect::count("days of access more", self.days)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraceFields {
    pub days: Option<String>,
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl GraceFields {
    /// The action that was asked for, within the most that the settings allow.
    pub fn parse(&self, user: Uuid, most: i64) -> Result<GrantGrace, Invalid> {
        let days = whole("days", self.days.as_deref(), 1, most, "days")?;
        Ok(GrantGrace { user, days, most, why: coded(self.cause, self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
