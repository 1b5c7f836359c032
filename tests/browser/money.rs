//! Money, as pages.
use super::browser::Browser;

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 15] = [
    ("/admin/payments/{id}/refund", "/admin/payments/{money:paid}/refund"),
    ("/admin/payments/{id}/retry", "/admin/payments/{money:failed}/retry"),
    ("/admin/payments/{id}/link", "/admin/payments/{money:failed}/link"),
    ("/admin/billing/operations", "/admin/billing/operations?user=nobody"),
    ("/admin/billing/operations/{id}", "/admin/billing/operations/{money:awaiting_approval}"),
    ("/admin/billing/operations/{id}", "/admin/billing/operations/{money:uncertain}"),
    ("/admin/billing/operations", "/admin/billing/operations"),
    ("/admin/billing/operations/{id}/live", "/admin/billing/operations/{money:uncertain}/live"),
    ("/admin/billing/operations/{id}/approve", "/admin/billing/operations/{money:awaiting_approval}/approve"),
    ("/admin/billing/operations/{id}/decline", "/admin/billing/operations/{money:awaiting_approval}/decline"),
    ("/admin/billing/operations/{id}/settle", "/admin/billing/operations/{money:uncertain}/settle"),
    ("/admin/billing/notices", "/admin/billing/notices?verdict=forged"),
    ("/admin/billing/notices/{id}/dismiss", "/admin/billing/notices/{money:notice}/dismiss"),
    ("/admin/billing/notices", "/admin/billing/notices"),
    ("/admin/billing/reconciliation", "/admin/billing/reconciliation"),
];

/// What is there to be seen: refunds of one payment, one that waits and one that is uncertain, and a notice in quarantine.
const ROWS: &str = r#"
    insert into backlot.billing_operations (id, kind, purpose, user_id, payment_id, gateway_mode, reference, amount_minor, currency, state,
      reason_code, note, requested_by, approve_until, sent_at, answer)
    select md5(w.state)::uuid, 'refund', 'refund', p.user_id, p.id, 'sandbox', 'r_' || md5(w.state), 100, 'EUR', w.state, 'goodwill', 'A render was lost twice',
      (select id from backlot.admins where role = 'billing_admin' order by id limit 1), now() + interval '3 days',
      case when w.state = 'uncertain' then now() - interval '1 hour' end, case when w.state = 'uncertain' then 'The gateway''s answer was lost.' end
    from (values ('awaiting_approval'), ('uncertain')) w (state),
      (select id, user_id from platform.payments where status = 'paid' and currency = 'EUR' order by id limit 1) p
    on conflict do nothing;
    insert into backlot.gateway_notices (id, gateway_mode, digest, form, body, is_signed, verdict, why, reference, gateway_ref, direction, state, amount_minor, currency)
    values (md5('notice')::uuid, 'sandbox', 'd', 'fields', 'AccountId=1&Reference=nobodys&<script>alert(1)</script>', true, 'quarantined',
      'Nothing here has this reference, and no payment has this number.', 'nobodys', 77, 'credit', 'Paid', 2900, 'EUR')
    on conflict do nothing;
    insert into backlot.reconciliations values (current_date, 'sandbox', 'EUR', 12345, 900, 12345, 900, 5, 0, 0, now()) on conflict do nothing"#;

/// The id that is meant, if it is one of these.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let ("money", what) = name.split_once(':')? else { return None };
    let mut database = browser.studio.database().await;
    sqlx::raw_sql(ROWS).execute(&mut database).await.unwrap();
    let text = match what {
        "paid" | "failed" => {
            "select id::text from platform.payments where status = $1 and currency = 'EUR' and subscription_id is not null order by id limit 1"
        }
        _ => "select md5($1)::uuid::text",
    };
    Some(sqlx::query_scalar(text).bind(what).fetch_one(&mut database).await.unwrap())
}
