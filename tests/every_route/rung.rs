//! Forms about alerts: each with one that it can be about.
use crate::support::{Browser, Filled, Studio};

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// How the forms are filled; the addresses are those of [`from_its_page`].
pub fn deeds() -> Vec<Deed> {
    vec![
        ("alerts.acknowledge", "/admin/alerts/{id}/acknowledge".into(), &[]),
        ("alerts.silence", "/admin/alerts/{id}/silence".into(), &[]),
        ("alerts.silence_rule", "/admin/alerts/rules/queue_age/silence".into(), &[("hours", "4"), ("reason", "We move house")]),
        ("alerts.end_silence", "/admin/alerts/rules/{rule}/silence/end".into(), &[]),
        ("jobs.discard", "/admin/jobs/{id}/discard".into(), &[]),
        ("jobs.run_schedule", "/admin/jobs/schedules/{name}/run".into(), &[]),
        ("jobs.pause_schedule", "/admin/jobs/schedules/{name}/pause".into(), &[]),
        ("jobs.resume_schedule", "/admin/jobs/schedules/{name}/resume".into(), &[]),
    ]
}

/// The form of an action, if it is about an alert.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    if let Some(form) = of_queue(studio, browser, action).await {
        return Some(form);
    }
    let verb = action.strip_prefix("alerts.").filter(|verb| *verb != "silence_rule")?;
    if verb == "end_silence" {
        studio
            .run(
                "insert into backlot.alert_silences (rule, subject, until, reason, admin_id)
                 select 'disk', '', now() + interval '1 hour', 'known', id from backlot.admins limit 1 on conflict do nothing",
            )
            .await;
        return Some(Filled {
            action: "/admin/alerts/rules/disk/silence/end".into(),
            fields: vec![("_proof".into(), browser.proof().await)],
        });
    }
    let insert = "insert into backlot.alerts (id, rule, subject, severity, value, peak, threshold, summary)
        values (gen_random_uuid(), 'gateway_down', gen_random_uuid()::text, 'critical', 3, 3, 3, 'Gateway down: 3 in a row') returning id::text";
    let path = format!("/admin/alerts/{}/{verb}", studio.text(insert).await);
    let form = browser.get(&path).await.must(200).form(&path);
    Some(if verb == "silence" { form.with("reason", "known, mended tonight") } else { form.with("note", "I am at it") })
}

/// A form about a dead job or a schedule.
async fn of_queue(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    let verb = action.strip_prefix("jobs.")?;
    if verb == "discard" {
        let insert = "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
            values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'away', now()) returning id::text";
        let path = format!("/admin/jobs/{}/discard", studio.text(insert).await);
        let form = browser.get(&path).await.must(200).form(&path).with("reason", "done by hand");
        return Some(browser.submit(&form).await.must(200).form(&path));
    }
    let verb = verb.strip_suffix("_schedule")?;
    let name = format!("test.{verb}");
    studio
        .run(&format!(
            "insert into backlot.job_schedules (name, cron, time_zone, next_at, paused) values ('{name}', '0 0 1 1 *', 'UTC', now() + interval '1 year', {})",
            verb == "resume"
        ))
        .await;
    Some(Filled { action: format!("/admin/jobs/schedules/{name}/{verb}"), fields: vec![("_proof".into(), browser.proof().await)] })
}
