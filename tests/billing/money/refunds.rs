//! Refunds: in parts and at once, and never more than was captured.
use super::{GOOD, PAID, ready, refund, till};
use backlot::kernel::Role;

#[tokio::test]
async fn part_of_a_payment_goes_back_and_then_the_rest() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let first = refund(&mut admin, PAID, "9.00").await;
    assert_eq!(till.payment(PAID).await, "paid 0 900", "held from the moment it was asked for");
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "partially_refunded 900 0");
    let page = admin.get(&format!("/admin/billing/operations/{first}")).await.must(200);
    assert!(page.words().contains("Succeeded") && page.words().contains("Sandbox"), "{}", page.words());
    refund(&mut admin, PAID, "20,00").await;
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "refunded 2900 0");
    assert_eq!(till.told("Your refund is on its way").await, 2);
    assert_eq!(till.moved(), (0, 2_900));
    till.must_agree().await;
    let entry = till.studio.entries("billing.refund", "done").await.remove(0);
    assert_eq!(entry.target_id.as_deref(), Some(PAID.to_string().as_str()));
    let event = till.studio.events().await.into_iter().find(|event| event.name == "admin_billing_action").unwrap();
    assert_eq!((event.properties["action"].as_str(), event.properties["amount"].as_i64()), (Some("refund"), Some(900)));
}

#[tokio::test]
async fn what_cannot_go_back_is_refused_beside_its_field() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{PAID}/refund");
    for (amount, said) in
        [("29.01", "At most €29.00"), ("0", "above zero"), ("-1", "above zero"), ("1.234", "above zero"), ("x", "above zero")]
    {
        let page = admin.get(&path).await.must(200);
        let form = page.form(&path).with("amount", amount).with("reason_code", "goodwill").with("reason", "lost a day");
        let answer = admin.submit(&form).await.must(422);
        assert!(answer.words().contains(said), "{amount}: {}", answer.words());
    }
    assert_eq!(till.payment(PAID).await, "paid 0 0");
    assert_eq!(till.states("refund").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_refunds_at_once_no_more_goes_back_than_was_captured() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{PAID}/refund");
    let mut forms = Vec::new();
    for _ in 0..16 {
        forms.push(ready(&mut admin, &path, &[("amount", "5.00"), ("reason_code", "goodwill"), ("reason", "lost a day")]).await);
    }
    let sent = futures::future::join_all(forms.iter().map(|form| {
        let mut admin = admin.clone();
        async move {
            // It is confirmed as often as the payment changes under it.
            let mut answer = admin.submit(form).await;
            for _ in 0..100 {
                if !matches!(answer.status.as_u16(), 200 | 409) {
                    break;
                }
                let next = answer.form(&format!("/admin/payments/{PAID}/refund"));
                answer = admin.submit(&next).await;
            }
            answer.status.as_u16()
        }
    }))
    .await;
    assert_eq!(sent.iter().filter(|status| **status == 303).count(), 5, "{sent:?}");
    assert_eq!(till.payment(PAID).await, "paid 0 2500");
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "partially_refunded 2500 0");
    assert_eq!(till.moved(), (0, 2_500));
    till.must_agree().await;
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_refund() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{PAID}/refund");
    let form = ready(&mut admin, &path, &[("amount", "5.00"), ("reason_code", "goodwill"), ("reason", "lost a day")]).await;
    let first = admin.submit(&form).await.must(303);
    let second = admin.submit(&form).await.must(303);
    assert_eq!(first.location(), second.location());
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "partially_refunded 500 0");
    assert_eq!(till.moved(), (0, 500));
}

#[tokio::test]
async fn rows_of_another_mode_or_currency_are_only_read() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let path = format!("/admin/payments/{PAID}/refund");
    let fields = [("amount", "5.00"), ("reason_code", "goodwill"), ("reason", "lost a day")];
    for (set, said) in [("gateway_mode = 'live'", "mode live"), ("gateway_mode = 'sandbox', currency = 'USD'", "Only EUR")] {
        till.studio.run(&format!("update platform.payments set {set} where id = '{PAID}'")).await;
        let page = admin.get(&path).await.must(200);
        let form = fields.iter().fold(page.form(&path), |form, (name, value)| form.with(name, value));
        let answer = admin.submit(&form).await.must(409);
        assert!(answer.words().contains(said), "{}", answer.words());
    }
    assert_eq!(till.states("refund").await, "");
    assert_eq!(till.moved(), (0, 0));
}
