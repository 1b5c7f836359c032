//! Credits, subscriptions and payments that contradict each other.
use super::{Case, Fix, PLANTED, look, mend};
use crate::billing::{EVES, subscribed};
use crate::support::{ADA, BEN, EVE, RTL, Studio};
use backlot::kernel::Role;

const FAILED: &str = "0192f000-0000-7000-8000-0000000000a5";

#[tokio::test]
async fn balances_below_zero_are_found() {
    let plant =
        format!("insert into platform.credit_transactions (id, user_id, kind, amount) values ('{PLANTED}', '{BEN}', 'spend', -600)");
    Case::new("negative-balances", plant, "-100 credits", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn more_credits_back_than_spent_are_found_once() {
    let plant = format!(
        "insert into platform.credit_transactions (id, user_id, kind, amount, generation_job_id) values
           (gen_random_uuid(), '{EVE}', 'spend', -4, '{FAILED}'), (gen_random_uuid(), '{EVE}', 'refund', 4, '{FAILED}'), (gen_random_uuid(), '{EVE}', 'refund', 4, '{FAILED}')"
    );
    Case::new("refunds-above-spend", plant, "8 credits back for 4 spent", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn two_running_subscriptions_are_found() {
    let plant = format!(
        "drop index platform.subscriptions_current_key;
         insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor)
           values ('{PLANTED}', '{ADA}', 'starter', 'active', now(), now() + interval '30 days', 900)"
    );
    Case::new("two-subscriptions", plant, "and starter, active", Fix::ByHand).holds().await;
}

/// Cas, Eve and the one whose name runs from right to left have a tier without a subscription anyway.
#[tokio::test]
async fn tiers_follow_subscriptions_again() {
    let plant = format!("update platform.users set tier = 'pro' where id = '{BEN}'");
    let left = "select string_agg(tier || ' ' || version, ', ' order by id) from platform.users";
    let left = Fix::Leaves(left.into(), "pro 1, free 2, free 2, free 1, free 2, free 1, free 2, free 1");
    Case::new("tier-differs", plant, "is on pro, has no subscription", left).beside(3).holds().await;
}

#[tokio::test]
async fn a_tier_that_somebody_gave_by_hand_stays() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("/admin/users/{BEN}/tier");
    let asked = maya.get(&path).await.must(200).form(&path).with("tier", "pro").with("reason", "a present");
    let shown = maya.submit(&asked).await.must(200);
    maya.submit(&shown.form(&path)).await.must(303);
    assert_eq!(look(&studio, &mut maya, "tier-differs").await, 3);
    mend(&studio, &mut maya, "tier-differs", "repair").await;
    assert_eq!(studio.text(&format!("select tier from platform.users where id = '{BEN}'")).await, "pro");
    assert_eq!(studio.text(&format!("select tier from platform.users where id = '{RTL}'")).await, "free");
}

#[tokio::test]
async fn active_without_a_payment_is_found() {
    let setup = format!(
        "{}; insert into platform.payments (id, user_id, subscription_id, status, amount_minor, created_at) values ('{PLANTED}', '{EVE}', '{EVES}', 'paid', 900, now() - interval '10 days')",
        subscribed()
    );
    let plant = format!("update platform.payments set status = 'failed' where id = '{PLANTED}'");
    Case::new("active-unpaid", plant, "EUR 9.00 a month", Fix::ByHand).after(setup).holds().await;
}

#[tokio::test]
async fn paid_without_a_subscription_is_found() {
    let plant = format!(
        "insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor)
           values ('{PLANTED}', '{BEN}', 'starter', 'lapsed', now() - interval '5 days', now() + interval '25 days', 900);
         insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, created_at)
           values ('{PLANTED}', '{BEN}', '{PLANTED}', 'paid', 'Starter, monthly', 900, now() - interval '5 days')"
    );
    Case::new("paid-unserved", plant, "Starter, monthly", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn a_status_that_does_not_fit_the_refunds_is_found() {
    let plant = format!(
        "insert into platform.payments (id, user_id, status, description, amount_minor, refunded_minor) values
           ('{PLANTED}', '{BEN}', 'refunded', 'A pack', 1500, 500), (gen_random_uuid(), '{BEN}', 'partially_refunded', 'Another', 1500, 500)"
    );
    Case::new("refund-status-differs", plant, "EUR 5.00 of EUR 15.00 paid back", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn what_reconciliation_found_is_shown_as_a_check() {
    let plant = "insert into backlot.reconciliations (day, gateway_mode, currency, captured_minor, refunded_minor, gateway_captured_minor, gateway_refunded_minor, payments, unseen, differing)
       values (current_date - 1, 'sandbox', 'EUR', 2900, 0, 0, 0, 1, 0, 1), (current_date - 2, 'sandbox', 'EUR', 2900, 0, 2900, 0, 1, 0, 0)";
    Case::new("reconciliation", plant.into(), "captured EUR 29.00 here and EUR 0.00 there", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn the_mark_of_a_discount_is_written_anew() {
    let plant = format!("update platform.subscriptions set is_discounted = false where id = '{EVES}'");
    Case::new("discounts-differ", plant, "is not marked, and a discount runs", Fix::Restores).after(subscribed()).holds().await;
}
