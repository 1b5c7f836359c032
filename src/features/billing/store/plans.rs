//! What the next period costs and brings, and what a payment that failed would still bring about.
use super::periods::{self, Running, Status};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::Purpose;
use crate::features::billing::model::payment::Payment;
use crate::features::billing::model::plan::{Plan, lowered};
use crate::kernel::{Error, Result, Tier};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long the first period after a trial is: a trial's own length says nothing.
const PERIOD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The next period of a subscription that is locked: where the one before ended, and as long. And what it costs, discounts off.
///
/// # Errors
/// `Conflict` where the tier that it goes on with has no price.
pub async fn next(db: &mut PgConnection, running: &Running, rules: &Rules) -> Result<(Plan, i64)> {
    let tier = running.pending_tier.unwrap_or(running.tier);
    let price = match running.pending_tier {
        Some(pending) if pending != running.tier => rules.price(pending, &running.currency),
        _ => Some(running.price_minor),
    };
    let price = price.ok_or_else(|| Error::Conflict(format!("There is no price for {} in {}.", tier.label(), running.currency).into()))?;
    let length = match running.status {
        Status::Trialing => PERIOD,
        _ => running.period_end.duration_since(running.period_start),
    };
    let until = running.period_end.checked_add(length).map_err(Error::internal)?;
    let discount = periods::discount(db, running.id).await?;
    let (percent, amount) = discount.unwrap_or_default();
    let plan = Plan::Renewal {
        tier,
        period_start: running.period_end,
        period_end: until,
        price_minor: price,
        credits: rules.credits(tier),
        discounted: discount.is_some(),
    };
    Ok((plan, lowered(price, percent, amount)?))
}

/// What a payment that failed would still bring about, if its customer pays now.
///
/// # Errors
/// `Conflict` when nothing waits for it any more.
pub async fn again(db: &mut PgConnection, payment: &Payment, rules: &Rules) -> Result<(Uuid, Purpose, Plan)> {
    let late = |why: &str| Err(Error::Conflict(why.to_owned().into()));
    let Some(subscription) = payment.subscription else {
        return late("A stored card is charged for its plan only: a pack is bought again by the customer.");
    };
    let running = periods::lock(db, subscription).await?;
    if !running.status.is_charged() {
        return late("Its subscription is cancelled or over: it is not charged any more.");
    }
    if let Some(plan) = planned(db, payment.id).await? {
        return match &plan {
            Plan::Upgrade { tier, .. } if rank(*tier) > rank(running.tier) && running.status != Status::PastDue => {
                Ok((subscription, Purpose::Upgrade, plan))
            }
            Plan::Renewal { period_start, .. } if running.period_end == *period_start && running.status == Status::PastDue => {
                Ok((subscription, Purpose::Recovery, plan))
            }
            _ => late("What it was to pay for has changed since: nothing waits for it any more."),
        };
    }
    let owed = super::payments::failed_of(db, subscription).await?;
    if running.status != Status::PastDue || owed.is_none_or(|owed| owed.id != payment.id) {
        return late("Nothing waits for it any more: its subscription was paid since, or a later charge stands in its place.");
    }
    let (plan, _) = next(db, &running, rules).await?;
    Ok((subscription, Purpose::Recovery, plan))
}

fn rank(tier: Tier) -> usize {
    Tier::ALL.iter().position(|known| *known == tier).unwrap_or_default()
}

/// The plan of the newest charge of a payment that had one.
async fn planned(db: &mut PgConnection, payment: Uuid) -> Result<Option<Plan>> {
    let plan = sqlx::query_scalar!(
        "select plan from backlot.billing_operations where payment_id = $1 and kind in ('charge', 'link')
         order by requested_at desc, id desc limit 1",
        payment
    );
    let plan = plan.fetch_optional(db).await?.map(serde_json::from_value::<Plan>).transpose()?;
    Ok(plan.filter(|plan| !plan.is_nothing()))
}

/// When a charge is tried again by itself: on the next day of the plan that is still ahead, counted from the first failure.
pub fn next_try(first: Timestamp, now: Timestamp, days: &[i64]) -> Option<Timestamp> {
    let on = |days: &i64| first.checked_add(SignedDuration::from_hours(days.saturating_mul(24))).ok();
    days.iter().filter_map(on).find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_follow_the_days_and_end() {
        let first: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
        let after = |hours: i64| first + SignedDuration::from_hours(hours);
        let days = [1, 3, 5, 7];
        assert_eq!(next_try(first, first, &days), Some(after(24)));
        assert_eq!(next_try(first, after(24), &days), Some(after(72)), "on the day itself it is that day's try");
        assert_eq!(next_try(first, after(100), &days), Some(after(120)));
        assert_eq!(next_try(first, after(168), &days), None);
        assert_eq!(next_try(first, first, &[]), None);
    }
}
