//! Settings: seen by everybody, changed by few, several at a time, never without a look, and told to the platform.
mod any;
mod change;
mod conflict;
mod history;
mod kinds;
mod list;
mod machine;
mod pinned;

use crate::support::{Answer, Browser, Filled, Studio};
use backlot::kernel::Role;

const PATH: &str = "/admin/config";

/// A super admin, and the page with all settings.
async fn boss(studio: &Studio) -> (Browser, Answer) {
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let page = boss.get(PATH).await.must(200);
    (boss, page)
}

/// The form of a page, with other values.
fn filled(page: &Answer, values: &[(&str, &str)]) -> Filled {
    values.iter().fold(page.form(PATH), |form, (name, value)| form.with(name, value))
}

/// What a page says beside a setting.
fn error(page: &Answer, key: &str) -> String {
    page.one(&format!("[id='{key}-error']"))
}

/// Reviews and saves other values.
async fn save(browser: &mut Browser, values: &[(&str, &str)]) -> Answer {
    let page = browser.get(PATH).await.must(200);
    let review = browser.submit(&filled(&page, values)).await.must(200);
    browser.submit(&review.form(PATH).with("reason", "for a good reason")).await
}

/// What the database holds of a setting, as JSON.
async fn stored(studio: &Studio, key: &str) -> String {
    studio.text(&format!("select coalesce((select value::text from backlot.system_config where key = '{key}'), 'nothing')")).await
}
