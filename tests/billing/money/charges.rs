//! Charges of a stored card, and links to pay: once, however many ask.
use super::{BENS, FAILED, GOOD, act, past_due, pay, ready, retry, till};
use crate::support::BEN;
use backlot::kernel::Role;
use backlot::sandbox::finby::card;

#[tokio::test]
async fn a_failed_payment_is_charged_again_and_its_subscription_goes_on() {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    retry(&mut admin, FAILED).await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "succeeded");
    assert_eq!(till.payment(FAILED).await, "paid 0 0");
    assert_eq!(till.subscription().await, "active pro 0");
    let period = "select (period_end - period_start = interval '30 days' and period_end > now() + interval '29 days')::text from platform.subscriptions";
    assert_eq!(till.studio.text(&format!("{period} where id = '{BENS}'")).await, "true", "the next period begins where the last one ended");
    assert_eq!(
        till.studio
            .number(&format!(
                "select count(*) from platform.credit_transactions where user_id = '{BEN}' and kind = 'grant' and amount = 2000"
            ))
            .await,
        1
    );
    assert_eq!(till.studio.text(&format!("select tier from platform.users where id = '{BEN}'")).await, "pro");
    assert_eq!(till.told("Your payment went through").await, 1);
    assert_eq!(till.moved(), (2_900, 0));
    till.must_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_who_retry_at_once_with_two_workers_charge_once() {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{FAILED}/retry");
    let mut forms = Vec::new();
    for _ in 0..16 {
        forms.push(ready(&mut admin, &path, &[("reason", "they called")]).await);
    }
    let sent = futures::future::join_all(forms.iter().map(|form| {
        let mut admin = admin.clone();
        async move { admin.submit(form).await.status.as_u16() }
    }))
    .await;
    assert_eq!(sent.iter().filter(|status| **status == 303).count(), 1, "{sent:?}");
    let second = till.studio.work(async || till.studio.run_some_jobs().await);
    second.await;
    till.settle().await;
    assert_eq!(till.moved(), (2_900, 0));
    assert_eq!(till.subscription().await, "active pro 0");
    till.must_agree().await;
}

#[tokio::test]
async fn a_card_that_wants_its_customer_is_told_so_and_a_link_leads_to_a_new_agreement() {
    let till = till(card::ASKS_AGAIN).await;
    till.studio.run(&past_due("300.100.100")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let charge = retry(&mut admin, FAILED).await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "failed");
    let page = admin.get(&format!("/admin/billing/operations/{charge}")).await.must(200);
    assert!(page.words().contains("The customer must act"), "{}", page.words());
    let link = act(&mut admin, &format!("/admin/payments/{FAILED}/link"), &[("reason", "bank wants them")]).await;
    till.settle().await;
    let address = till.studio.text(&format!("select link from backlot.billing_operations where id = '{link}'")).await;
    let letter = till.studio.letters.last_to("ben@users.example");
    assert!(letter.body.contains(&address), "{letter:?}");
    let tries = pay(&till.gateway, &address, card::NO_FUNDS).await;
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(till.states("link").await, "waiting", "the customer may try with another card");
    let paid = pay(&till.gateway, &address, GOOD).await;
    assert_ne!(tries, paid);
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(till.states("link").await, "succeeded");
    assert_eq!(till.payment(FAILED).await, "paid 0 0");
    assert_eq!(till.subscription().await, "active pro 0");
    let standing = format!("select initial_ref from backlot.mandates where user_id = '{BEN}' and revoked_at is null");
    assert_eq!(till.studio.number(&standing).await, paid, "the new card is the one that is charged from now on");
    till.must_agree().await;
    // They pay by the same link once more: it is money, and can go back.
    pay(&till.gateway, &address, GOOD).await;
    till.gateway.told().await;
    till.settle().await;
    assert_eq!(
        till.studio.number("select count(*) from platform.payments where description = 'Paid a second time' and status = 'paid'").await,
        1
    );
    assert_eq!(till.subscription().await, "active pro 0");
    till.must_agree().await;
}

#[tokio::test]
async fn a_subscription_that_is_cancelled_before_the_charge_is_sent_is_not_charged() {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let charge = retry(&mut admin, FAILED).await;
    till.studio.run(&format!("update platform.subscriptions set status = 'cancelled' where id = '{BENS}'")).await;
    till.settle().await;
    assert_eq!(till.states("charge").await, "called_off");
    assert_eq!(till.moved(), (0, 0));
    let page = admin.get(&format!("/admin/billing/operations/{charge}")).await.must(200);
    assert!(page.words().contains("it is not charged any more"), "{}", page.words());
    let path = format!("/admin/payments/{FAILED}/retry");
    let page = admin.get(&path).await.must(200);
    admin.submit(&page.form(&path).with("reason", "try once more")).await.must(409);
    assert_eq!(till.moved(), (0, 0));
}

#[tokio::test]
async fn an_agreement_that_is_revoked_is_not_charged_and_a_pack_never() {
    let till = till(GOOD).await;
    till.studio.run(&past_due("800.100.155")).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    till.studio.run("update backlot.mandates set revoked_at = now()").await;
    let path = format!("/admin/payments/{FAILED}/retry");
    let page = admin.get(&path).await.must(200);
    let answer = admin.submit(&page.form(&path).with("reason", "try once more")).await.must(409);
    assert!(answer.words().contains("send a payment link"), "{}", answer.words());
    till.studio.run(&format!("update platform.payments set subscription_id = null where id = '{FAILED}'")).await;
    let page = admin.get(&path).await.must(200);
    let answer = admin.submit(&page.form(&path).with("reason", "try once more")).await.must(409);
    assert!(answer.words().contains("a pack is bought again"), "{}", answer.words());
    assert_eq!(till.moved(), (0, 0));
}
