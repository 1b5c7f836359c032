//! Billing, as pages.
use super::browser::Browser;

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 16] = [
    ("/admin/subscriptions", "/admin/subscriptions"),
    ("/admin/subscriptions", "/admin/subscriptions?status=past_due"),
    ("/admin/subscriptions", "/admin/subscriptions?user=nobody"),
    ("/admin/subscriptions/totals", "/admin/subscriptions/totals"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:past_due}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:active}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:cancelled}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{nothing@example.org}/billing"),
    ("/admin/users/{id}/billing/cancel", "/admin/users/{payer:active}/billing/cancel"),
    ("/admin/users/{id}/billing/resume", "/admin/users/{payer:cancelled}/billing/resume"),
    ("/admin/users/{id}/billing/extend", "/admin/users/{payer:active}/billing/extend"),
    ("/admin/users/{id}/billing/discount", "/admin/users/{payer:active}/billing/discount"),
    ("/admin/users/{id}/billing/discount/end", "/admin/users/{payer:active}/billing/discount/end"),
    ("/admin/users/{id}/billing/grace", "/admin/users/{payer:past_due}/billing/grace"),
    ("/admin/users/{id}/billing/tier", "/admin/users/{payer:active}/billing/tier"),
    ("/admin/users/{id}/billing/credits", "/admin/users/{script@example.com}/billing/credits"),
];

/// The id that is meant, if it is one of these: whoever pays in euros and has paid most often.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let (what, status) = name.split_once(':')?;
    let text = match what {
        "payer" => {
            "select s.user_id::text from platform.subscriptions s where s.status = $1 and s.currency = 'EUR'
             order by (select count(*) from platform.payments p where p.subscription_id = s.id) desc, s.id limit 1"
        }
        _ => return None,
    };
    Some(sqlx::query_scalar(text).bind(status).fetch_one(&mut browser.studio.database().await).await.unwrap())
}
