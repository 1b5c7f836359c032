//! Maintenance: taken away at once or at its time, given back, and told to everybody who asks.
mod begin;
mod change;
mod clock;
mod past;
mod plan;
mod told;

use crate::support::{Answer, Browser, Filled, Studio};
use jiff::{Span, Timestamp};
use serde_json::Value;

const PAGE: &str = "/admin/maintenance";

/// A time from now on, as a field for date and time holds it, in UTC.
fn at(from_now: Span) -> String {
    Timestamp::now().checked_add(from_now).unwrap().strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The form that begins maintenance, with its effect shown.
async fn shown(browser: &mut Browser, message: &str, ends_at: &str) -> Answer {
    let path = format!("{PAGE}/begin");
    let asked = browser.get(&path).await.must(200);
    browser.submit(&asked.form(&path).with("message", message).with("ends_at", ends_at)).await
}

async fn begin(browser: &mut Browser, message: &str, ends_at: &str) -> Answer {
    let shown = shown(browser, message, ends_at).await.must(200);
    browser.submit(&shown.form(&format!("{PAGE}/begin"))).await.sent_to(PAGE)
}

async fn plan_form(browser: &mut Browser, message: &str, starts_at: &str, ends_at: &str) -> Filled {
    let path = format!("{PAGE}/plan");
    let page = browser.get(&path).await.must(200);
    page.form(&path).with("message", message).with("starts_at", starts_at).with("ends_at", ends_at)
}

async fn plan(browser: &mut Browser, message: &str, starts_at: &str, ends_at: &str) -> Answer {
    let form = plan_form(browser, message, starts_at, ends_at).await;
    browser.submit(&form).await
}

/// The only window in a state.
async fn window(studio: &Studio, state: &str) -> String {
    studio.text(&format!("select id::text from backlot.maintenance_windows where state = '{state}'")).await
}

async fn states(studio: &Studio) -> String {
    studio.text("select coalesce(string_agg(state || coalesce(' ' || ended_why, ''), ', ' order by created_at, id), '') from backlot.maintenance_windows").await
}

/// What the API answers once this server has heard of it.
async fn told(studio: &Studio) -> Value {
    studio.site.live.reload(&studio.app).await.unwrap();
    serde_json::from_str(&studio.browser().get("/api/v1/maintenance").await.must(200).text).unwrap()
}

/// The two settings, which say the same.
async fn settings(studio: &Studio) -> String {
    studio.text("select string_agg(value::text, ' ' order by key) from backlot.system_config where category = 'maintenance'").await
}

/// The events of switching on and off, in their order.
async fn toggles(studio: &Studio) -> Vec<Value> {
    let events = studio.events().await.into_iter();
    events.filter(|event| event.name == "admin_maintenance_toggled").map(|event| event.properties).collect()
}
