//! Health, alerts and analytics, as pages.
use super::browser::Browser;

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 18] = [
    ("/admin/health", "/admin/health"),
    ("/admin/health", "/admin/health?span=7d"),
    ("/admin/health/live", "/admin/health/live"),
    ("/admin/health/faults", "/admin/health/faults"),
    ("/admin/health/generations", "/admin/health/generations?span=7d"),
    ("/admin/health/generations", "/admin/health/generations?error=nothing"),
    ("/admin/alerts", "/admin/alerts"),
    ("/admin/alerts/live", "/admin/alerts/live"),
    ("/admin/alerts/{id}", "/admin/alerts/{alert:open}"),
    ("/admin/alerts/{id}/live", "/admin/alerts/{alert:open}/live"),
    ("/admin/alerts/{id}/people", "/admin/alerts/{alert:open}/people"),
    ("/admin/alerts/{id}/acknowledge", "/admin/alerts/{alert:open}/acknowledge"),
    ("/admin/alerts/{id}/silence", "/admin/alerts/{alert:open}/silence"),
    ("/admin/alerts/rules/{rule}/silence", "/admin/alerts/rules/disk/silence"),
    ("/admin/jobs/live", "/admin/jobs/live"),
    ("/admin/jobs/{id}/discard", "/admin/jobs/{dead}/discard"),
    ("/admin/analytics", "/admin/analytics"),
    ("/admin/analytics/{id}", "/admin/analytics/{event:any}"),
];

/// What is there to be seen: an alert that hurts twenty people, an error of Backlot, a silence.
const ROWS: &str = r#"
    insert into backlot.alerts (id, rule, subject, severity, value, peak, threshold, summary, people)
    values (md5('alert')::uuid, 'failed_payments', '', 'critical', 12.5, 14, 5, 'Failed payments: 12.5 % 5 of 40 in the last hour', 20) on conflict do nothing;
    insert into backlot.alert_people (alert_id, user_id)
    select a.id, u.id from (select id from backlot.alerts where rule = 'failed_payments' and cleared_at is null) a,
      (select id from platform.users order by id limit 20) u on conflict do nothing;
    insert into backlot.faults (id, signature, example, request_id, count)
    values ('f', 'GET /admin/users/…: relation “…” does not exist', 'GET /admin/users/1: relation "x" does not exist', md5('r')::uuid, 7) on conflict do nothing;
    insert into backlot.alert_silences (rule, subject, until, reason, admin_id)
    select 'dead_jobs', '', now() + interval '1 day', 'The platform restarts tonight', id from backlot.admins order by id limit 1 on conflict do nothing"#;

/// The id that is meant, if it is one of these.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let text = match name {
        "alert:open" => "select id::text from backlot.alerts where rule = 'failed_payments' and cleared_at is null",
        "event:any" => "select id::text from backlot.outbox_events order by created_at desc limit 1",
        _ => return None,
    };
    let mut database = browser.studio.database().await;
    sqlx::raw_sql(ROWS).execute(&mut database).await.unwrap();
    Some(sqlx::query_scalar(text).fetch_one(&mut database).await.unwrap())
}
