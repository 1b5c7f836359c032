//! Integrity: each check finds a planted fault, and its repair puts exactly that right.
mod accounts;
mod cleanup;
mod counts;
mod files;
mod looks;
mod money;
mod orphans;
mod pages;
mod trainings;

use crate::support::{Browser, Filled, Studio};
use backlot::kernel::Role;
use std::collections::BTreeMap;
use uuid::{Uuid, uuid};

const PAGE: &str = "/admin/data";
/// The rows that plants put in have this id, or are about it.
const PLANTED: Uuid = uuid!("0192f000-0000-7000-8000-0000000000f1");

/// Tables that any look or repair writes to.
const OURS: [&str; 13] = [
    "backlot.integrity_runs",
    "backlot.integrity_findings",
    "backlot.audit_log",
    "backlot.outbox_events",
    "backlot.jobs",
    "backlot.job_schedules",
    "backlot.submissions",
    "backlot.sessions",
    "backlot.approvals",
    "backlot.admins",
    "backlot.throttles",
    "backlot.alert_watches",
    "backlot.health_samples",
];

/// How what a check finds is put right.
enum Fix {
    /// People do it: nothing is offered.
    ByHand,
    /// Everything is as it was before the fault.
    Restores,
    /// This is so afterwards: a statement and its answer.
    Leaves(String, &'static str),
}

struct Case {
    check: &'static str,
    /// What must be there before.
    setup: String,
    /// The fault.
    plant: String,
    /// How many rows are wrong by it, beside those that are in a studio anyway.
    found: i64,
    base: i64,
    /// What the table of findings says of it.
    shown: String,
    fix: Fix,
}

impl Case {
    fn new(check: &'static str, plant: String, shown: impl Into<String>, fix: Fix) -> Self {
        Self { check, setup: String::new(), plant, found: 1, base: 0, shown: shown.into(), fix }
    }

    fn after(self, setup: String) -> Self {
        Self { setup, ..self }
    }

    fn beside(self, base: i64) -> Self {
        Self { base, ..self }
    }

    /// Plants the fault, has it found, put right, and not found again.
    async fn holds(self) {
        let studio = Studio::open().await;
        studio.run(&self.setup).await;
        let mut dai = studio.sign_in(Role::DataAdmin).await;
        assert_eq!(look(&studio, &mut dai, self.check).await, self.base, "before it is planted");
        let before = studio.fingerprint(&OURS).await;
        studio.run(&self.plant).await;
        let planted = studio.fingerprint(&OURS).await;
        assert_eq!(look(&studio, &mut dai, self.check).await, self.base + self.found, "it is found");
        assert_eq!(differing(&planted, &studio.fingerprint(&OURS).await), [""; 0], "looking changes nothing");
        let page = dai.get(&format!("{PAGE}/{}", self.check)).await.must(200);
        assert!(page.one("#findings").contains(&self.shown), "{}: {}", self.shown, page.one("#findings"));
        let Some(verb) = ["repair", "remove"].into_iter().find(|verb| page.has(&format!("#acts a[href$='/{verb}']"))) else {
            assert!(matches!(self.fix, Fix::ByHand), "nothing is offered: {page:?}");
            for verb in ["repair", "remove"] {
                dai.get(&format!("{PAGE}/{}/{verb}", self.check)).await.must(404);
            }
            return;
        };
        mend(&studio, &mut dai, self.check, verb).await;
        assert_eq!(found(&studio, self.check).await, 0, "it is put right");
        match &self.fix {
            Fix::ByHand => panic!("{verb} is offered"),
            Fix::Restores => assert_eq!(differing(&before, &studio.fingerprint(&OURS).await), [""; 0], "and nothing else is touched"),
            Fix::Leaves(sql, left) => assert_eq!(studio.text(sql).await, *left),
        }
    }
}

/// The tables that differ.
fn differing<'a>(one: &'a BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Vec<&'a str> {
    one.iter().filter(|(table, rows)| other.get(*table) != Some(rows)).map(|(table, _)| table.as_str()).collect()
}

/// Has a check look; how many rows it found wrong.
async fn look(studio: &Studio, admin: &mut Browser, check: &str) -> i64 {
    admin.post(&format!("{PAGE}/run"), &[("check", check)]).await.must(303);
    studio.run_jobs().await;
    found(studio, check).await
}

/// What the newest look found, which must have been done.
async fn found(studio: &Studio, check: &str) -> i64 {
    let newest = format!("from backlot.integrity_runs where check_code = '{check}' order by asked_at desc, id desc limit 1");
    let state = studio.text(&format!("select state || coalesce(': ' || error, '') {newest}")).await;
    assert_eq!(state, "done", "{check}");
    studio.number(&format!("select found {newest}")).await
}

/// Puts right what a check found, by the forms, and has it look again. The record names each row.
async fn mend(studio: &Studio, admin: &mut Browser, check: &str, verb: &str) {
    let path = format!("{PAGE}/{check}/{verb}");
    let rows = studio.text(&format!("select string_agg(f.row_id, e'\\n' order by f.no) from backlot.integrity_findings f join backlot.integrity_runs r on r.id = f.run_id where r.check_code = '{check}' and f.mended_at is null")).await;
    let asked = admin.get(&path).await.must(200).form(&path).with("reason", "found by the nightly look").with("ticket", "T-7");
    let shown = admin.submit(&asked).await.must(200);
    assert!(
        shown.one(".counts").replace(',', "").contains(&rows.lines().count().to_string()),
        "it says how many: {}",
        shown.one(".counts")
    );
    let form = shown.form(&path);
    let form = if verb == "remove" { form.with("_typed", &shown.one(".phrase")) } else { form };
    let done = admin.submit(&form).await.must(303);
    if verb == "remove" {
        return approved(studio, admin, (check, &rows), (done.location(), &form)).await;
    }
    let entries = studio.audit_of(done.request_id()).await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(
        (entry.action.as_str(), entry.outcome.as_str(), entry.target_id.as_deref()),
        (format!("integrity.{verb}").as_str(), "done", Some(check))
    );
    assert_eq!((entry.reason.as_deref(), entry.ticket.as_deref()), (Some("found by the nightly look"), Some("T-7")));
    on_record(&rows, &entry.changes);
    let again = admin.submit(&form).await.must(303);
    assert_eq!(studio.audit_of(again.request_id()).await.len(), 0, "sent twice, done once");
    studio.run_jobs().await;
}

/// What is removed waits for a second admin; it is done in the name of whoever proposed it.
async fn approved(studio: &Studio, admin: &mut Browser, (check, rows): (&str, &str), (place, form): (&str, &Filled)) {
    assert!(place.starts_with("/admin/approvals/"), "{place}");
    assert_eq!(studio.entries("integrity.remove", "done").await.len(), 0, "nothing has happened yet");
    assert_eq!(admin.submit(form).await.must(303).location(), place, "sent twice, proposed once");
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("{place}/approve");
    let page = maya.get(place).await.must(200);
    maya.submit(&page.form(&path)).await.must(303);
    studio.run_jobs().await;
    let entries = studio.entries("integrity.remove", "done").await;
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].target_id.as_deref(), entries[0].actor_id), (Some(check), Some(studio.staff(Role::DataAdmin).id)));
    assert_eq!(entries[0].reason.as_deref(), Some("found by the nightly look"));
    on_record(rows, &entries[0].changes);
}

/// The record names each row.
fn on_record(rows: &str, changes: &str) {
    for row in rows.lines() {
        assert!(changes.contains(row), "{row} is on the record: {changes}");
    }
}
