//! What needs a second admin: never the first, never too late, never in pieces.
use super::{GOOD, PAID, Till, ready, refund, till};
use crate::support::Browser;
use backlot::kernel::Role;
use uuid::Uuid;

/// A studio where refunds above five euros need a second admin, and one of nine that waits.
async fn waiting() -> (Till, Browser, Uuid) {
    let till = till(GOOD).await;
    till.studio
        .run(
            "insert into backlot.system_config (key, value, category) values ('billing.refund_approval_cents', '500', 'billing')
              on conflict (key) do update set value = excluded.value",
        )
        .await;
    till.studio.site.live.reload(&till.studio.app).await.unwrap();
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    let operation = refund(&mut admin, PAID, "9.00").await;
    till.settle().await;
    assert_eq!(till.states("refund").await, "awaiting_approval");
    assert_eq!(till.payment(PAID).await, "paid 0 900", "its money is held meanwhile");
    assert_eq!(till.moved(), (0, 0));
    (till, admin, operation)
}

/// Confirms what has nothing to be filled in.
async fn confirm(browser: &mut Browser, operation: Uuid, word: &str, fields: &[(&str, &str)]) -> u16 {
    let path = format!("/admin/billing/operations/{operation}/{word}");
    let page = browser.get(&path).await.must(200);
    let form = fields.iter().fold(page.form(&path), |form, (name, value)| form.with(name, value));
    let shown = browser.submit(&form).await;
    if shown.status != 200 {
        return shown.status.as_u16();
    }
    browser.submit(&shown.form(&path)).await.status.as_u16()
}

#[tokio::test]
async fn another_admin_approves_and_the_one_who_asked_does_not() {
    let (till, mut first, operation) = waiting().await;
    assert_eq!(confirm(&mut first, operation, "approve", &[]).await, 409);
    let mut second = till.studio.sign_in(Role::SuperAdmin).await;
    let page = second.get("/admin/billing/operations").await.must(200);
    assert!(page.words().contains("Waiting for somebody"), "{}", page.words());
    assert_eq!(confirm(&mut second, operation, "approve", &[]).await, 303);
    assert_eq!(confirm(&mut second, operation, "approve", &[]).await, 409, "once");
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "partially_refunded 900 0");
    assert_eq!(till.moved(), (0, 900));
    till.must_agree().await;
    assert_eq!(till.studio.entries("billing.approve", "done").await.len(), 1);
}

#[tokio::test]
async fn declined_taken_back_or_too_late_lets_the_money_go_again() {
    for way in ["decline", "withdraw", "expire"] {
        let (till, mut first, operation) = waiting().await;
        let mut second = till.studio.sign_in(Role::SuperAdmin).await;
        match way {
            "decline" => assert_eq!(confirm(&mut second, operation, "decline", &[("reason", "not covered")]).await, 303),
            "withdraw" => assert_eq!(confirm(&mut first, operation, "decline", &[("reason", "a mistake")]).await, 303),
            _ => {
                till.studio.run("update backlot.billing_operations set approve_until = now() - interval '1 minute'").await;
                assert_eq!(confirm(&mut second, operation, "approve", &[]).await, 409, "too late");
                till.clock("billing.expire").await;
            }
        }
        assert_eq!(till.states("refund").await, "called_off", "{way}");
        assert_eq!(till.payment(PAID).await, "paid 0 0", "{way}");
        till.settle().await;
        assert_eq!(till.moved(), (0, 0), "{way}");
        till.must_agree().await;
    }
}

#[tokio::test]
async fn what_is_asked_for_in_pieces_is_asked_for() {
    let (till, mut first, operation) = waiting().await;
    assert_eq!(confirm(&mut first, operation, "decline", &[("reason", "a mistake")]).await, 303);
    refund(&mut first, PAID, "5.00").await;
    till.settle().await;
    assert_eq!(till.payment(PAID).await, "partially_refunded 500 0", "up to the limit one is enough");
    refund(&mut first, PAID, "0.01").await;
    till.settle().await;
    assert_eq!(till.states("refund").await, "called_off succeeded awaiting_approval");
}

#[tokio::test]
async fn whoever_asked_must_still_be_one_who_may() {
    let (till, _, operation) = waiting().await;
    till.studio.run("update backlot.admins set role = 'support_admin' where role = 'billing_admin'").await;
    let mut second = till.studio.sign_in(Role::SuperAdmin).await;
    assert_eq!(confirm(&mut second, operation, "approve", &[]).await, 409);
    till.studio.run("update backlot.admins set role = 'billing_admin' where name = (select name from backlot.admins where id = (select requested_by from backlot.billing_operations))").await;
    assert_eq!(confirm(&mut second, operation, "approve", &[]).await, 303);
    till.settle().await;
    assert_eq!(till.moved(), (0, 900));
    let mut support = till.studio.sign_in(Role::SupportAdmin).await;
    support.get(&format!("/admin/billing/operations/{operation}")).await.must(200);
    support.get(&format!("/admin/billing/operations/{operation}/approve")).await.must(403);
    let mut operations = till.studio.sign_in(Role::OperationsAdmin).await;
    operations.get(&format!("/admin/billing/operations/{operation}")).await.must(403);
}

#[tokio::test]
async fn the_effect_that_was_shown_is_the_effect() {
    let (till, _, operation) = waiting().await;
    let mut second = till.studio.sign_in(Role::SuperAdmin).await;
    let path = format!("/admin/billing/operations/{operation}/approve");
    let form = ready(&mut second, &path, &[]).await;
    till.studio.run("update backlot.admins set status = 'disabled' where role = 'billing_admin'").await;
    second.submit(&form).await.must(409);
    till.settle().await;
    assert_eq!(till.states("refund").await, "awaiting_approval");
}
