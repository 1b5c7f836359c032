//! When the gateway is away, slow or lost: everything ends right, or is seen to be uncertain; nothing is asked for twice.
use super::{FAILED, GOOD, PAID, Till, past_due, refund, retry, till};
use backlot::kernel::Role;
use backlot::sandbox::finby::{Call, Fault, Post};

/// A charge with this fault: how it stands, and what moved.
async fn charged(fault: Fault) -> (Till, String) {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    till.gateway.fail(Call::Charge, &[fault]);
    retry(&mut admin, FAILED).await;
    till.settle().await;
    let state = till.states("charge").await;
    (till, state)
}

#[tokio::test]
async fn a_charge_whose_answer_is_lost_is_settled_by_what_the_gateway_tells() {
    for fault in [Fault::LostAnswer, Fault::Html, Fault::Torn] {
        let (till, state) = charged(fault).await;
        assert_eq!(state, "succeeded", "{fault:?}");
        assert_eq!(till.moved(), (2_900, 0), "{fault:?}");
        assert_eq!(till.subscription().await, "active pro 0");
        till.must_agree().await;
    }
}

#[tokio::test]
async fn a_charge_that_nobody_can_say_anything_of_stays_uncertain_and_is_not_sent_again() {
    for fault in [Fault::HangUp, Fault::Broken, Fault::Busy, Fault::Stranger, Fault::NotYet] {
        let (till, state) = charged(fault).await;
        assert_eq!(state, "uncertain", "{fault:?}");
        till.clock("billing.look_for_late").await;
        till.renew().await;
        assert_eq!(till.states("charge").await, "uncertain", "{fault:?}");
        assert_eq!(till.moved(), (0, 0), "{fault:?}");
        let sent = till.studio.number("select count(*) from backlot.gateway_calls where endpoint = 'charge'").await;
        assert_eq!(sent, 1, "{fault:?}: asked for once");
        let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
        let list = admin.get("/admin/billing/operations").await.must(200);
        assert!(list.words().contains("Waiting for somebody"), "{}", list.words());
        let path = format!("/admin/payments/{FAILED}/retry");
        let page = admin.get(&path).await.must(200);
        let answer = admin.submit(&page.form(&path).with("reason", "once more")).await.must(409);
        assert!(answer.words().contains("under way"), "{}", answer.words());
    }
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_held_until_the_gateway_tells() {
    for fault in [Fault::LostAnswer, Fault::Html, Fault::Torn] {
        let till = till(GOOD).await;
        let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
        till.gateway.fail(Call::Refund, &[fault]);
        till.gateway.post(Post { silent: true, ..Post::default() });
        refund(&mut admin, PAID, "9.00").await;
        till.settle().await;
        assert_eq!(till.states("refund").await, "uncertain", "{fault:?}");
        assert_eq!(till.payment(PAID).await, "paid 0 900", "it counts as gone while nobody knows");
        till.gateway.post(Post::default());
        till.gateway.tell_again();
        till.gateway.told().await;
        till.settle().await;
        assert_eq!(till.payment(PAID).await, "partially_refunded 900 0", "{fault:?}");
        assert_eq!(till.moved(), (0, 900));
        till.must_agree().await;
    }
}

#[tokio::test]
async fn what_was_never_done_is_asked_for_again_with_the_same_reference() {
    for (call, faults) in [
        (Call::Refund, vec![Fault::Busy]),
        (Call::Refund, vec![Fault::NotYet]),
        (Call::Refund, vec![Fault::Stranger]),
        (Call::Token, vec![Fault::HangUp, Fault::Broken]),
        (Call::Token, vec![Fault::Html]),
    ] {
        let till = till(GOOD).await;
        let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
        till.gateway.fail(call, &faults);
        refund(&mut admin, PAID, "9.00").await;
        till.settle().await;
        assert_eq!(till.payment(PAID).await, "partially_refunded 900 0", "{call:?} {faults:?}");
        assert_eq!(till.moved(), (0, 900), "{call:?} {faults:?}");
        till.must_agree().await;
    }
}

#[tokio::test]
async fn a_refund_that_the_gateway_never_tells_of_is_found_out_by_looking() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    till.gateway.post(Post { silent: true, ..Post::default() });
    till.gateway.fail(Call::Fetch, &[Fault::NotYet, Fault::Busy, Fault::HangUp]);
    refund(&mut admin, PAID, "9.00").await;
    till.settle().await;
    assert_eq!(till.states("refund").await, "waiting");
    for _ in 0..4 {
        till.studio
            .run("update backlot.billing_operations set next_look_at = now(); update backlot.jobs set run_at = now() where name = 'billing.look' and finished_at is null")
            .await;
        till.settle().await;
    }
    assert_eq!(till.states("refund").await, "succeeded");
    assert_eq!(till.studio.text("select settled_by from backlot.billing_operations").await, "look");
    till.must_agree().await;
}

#[tokio::test]
async fn what_the_gateway_has_of_another_amount_or_reference_settles_nothing() {
    for odd in ["amount_minor = 800", "reference = 'r_another'"] {
        let till = till(GOOD).await;
        let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
        till.gateway.post(Post { silent: true, ..Post::default() });
        till.gateway.fail(Call::Fetch, &[Fault::NotYet]);
        refund(&mut admin, PAID, "9.00").await;
        till.settle().await;
        assert_eq!(till.states("refund").await, "waiting");
        till.studio
            .run(&format!(
                "update backlot.billing_operations set {odd}, next_look_at = now();
                 update backlot.jobs set run_at = now() where name = 'billing.look' and finished_at is null"
            ))
            .await;
        till.settle().await;
        assert_eq!(till.states("refund").await, "waiting", "{odd}");
        assert_eq!(till.payment(PAID).await, "paid 0 900", "{odd}: nothing is booked, and the money stays held");
        assert_eq!(till.booked().await, (0, 0), "{odd}");
    }
}

#[tokio::test]
async fn a_worker_that_died_between_asking_and_writing_leaves_an_uncertain_charge() {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    retry(&mut admin, FAILED).await;
    till.studio.run("update backlot.billing_operations set state = 'sending', sent_at = now(), tries = 1").await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "uncertain");
    assert_eq!(till.moved(), (0, 0), "whoever finds it does not send it");
    // The same where its job is gone, too.
    till.studio.run("update backlot.billing_operations set state = 'sending', sent_at = now() - interval '6 minutes'").await;
    till.clock("billing.look_for_late").await;
    assert_eq!(till.states("charge").await, "uncertain");
}
