//! The pages about money: what they list, by what, and for whom.
use super::{GOOD, PAID, refund, till};
use crate::support::Studio;
use crate::support::server::Database;
use backlot::gateways::finby::Payments;
use backlot::kernel::Role;

#[tokio::test]
async fn the_list_of_operations_is_narrowed_by_what_it_shows() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    assert!(admin.get("/admin/billing/operations").await.must(200).words().contains("No operations yet"));
    refund(&mut admin, PAID, "9.00").await;
    till.settle().await;
    till.renew().await;
    for (query, rows) in [
        ("", 2),
        ("?kind=refund", 1),
        ("?state=succeeded", 2),
        ("?state=failed", 0),
        ("?purpose=renewal", 1),
        ("?user=ben@users.example", 2),
        ("?user=nobody@else.example", 0),
        ("?kind=charge&purpose=refund", 0),
    ] {
        let page = admin.get(&format!("/admin/billing/operations{query}")).await.must(200);
        assert_eq!(page.all("#list tbody tr").len(), rows, "{query}");
    }
    admin.get("/admin/billing/operations?state=nonsense").await.must(400);
    admin.get("/admin/billing/operations?after=garbage").await.must(200);
}

#[tokio::test]
async fn the_days_are_compared_with_the_gateways_own_books() {
    let till = till(GOOD).await;
    let mut admin = till.studio.sign_in(Role::BillingAdmin).await;
    refund(&mut admin, PAID, "9.00").await;
    till.settle().await;
    till.renew().await;
    till.clock("billing.reconcile").await;
    let page = admin.get("/admin/billing/reconciliation").await.must(200);
    assert!(page.words().contains("Agrees") && page.words().contains("€58.00") && page.words().contains("€9.00"), "{}", page.words());
    // One that the gateway does not know, and one that it has otherwise.
    till.studio
        .run(&format!(
            "insert into platform.payments (id, user_id, status, description, amount_minor, gateway_ref, settled_at)
               select gen_random_uuid(), user_id, 'paid', 'Made up', 1000, '77', now() from platform.payments where id = '{PAID}'"
        ))
        .await;
    till.clock("billing.reconcile").await;
    let page = admin.get("/admin/billing/reconciliation").await.must(200);
    assert!(page.words().contains("Differs"), "{}", page.words());
    till.studio.run(&format!("update platform.payments set refunding_minor = 7 where id = '{PAID}'")).await;
    let page = admin.get("/admin/billing/reconciliation").await.must(200);
    assert!(page.words().contains("Broken 1 times") && page.words().contains("does not hold"), "{}", page.words());
}

#[tokio::test]
async fn without_a_gateway_pages_say_so_and_nothing_moves() {
    let studio = Studio::with_payments(Database::furnished().await, Payments::default()).await;
    studio
        .run(&format!(
            "insert into platform.payments (id, user_id, status, description, amount_minor, gateway_ref) values
           ('{PAID}', '{}', 'paid', 'Pro plan', 2900, '4100000001')",
            crate::support::BEN
        ))
        .await;
    let mut admin = studio.sign_in(Role::BillingAdmin).await;
    for path in ["/admin/billing/operations", "/admin/billing/notices", "/admin/billing/reconciliation"] {
        assert!(admin.get(path).await.must(200).words().contains("No gateway"), "{path}");
    }
    let path = format!("/admin/payments/{PAID}/refund");
    let form =
        admin.get(&path).await.must(200).form(&path).with("amount", "1.00").with("reason_code", "goodwill").with("reason", "lost a day");
    let answer = admin.submit(&form).await.must(409);
    assert!(answer.words().contains("No payment gateway is set up here"), "{}", answer.words());
    studio.browser().get("/webhooks/finby/mapi?x=1").await.must(404);
    for path in
        ["/admin/payments/0192f000-0000-7000-8000-0000000000ff/refund", "/admin/billing/operations/0192f000-0000-7000-8000-0000000000ff"]
    {
        admin.get(path).await.must(404);
    }
}
