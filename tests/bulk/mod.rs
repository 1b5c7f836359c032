//! Operations over many rows.
mod crash;
mod hostile;
mod run;

use crate::support::{Answer, Browser, Studio};
use uuid::Uuid;

pub const PAGE: &str = "/admin/bulk";

/// The form over what a list holds: ticked rows, or all that match.
pub fn new(kind: &str, which: &str) -> String {
    format!("{PAGE}/new?list=users&kind={kind}&{which}")
}

/// All users that a filter leaves.
pub fn all(filter: &str) -> String {
    format!("all=yes&filter={}", filter.replace('=', "%3D").replace('&', "%26"))
}

/// These users, ticked.
pub fn ticked(users: &[Uuid]) -> String {
    users.iter().map(|id| format!("ids[]={id}")).collect::<Vec<_>>().join("&")
}

/// Previews; the operation's id.
pub async fn prepare(browser: &mut Browser, kind: &str, which: &str, fields: &[(&str, &str)]) -> Uuid {
    let page = browser.get(&new(kind, which)).await.must(200);
    let form = page.form("/admin/bulk/new").with("reason", "a test of it");
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    let answer = browser.submit(&form).await.must(303);
    answer.location().trim_start_matches("/admin/bulk/").parse().unwrap()
}

/// Starts what one admin may start alone.
pub async fn start(browser: &mut Browser, id: Uuid) -> Answer {
    let path = format!("{PAGE}/{id}/start");
    let asked = browser.get(&path).await.must(200).form(&path);
    let shown = browser.submit(&asked).await.must(200).form(&path);
    browser.submit(&shown).await
}

/// Proposes what takes a second admin; the proposal's id.
pub async fn propose(browser: &mut Browser, id: Uuid) -> Uuid {
    let path = format!("{PAGE}/{id}/propose");
    let asked = browser.get(&path).await.must(200).form(&path);
    let page = browser.submit(&asked).await.must(200);
    let form = page.form(&path).with("_typed", &page.one(".phrase"));
    let answer = browser.submit(&form).await.must(303);
    answer.location().trim_start_matches("/admin/approvals/").parse().unwrap()
}

/// State and counters of an operation.
pub async fn state(studio: &Studio, id: Uuid) -> String {
    studio
        .text(&format!(
            "select state || ' ' || total || ' ' || planned || ' ' || done || ' ' || skipped || ' ' || failed
             from backlot.bulk_operations where id = '{id}'"
        ))
        .await
}

/// Names of the users in a status.
pub async fn who(studio: &Studio, status: &str) -> String {
    studio
        .text(&format!(
            "select coalesce(string_agg(split_part(email, '@', 1), ' ' order by email), '') from platform.users where status = '{status}'"
        ))
        .await
}
