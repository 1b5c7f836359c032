//! Money that does not add up, each kind an alert of its own.
use super::{calm, look, open, rings};
use crate::support::{ADA, Sent};
use axum::http::Method;

#[tokio::test]
async fn a_message_with_a_wrong_signature_rings() {
    let studio = calm().await;
    let fault = async || {
        let body = br#"{"PaymentMethodInfo":{},"PaymentInformation":{"References":{"MerchantReference":"r"}},"Signature":"00"}"#.to_vec();
        let sent = Sent { method: Method::POST, body, ..Sent::get("/webhooks/finby") }.header("content-type", "application/json");
        studio.browser().send(sent).await;
        assert_eq!(studio.number("select count(*) from backlot.gateway_notices where verdict = 'forged'").await, 1);
    };
    let mended = async || studio.run("update backlot.gateway_notices set received_at = now() - interval '2 days'").await;
    rings(&studio, "billing:forged", fault, mended).await;
}

#[tokio::test]
async fn what_billing_cannot_settle_by_itself_rings_by_kind_until_it_is_settled() {
    let studio = calm().await;
    studio
        .run(&format!(
            "insert into backlot.reconciliations values (current_date, 'sandbox', 'EUR', 100, 0, 200, 0, 5, 0, 2, now());
             insert into backlot.gateway_notices (id, gateway_mode, digest, form, body, is_signed, verdict)
               values (gen_random_uuid(), 'sandbox', 'd', 'json', '{{}}', true, 'quarantined');
             insert into backlot.billing_operations (id, kind, purpose, user_id, payment_id, gateway_mode, reference, amount_minor, currency, state, reason_code)
               select gen_random_uuid(), 'refund', 'refund', user_id, id, 'sandbox', 'r_1', 100, 'EUR', 'uncertain', 'goodwill' from platform.payments
               where status = 'paid' limit 1;
             update platform.payments set charged_back_at = now() where user_id = '{ADA}'"
        ))
        .await;
    look(&studio).await;
    assert_eq!(open(&studio).await, "billing:charged_back billing:differing billing:quarantined billing:uncertain");
    assert_eq!(studio.number("select people::bigint from backlot.alerts where subject = 'charged_back'").await, 1);
    studio.run("update backlot.gateway_notices set verdict = 'dismissed'; update backlot.reconciliations set differing = 0").await;
    look(&studio).await;
    assert_eq!(open(&studio).await, "billing:charged_back billing:uncertain");
}
