//! An admin's own account: what they change about themselves, and what nobody else can.
mod codes;
mod factor;
mod name;
mod password;
mod preferences;
mod recovery;
mod sessions;

use crate::support::{Browser, Studio};

const PAGE: &str = "/admin/account";
const CODES: &str = "/admin/account/codes";

/// Makes recovery codes, and reads them from the page.
async fn make_codes(browser: &mut Browser) -> Vec<String> {
    let page = browser.get(CODES).await.must(200);
    browser.submit(&page.form(CODES)).await.sent_to(CODES);
    let shown = browser.get(CODES).await.must(200).all("#codes li");
    assert_eq!(shown.len(), 10);
    shown
}

/// As if the second factor had been shown long ago.
async fn not_fresh(studio: &Studio) {
    studio.run("update backlot.sessions set fresh_at = now() - interval '5 minutes 1 second'").await;
}

/// Every row of every table, as text.
async fn everything(studio: &Studio) -> String {
    let mut all = String::new();
    for table in studio.fingerprint(&[]).await.into_keys() {
        all += &studio.text(&format!("select coalesce(string_agg(to_jsonb(t)::text, ''), '') from {table} t")).await;
    }
    all
}
