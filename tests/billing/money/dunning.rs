//! Renewals and what follows when they fail, by the clock.
use super::{BENS, GOOD, PAID, Till, refund, till};
use crate::support::BEN;
use backlot::kernel::Role;
use backlot::sandbox::finby::card;

impl Till {
    /// As if so many days had gone by for the charge that failed.
    async fn days_later(&self, days: i32) {
        self.studio
            .run(&format!(
                "update platform.payments set created_at = created_at - interval '{days} days' where subscription_id = '{BENS}' and id <> '{PAID}';
                 update platform.subscriptions set next_charge_at = next_charge_at - interval '{days} days', grace_until = grace_until - interval '{days} days'"
            ))
            .await;
    }

    async fn next_charge(&self) -> String {
        self.studio
            .text(&format!("select coalesce(round(extract(epoch from next_charge_at - now()) / 3600)::text, 'none') from platform.subscriptions where id = '{BENS}'"))
            .await
    }
}

#[tokio::test]
async fn a_period_that_ends_is_charged_once_and_the_next_begins_where_it_ended() {
    let till = till(GOOD).await;
    till.renew().await;
    till.renew().await;
    assert_eq!(till.states("charge").await, "succeeded");
    assert_eq!(till.subscription().await, "active pro 0");
    let whole = "select (period_end - period_start = interval '30 days' and period_start < now() and period_start > now() - interval '2 hours')::text from platform.subscriptions";
    assert_eq!(till.studio.text(&format!("{whole} where id = '{BENS}'")).await, "true");
    assert_eq!(till.told("Your plan was renewed").await, 1);
    assert_eq!(till.moved(), (2_900, 0));
    till.must_agree().await;
    // The new payment is like any other: it can go back.
    let payment =
        till.studio.text(&format!("select id::text from platform.payments where subscription_id = '{BENS}' and id <> '{PAID}'")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    refund(&mut admin, payment.parse().unwrap(), "29.00").await;
    till.settle().await;
    assert_eq!(till.moved(), (2_900, 2_900));
    till.must_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_at_once_charge_once() {
    let till = till(GOOD).await;
    till.studio
        .run(&format!(
            "update platform.subscriptions set period_end = now() - interval '1 minute' where id = '{BENS}';
             insert into backlot.jobs (id, name, payload, max_attempts) select gen_random_uuid(), 'billing.renew', 'null', 1 from generate_series(1, 8)"
        ))
        .await;
    till.studio.work(async || till.studio.run_some_jobs().await).await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "succeeded");
    assert_eq!(till.moved(), (2_900, 0));
}

#[tokio::test]
async fn a_discount_and_another_tier_are_applied_at_the_renewal() {
    let till = till(GOOD).await;
    till.studio
        .run(&format!(
            "update platform.subscriptions set pending_tier = 'starter' where id = '{BENS}';
             insert into backlot.discounts (id, subscription_id, percent, periods, periods_left, granted_by, reason)
               select gen_random_uuid(), '{BENS}', 50, 1, 1, id, 'sorry' from backlot.admins limit 1"
        ))
        .await;
    till.renew().await;
    assert_eq!(till.moved(), (450, 0), "half of a starter period");
    assert_eq!(till.subscription().await, "active starter 0");
    assert_eq!(till.studio.text(&format!("select tier from platform.users where id = '{BEN}'")).await, "starter");
    assert_eq!(till.studio.text("select periods_left::text from backlot.discounts where ended_at is not null").await, "0");
    assert_eq!(till.studio.number(&format!("select price_minor from platform.subscriptions where id = '{BENS}'")).await, 900);
    till.must_agree().await;
}

#[tokio::test]
async fn a_period_that_costs_nothing_is_not_charged() {
    let till = till(GOOD).await;
    till.studio
        .run(&format!(
            "insert into backlot.discounts (id, subscription_id, percent, periods, periods_left, granted_by, reason)
               select gen_random_uuid(), '{BENS}', 100, 2, 2, id, 'sorry' from backlot.admins limit 1"
        ))
        .await;
    till.renew().await;
    assert_eq!(till.states("charge").await, "");
    assert_eq!(till.subscription().await, "active pro 0");
    assert_eq!(
        till.studio
            .number(&format!("select sum(amount)::bigint from platform.credit_transactions where user_id = '{BEN}' and kind = 'grant'"))
            .await,
        2_000
    );
    till.must_agree().await;
}

#[tokio::test]
async fn a_card_that_is_empty_is_tried_on_the_days_of_the_plan_and_then_it_ends() {
    let till = till(card::RUNS_DRY).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "past_due pro 1");
    assert_eq!(till.next_charge().await, "24");
    assert_eq!(
        till.studio.text(&format!("select tier from platform.users where id = '{BEN}'")).await,
        "free",
        "as it was: access is the platform's"
    );
    let (mut tries, mut left) = (1, vec![(1, "48"), (2, "48"), (2, "48"), (2, "none")]);
    while let Some((days, next)) = (!left.is_empty()).then(|| left.remove(0)) {
        till.renew().await;
        assert_eq!(till.subscription().await, format!("past_due pro {tries}"), "not before its day");
        till.days_later(days).await;
        till.renew().await;
        tries += 1;
        assert_eq!(till.subscription().await, format!("past_due pro {tries}"));
        assert_eq!(till.next_charge().await, next);
    }
    assert_eq!(
        till.studio.number(&format!("select count(*) from platform.payments where subscription_id = '{BENS}'")).await,
        2,
        "one payment, tried five times"
    );
    assert_eq!(till.told("Your payment did not go through").await, 5);
    till.days_later(8).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "lapsed pro 5");
    assert_eq!(till.told("Your plan has ended").await, 1);
    assert_eq!(till.moved(), (0, 0));
}

#[tokio::test]
async fn a_card_that_must_be_confirmed_is_not_tried_by_itself() {
    let till = till(card::ASKS_AGAIN).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "past_due pro 1");
    assert_eq!(till.next_charge().await, "none");
    till.days_later(3).await;
    till.renew().await;
    assert_eq!(till.states("charge").await, "failed");
    assert_eq!(till.subscription().await, "past_due pro 1", "grace is kept");
}

#[tokio::test]
async fn a_card_that_works_again_brings_it_back() {
    let till = till(card::RUNS_DRY).await;
    till.renew().await;
    till.gateway.spoil_card(till.initial, None);
    till.gateway.spoil_card(till.initial, Some("800.100.162"));
    till.days_later(1).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "past_due pro 2");
    till.studio.run(&format!("update platform.payments set failure_code = failure_code where id <> '{PAID}'")).await;
    let mandate = super::pay_anew(&till).await;
    assert!(mandate > till.initial);
    till.days_later(2).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "active pro 0");
    assert_eq!(till.moved(), (2_900 + 2_900, 0), "with the card that was agreed to anew");
}

#[tokio::test]
async fn whoever_cancelled_is_never_charged_and_ends_at_the_end() {
    let till = till(GOOD).await;
    till.studio.run(&format!("update platform.subscriptions set status = 'cancelled', cancelled_at = now() where id = '{BENS}'")).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "lapsed pro 0");
    assert_eq!(till.states("charge").await, "");
    let charge = format!(
        "insert into backlot.billing_operations (id, kind, purpose, user_id, subscription_id, payment_id, mandate_id, gateway_mode, reference, amount_minor, currency, state)
         select gen_random_uuid(), 'charge', 'renewal', '{BEN}', '{BENS}', '{PAID}', id, 'sandbox', 'c_1', 1, 'EUR', 'queued' from backlot.mandates"
    );
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(charge)).execute(&till.studio.app).await.unwrap_err();
    assert!(refused.to_string().contains("is not charged any more"), "{refused}");
    assert_eq!(till.moved(), (0, 0));
}

#[tokio::test]
async fn who_asked_for_free_has_free_after_the_period() {
    let till = till(GOOD).await;
    till.studio.run(&format!("update platform.subscriptions set pending_tier = 'free' where id = '{BENS}'")).await;
    till.renew().await;
    assert_eq!(till.subscription().await, "lapsed pro 0");
    assert_eq!(till.moved(), (0, 0));
}

#[tokio::test]
async fn while_a_charge_is_uncertain_nothing_ends_and_nothing_is_charged() {
    let till = till(GOOD).await;
    till.gateway.fail(backlot::sandbox::finby::Call::Charge, &[backlot::sandbox::finby::Fault::HangUp]);
    till.renew().await;
    assert_eq!(till.states("charge").await, "uncertain");
    till.studio.run("update backlot.billing_operations set requested_at = now() - interval '3 days'").await;
    till.renew().await;
    assert_eq!(till.states("charge").await, "uncertain");
    assert_eq!(till.subscription().await, "active pro 0");
    assert_eq!(till.moved(), (0, 0));
}
