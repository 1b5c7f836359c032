//! Operations over many rows.
pub mod crash;
mod hostile;
mod models;
mod money;
mod queue;
mod run;

use crate::support::{Answer, Browser, Studio};
use backlot::kernel::Role;
use sqlx::AssertSqlSafe;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub const PAGE: &str = "/admin/bulk";

/// The form over what a list holds: ticked rows, or all that match.
pub fn new(kind: &str, which: &str) -> String {
    let list = kind.split('.').next().filter(|name| ["lora", "jobs"].contains(name)).unwrap_or("users");
    format!("{PAGE}/new?list={list}&kind={kind}&{which}")
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

/// Proposes it, and has somebody of another role approve it.
pub async fn second(studio: &Studio, browser: &mut Browser, id: Uuid, role: Role) {
    let proposal = propose(browser, id).await;
    let mut other = studio.sign_in(role).await;
    let path = format!("/admin/approvals/{proposal}");
    let page = other.get(&path).await.must(200);
    other.submit(&page.form(&format!("{path}/approve"))).await.sent_to(&path);
}

/// Waits until a number is so great.
pub async fn until(studio: &Studio, sql: &str, least: i64) {
    let since = Instant::now();
    while studio.number(sql).await < least {
        assert!(since.elapsed() < Duration::from_secs(60), "it stays below {least}: {sql}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Runs it into its second batch and pauses it there: somebody holds a row of that batch until the pause is asked for, which then
/// comes before the third.
pub async fn pause_midway(studio: &Studio, browser: &mut Browser, (id, batch): (Uuid, i64), hold: &str) {
    let row = studio
        .text(&format!(
            "select row_id::text from backlot.bulk_rows where operation_id = '{id}' and state = 'waiting' order by row_id offset {batch} limit 1"
        ))
        .await;
    let mut held = studio.root.begin().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(hold.replace("{row}", &row))).execute(&mut *held).await.unwrap();
    let path = format!("{PAGE}/{id}");
    studio
        .work(async || {
            until(studio, &format!("select done + skipped from backlot.bulk_operations where id = '{id}'"), batch).await;
            let page = browser.get(&path).await.must(200);
            let (mut other, form) = (browser.clone(), page.form(&format!("{path}/pause")));
            let pressed = tokio::spawn(async move { other.submit(&form).await });
            let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                         and query like '%backlot.bulk_operations%for update%'";
            until(studio, waits, 1).await;
            held.rollback().await.unwrap();
            pressed.await.unwrap().must(303);
        })
        .await;
    let far = format!("select state || ' ' || (done + skipped) from backlot.bulk_operations where id = '{id}'");
    assert_eq!(studio.text(&far).await, format!("paused {}", 2 * batch), "two batches, and not a row more");
}

/// Goes on with what was paused, until it is done.
pub async fn resume(studio: &Studio, browser: &mut Browser, id: Uuid) {
    let path = format!("{PAGE}/{id}");
    let page = browser.get(&path).await.must(200);
    browser.submit(&page.form(&format!("{path}/resume"))).await.must(303);
    let done = format!("select count(*) from backlot.bulk_operations where id = '{id}' and state = 'done'");
    studio.work(async || until(studio, &done, 1).await).await;
}

/// So many rows are done, each once: with one entry of this action under the operation's own, with its reason, and one event.
pub async fn each_once(studio: &Studio, id: Uuid, (action, event): (&str, &str), many: i64) {
    let entries = format!(
        "from backlot.audit_log a join backlot.bulk_operations o on o.id = '{id}' and a.cause = o.started_audit
         where a.action = '{action}' and a.outcome = 'done' and a.actor_id = o.created_by and a.reason = o.reason"
    );
    assert_eq!(studio.number(&format!("select count(*) {entries}")).await, many, "an entry each");
    assert_eq!(studio.number(&format!("select count(distinct a.target_id) {entries}")).await, many, "nobody has two");
    let rows = format!("select count(distinct r.audit_id) from backlot.bulk_rows r where r.operation_id = '{id}' and r.state = 'done'");
    assert_eq!(studio.number(&format!("{rows} and r.audit_id in (select a.id {entries})")).await, many, "each row leads to its entry");
    let events = format!("select count(*) from backlot.outbox_events where name = '{event}' and audit_id in (select a.id {entries})");
    assert_eq!(studio.number(&events).await, many, "each is announced once");
}

/// Why rows were not done, and how many of them: what was left out with the preview, or skipped.
pub async fn not_done(studio: &Studio, id: Uuid, state: &str) -> Vec<String> {
    let sql = format!(
        "select why || ' ' || count(*) from backlot.bulk_rows where operation_id = '{id}' and state = '{state}' group by why order by why"
    );
    studio.texts(&sql).await
}
