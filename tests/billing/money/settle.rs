//! Operations that nobody can say anything of, until two admins can.
use super::{FAILED, GOOD, Till, past_due, retry, till};
use crate::support::Browser;
use backlot::kernel::Role;
use backlot::sandbox::finby::{Call, Fault, Post};
use uuid::Uuid;

/// A charge whose answer was lost, and of which nothing is told; whether money moved.
async fn uncertain(fault: Fault) -> (Till, Uuid) {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    till.gateway.fail(Call::Charge, &[fault]);
    till.gateway.post(Post { silent: true, ..Post::default() });
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let operation = retry(&mut admin, FAILED).await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "uncertain");
    (till, operation)
}

/// Says how it ended; the status, and what the page says.
pub async fn say(browser: &mut Browser, operation: Uuid, outcome: &str, number: &str) -> (u16, String) {
    let path = format!("/admin/billing/operations/{operation}/settle");
    let page = browser.get(&path).await.must(200);
    let form = page.form(&path).with("outcome", outcome).with("number", number).with("reason", "seen in the gateway's portal");
    let shown = browser.submit(&form).await;
    if shown.status != 200 {
        return (shown.status.as_u16(), shown.words());
    }
    let done = browser.submit(&shown.form(&path)).await;
    (done.status.as_u16(), done.words())
}

#[tokio::test]
async fn that_it_happened_counts_when_two_have_found_it() {
    let (till, operation) = uncertain(Fault::LostAnswer).await;
    let number = till.gateway.journal().last().unwrap().id.to_string();
    let mut first = till.studio.sign_in(Role::BillingAdmin).await;
    assert_eq!(say(&mut first, operation, "succeeded", &number).await.0, 303);
    assert_eq!(say(&mut first, operation, "succeeded", &number).await.0, 303, "the same admin again is still one");
    assert_eq!(till.states("charge").await, "uncertain");
    let mut second = till.studio.sign_in(Role::SuperAdmin).await;
    let (status, words) = say(&mut second, operation, "succeeded", "99").await;
    assert_eq!(status, 422, "{words}");
    assert_eq!(say(&mut second, operation, "succeeded", "").await.0, 303);
    till.settle().await;
    assert_eq!(till.states("charge").await, "succeeded");
    assert_eq!(till.subscription().await, "active pro 0");
    let kept = format!("select gateway_ref from platform.payments where id = '{FAILED}'");
    assert_eq!(till.studio.text(&kept).await, number, "it can be refunded");
    till.must_agree().await;
}

#[tokio::test]
async fn that_nothing_happened_can_be_said_after_a_day_and_by_two() {
    let (till, operation) = uncertain(Fault::HangUp).await;
    let (mut first, mut second) = (till.studio.sign_in(Role::BillingAdmin).await, till.studio.sign_in(Role::SuperAdmin).await);
    let (status, words) = say(&mut first, operation, "failed", "").await;
    assert_eq!(status, 422, "{words}");
    assert!(words.contains("24 hours after"), "{words}");
    till.studio.run("update backlot.billing_operations set sent_at = now() - interval '25 hours'").await;
    assert_eq!(say(&mut first, operation, "failed", "").await.0, 303);
    // The second finds something else: that is a new claim, not an agreement.
    assert_eq!(say(&mut second, operation, "succeeded", "").await.0, 303);
    assert_eq!(till.states("charge").await, "uncertain");
    assert_eq!(say(&mut second, operation, "failed", "").await.0, 303, "they have looked again");
    assert_eq!(say(&mut first, operation, "failed", "").await.0, 303);
    till.settle().await;
    assert_eq!(till.states("charge").await, "failed");
    assert_eq!(till.moved(), (0, 0));
    till.must_agree().await;
}

#[tokio::test]
async fn what_the_gateway_says_later_is_booked_even_where_two_were_wrong() {
    let (till, operation) = uncertain(Fault::LostAnswer).await;
    till.studio.run("update backlot.billing_operations set sent_at = now() - interval '25 hours'").await;
    let (mut first, mut second) = (till.studio.sign_in(Role::BillingAdmin).await, till.studio.sign_in(Role::SuperAdmin).await);
    assert_eq!(say(&mut first, operation, "failed", "").await.0, 303);
    assert_eq!(say(&mut second, operation, "failed", "").await.0, 303);
    assert_eq!(till.booked().await, (0, 0));
    till.gateway.post(Post::default());
    till.gateway.tell_again();
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "succeeded");
    assert_eq!(till.payment(FAILED).await, "paid 0 0");
    till.must_agree().await;
}
