//! Admin accounts: invited, changed, disabled, and never without a super admin who can come in.
mod change;
mod invite;
mod keys;

use crate::support::{Answer, Browser};

/// Takes a form through its questions: filled, its effect shown, the name typed where it must be.
async fn confirm(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let asked = browser.get(path).await.must(200);
    let form = fields.iter().fold(asked.form(path), |form, (name, value)| form.with(name, value));
    let shown = browser.submit(&form).await;
    if shown.status != 200 {
        return shown;
    }
    let form = shown.form(path);
    let form = if shown.has(".phrase") { form.with("_typed", &shown.one(".phrase")) } else { form };
    browser.submit(&form).await
}
