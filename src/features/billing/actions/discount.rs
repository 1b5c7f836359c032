//! Lowering a price for some periods.
use super::{Told, beside, changed, coded, whole};
use crate::features::billing::model::operation::ReasonCode;
use crate::features::billing::model::{Discount, Subscription};
use crate::features::billing::store::{discounts, subscriptions};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Tx, Why, id};
use crate::web::show;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How much goes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// Of the price, 1 to 100.
    Percent(i32),
    /// In minor units of the subscription's currency.
    Minor(i64),
}

/// Lowers the price from the next charge on. One that runs is replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DiscountSubscription {
    pub user: Uuid,
    pub off: Off,
    pub periods: i32,
    pub why: Why,
}

/// Ends the discount that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndDiscount {
    pub user: Uuid,
    pub why: Why,
}

fn new(of: &Subscription, off: Off, periods: i32) -> Discount {
    let (percent, amount_minor) = match off {
        Off::Percent(percent) => (Some(percent), None),
        Off::Minor(minor) => (None, Some(minor)),
    };
    let currency = of.currency.clone();
    Discount { id: id::new(), subscription_id: of.id, percent, amount_minor, currency, periods, periods_left: periods }
}

fn must_renew(one: &Subscription) -> Result<()> {
    if one.renews() { Ok(()) } else { Err(Error::Conflict("It is cancelled: nothing is charged that could be lowered.".into())) }
}

impl Action for DiscountSubscription {
    const NAME: &'static str = "subscriptions.discount";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let of = subscriptions::lock(tx, self.user).await?;
        must_renew(&of)?;
        let running = discounts::running(&mut **tx, &of).await?;
        let discount = new(&of, self.off, self.periods);
        let by = actor.id().ok_or_else(|| Error::internal("a discount is given by somebody"))?;
        if let Some(old) = &running {
            discounts::end(tx, old).await?;
        }
        discounts::give(tx, &discount, by, self.why.reason.as_deref().unwrap_or_default()).await?;
        let lower = discount.lower(of.price_minor);
        let price = show::money(lower, &of.currency);
        let body = format!("From your next charge on your {} plan is {price} a month: {}.", of.tier, discount.words());
        let told = Told { action: "discount", title: "Your price is lowered", body };
        let mut applied = changed(tx, &of, &of, told).await?;
        applied.changes = vec![beside(&of, "discount", running.as_ref().map(Discount::words), Some(discount.words()))?];
        let text = format!("is the next charge instead of {}: {}", show::money(of.price_minor, &of.currency), discount.words());
        let all = (of.price_minor - lower).saturating_mul(i64::from(self.periods));
        applied = applied.effect(Effect::money(text, lower, &of.currency));
        Ok(applied.effect(Effect::money("go off over all periods together", all, &of.currency)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for EndDiscount {
    const NAME: &'static str = "subscriptions.end_discount";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let of = subscriptions::lock(tx, self.user).await?;
        let running = discounts::running(&mut **tx, &of).await?;
        let running = running.ok_or_else(|| Error::Conflict("No discount runs.".into()))?;
        discounts::end(tx, &running).await?;
        let price = show::money(of.price_minor, &of.currency);
        let body =
            format!("Your discount of {} has ended. Your {} plan is {price} a month from the next charge on.", running.words(), of.tier);
        let mut applied = changed(tx, &of, &of, Told { action: "end_discount", title: "Your discount has ended", body }).await?;
        applied.changes = vec![beside(&of, "discount", Some(running.words()), None)?];
        Ok(applied.effect(Effect::money("is the next charge", of.price_minor, &of.currency)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountFields {
    pub percent: Option<String>,
    pub amount: Option<String>,
    pub periods: Option<String>,
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl DiscountFields {
    /// The action that was asked for, of a subscription at this price.
    pub fn parse(&self, of: &Subscription) -> Result<DiscountSubscription, Invalid> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let off = match (given(&self.percent), given(&self.amount)) {
            (true, true) => return Err(Invalid::field("amount", "Give a share or an amount, not both.")),
            (false, false) => return Err(Invalid::field("percent", "Say how much goes off: a share, or an amount.")),
            (true, false) => {
                let percent = whole("percent", self.percent.as_deref(), 1, 100, "per cent")?;
                Off::Percent(i32::try_from(percent).unwrap_or(100))
            }
            (false, true) => Off::Minor(super::amount("amount", self.amount.as_deref(), &of.currency, of.price_minor)?),
        };
        let periods = whole("periods", self.periods.as_deref(), 1, 36, "periods")?;
        let why = coded(self.cause, self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(DiscountSubscription { user: of.user_id, off, periods: i32::try_from(periods).unwrap_or(36), why })
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndDiscountFields {
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl EndDiscountFields {
    /// The action that was asked for.
    pub fn parse(&self, user: Uuid) -> Result<EndDiscount, Invalid> {
        Ok(EndDiscount { user, why: coded(self.cause, self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
