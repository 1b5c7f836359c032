//! Feature flags: changing them, explaining them, asking for them.
mod bucket;
mod clients;
mod edit;
mod explain;
mod following;
mod ofrep;
mod overrides;
mod switch;
mod versions;

use crate::support::{Answer, Browser, Filled, Studio};
use serde_json::Value;

/// The form that acts: filled, sent once to see its effect, with the fingerprint of what was shown.
async fn shown(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (Answer, Filled) {
    let asked = browser.get(path).await.must(200);
    let form = fields.iter().fold(asked.form(path), |form, (name, value)| form.with(name, value));
    let page = browser.submit(&form).await.must(200);
    let confirm = page.form(path);
    (page, confirm)
}

/// Does something that is shown first.
async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let (_, form) = shown(browser, path, fields).await;
    browser.submit(&form).await.must(303)
}

/// A flag's column, as text.
async fn column(studio: &Studio, flag: &str, column: &str) -> String {
    studio.text(&format!("select ({column})::text from backlot.feature_flags where name = '{flag}' and archived_at is null")).await
}

/// The numbers of what would happen: `[("2", "users gain it: …")]`.
fn effects(page: &Answer) -> Vec<(String, String)> {
    let words: Vec<String> = page
        .all(".counts li > span")
        .into_iter()
        .map(|text| text.split(" All of them").next().unwrap_or_default().split(" The first").next().unwrap_or_default().to_owned())
        .collect();
    page.all(".counts li > b").into_iter().zip(words).collect()
}

/// JSON of an answer.
fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}
