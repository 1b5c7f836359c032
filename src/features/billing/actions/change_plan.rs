//! Changing what a subscription pays for: up now and charged for it, down at the end of the period.
use super::{Told, beside, changed, coded, on};
use crate::features::billing::model::operation::{Kind, Purpose, ReasonCode};
use crate::features::billing::model::plan::{Line, Plan};
use crate::features::billing::model::{Span, Status, Subscription, prorate};
use crate::features::billing::store::operations::{self, Wanted};
use crate::features::billing::store::{discounts, mandates, subscriptions};
use crate::gateways::finby::Mode;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Effect, Error, Invalid, Permission, Result, Target, Tier, Tx, Why};
use crate::web::show;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives a subscription another tier. What is dearer begins now, and the difference for what remains of the period is charged first;
/// what is cheaper begins with the next period, and nothing is paid back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePlan {
    pub user: Uuid,
    /// The key of the form: the id of the charge.
    pub key: Uuid,
    pub tier: Tier,
    pub terms: Terms,
    pub why: Why,
}

/// What the settings and the gateway say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The world that money is moved in from here; nothing: none is.
    pub mode: Option<Mode>,
    /// What a period of the new tier costs, in minor units.
    pub price: i64,
    /// Credits of a period of the old tier and of the new.
    pub credits: (i64, i64),
}

/// How far up a tier is.
fn rank(tier: Tier) -> Option<usize> {
    Tier::ALL.iter().position(|one| *one == tier)
}

impl Action for ChangePlan {
    const NAME: &'static str = "subscriptions.change_tier";
    const EVENT: &'static str = "admin_subscription_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = subscriptions::lock(tx, self.user).await?;
        if before.cancelled_at.is_some() {
            return Err(Error::Conflict("It is cancelled: resume it first.".into()));
        }
        if before.status == Status::PastDue {
            return Err(Error::Conflict("Its payment failed: that one must be paid first.".into()));
        }
        match rank(self.tier).cmp(&rank(before.tier)) {
            std::cmp::Ordering::Greater => self.rise(tx, actor, before).await,
            std::cmp::Ordering::Less => self.fall(tx, before).await,
            std::cmp::Ordering::Equal if before.pending_tier.is_some() => self.stay(tx, before).await,
            std::cmp::Ordering::Equal => Err(Error::field("tier", format!("They pay for {} already.", self.tier))),
        }
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl ChangePlan {
    /// At the end of the period.
    async fn fall(self, tx: &mut Tx, before: Subscription) -> Result<Applied<String>> {
        let after = Subscription { pending_tier: Some(self.tier), ..before.clone() };
        subscriptions::save(tx, &after).await?;
        let price = show::money(self.terms.price, &after.currency);
        let end = on(after.period_end);
        let body = format!("You keep {} until {end}. From then on your plan is {} for {price} a month.", before.tier, self.tier);
        let told = Told { action: "change_tier", title: "Your plan changes at the end of the period", body };
        let applied = changed(tx, &before, &after, told).await?;
        Ok(applied.effect(Effect::money(format!("is the price from {end} on"), self.terms.price, &after.currency)))
    }

    /// As it was: another tier was to come.
    async fn stay(self, tx: &mut Tx, before: Subscription) -> Result<Applied<String>> {
        let after = Subscription { pending_tier: None, ..before.clone() };
        subscriptions::save(tx, &after).await?;
        let body = format!("Your plan stays {} when the period ends on {}.", before.tier, on(after.period_end));
        changed(tx, &before, &after, Told { action: "change_tier", title: "Your plan stays as it is", body }).await
    }

    /// Now, and charged first: the stored card, or by a link where there is none.
    async fn rise(self, tx: &mut Tx, actor: &Actor, before: Subscription) -> Result<Applied<String>> {
        let mode = self.terms.mode.ok_or_else(|| Error::Conflict("No payment gateway is set up here: nothing can be charged.".into()))?;
        let now = subscriptions::now(&mut **tx).await?;
        let (plan, lines) =
            if before.status == Status::Trialing { self.first(&before, now) } else { self.prorated(tx, &before, now).await? };
        let due: i64 = lines.iter().map(|line| line.minor).sum();
        if due <= 0 {
            return Err(Error::Conflict(
                "At today's prices there is nothing to charge: change the prices or end the discount first.".into(),
            ));
        }
        let card = mandates::standing(tx, self.user, mode).await?;
        let (kind, how) = match &card {
            Some(_) => (Kind::Charge, format!("is charged now to {}", before.card.as_deref().unwrap_or("the stored card"))),
            None => (Kind::Link, "is asked for by a payment link: no card is stored".to_owned()),
        };
        operations::begin(tx, actor, &self.wanted(&before, (kind, mode), due, plan)).await?;
        let asked = format!("to {} for {}", self.tier, show::money(due, &before.currency));
        let mut applied = Applied::to(Target::of(&before), before.user.clone())
            .change(beside(&before, "upgrade", None, Some(asked))?)
            .event(json!({ "action": "change_tier", "user_id": self.user }));
        for line in &lines {
            applied = applied.effect(Effect::money(line.what.clone(), line.minor, &before.currency));
        }
        Ok(applied
            .effect(Effect::money(how, due, &before.currency))
            .effect(Effect::count(format!("user is on {} once it is paid", self.tier), 1)))
    }

    fn wanted(&self, before: &Subscription, (kind, mode): (Kind, Mode), due: i64, plan: Plan) -> Wanted {
        Wanted {
            key: self.key,
            kind,
            purpose: Purpose::Upgrade,
            user: self.user,
            subscription: Some(before.id),
            payment: None,
            mode,
            minor: due,
            currency: before.currency.clone(),
            description: format!("Upgrade to {}", self.tier),
            plan,
            reason_code: None,
            why: self.why.clone(),
            needs_approval: false,
        }
    }

    /// The first period after a trial: thirty days.
    fn first(&self, before: &Subscription, now: Timestamp) -> (Plan, Vec<Line>) {
        let end = now + jiff::SignedDuration::from_hours(24 * 30);
        let plan = Plan::Renewal {
            tier: self.tier,
            period_start: now,
            period_end: end,
            price_minor: self.terms.price,
            credits: self.terms.credits.1,
            discounted: false,
        };
        let what = format!("{}, 30 days from now; the trial of {} ends", self.tier, before.tier);
        (plan, vec![Line { what, minor: self.terms.price }])
    }

    /// The rest of the period, with what was paid for it taken off.
    async fn prorated(&self, tx: &mut Tx, before: &Subscription, now: Timestamp) -> Result<(Plan, Vec<Line>)> {
        let paid = discounts::in_period(&mut **tx, before).await?.map_or(before.price_minor, |discount| discount.lower(before.price_minor));
        let running = discounts::running(&mut **tx, before).await?;
        let new = running.map_or(self.terms.price, |discount| discount.lower(self.terms.price));
        let span = Span { start: before.period_start, end: before.period_end };
        let change = prorate(span, now, paid, new);
        let credits = prorate(span, now, self.terms.credits.0, self.terms.credits.1).due();
        let lines = vec![
            Line { what: format!("{} until {}", self.tier, on(before.period_end)), minor: change.rest },
            Line { what: format!("unused rest of {}", before.tier), minor: -change.unused },
        ];
        Ok((Plan::Upgrade { tier: self.tier, price_minor: self.terms.price, credits, lines: lines.clone() }, lines))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFields {
    pub tier: Option<Tier>,
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl PlanFields {
    /// The action that was asked for; `terms` are those of the chosen tier, or why there are none.
    pub fn parse(&self, user: Uuid, key: Uuid, terms: impl FnOnce(Tier) -> Result<Terms, Invalid>) -> Result<ChangePlan, Invalid> {
        let tier = self.tier.filter(|tier| *tier != Tier::Free);
        let tier = tier.ok_or_else(|| Invalid::field("tier", "Choose a tier; to end it, cancel it."))?;
        let why = coded(self.cause, self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(ChangePlan { user, key, tier, terms: terms(tier)?, why })
    }
}
