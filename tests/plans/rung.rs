//! What is measured over weeks, and the alerts and events of years.
use super::addresses::ids;
use crate::support::Studio;

pub const MEASURED: &str = "
insert into backlot.health_samples (step, metric, subject, at, value)
  select s.step, m.metric, m.subject, date_bin(make_interval(mins => s.step), now(), timestamptz 'epoch') - n * make_interval(mins => s.step), n % 17
  from (values (1, 2800), (15, 2800)) s (step, count), generate_series(1, s.count) n,
    (values ('sampled', ''), ('requests', 'one'), ('requests', 'two'), ('request_p99', 'one'), ('database_ms', ''), ('generations_ended', ''),
      ('generations_failed', ''), ('trainings_ended', ''), ('faults', 'f1'), ('gateway_calls', 'mail'), ('jobs_due', ''), ('database_bytes', '')) m (metric, subject);
insert into backlot.gateway_states (gateway, last_ok_at, failures) values ('mail', now(), 0);
insert into backlot.faults (id, signature, example, request_id, count, first_at, last_at)
  select 'f' || n, 'GET /x' || n, 'GET /x: ' || n, gen_random_uuid(), n, now() - interval '29 days', now() - n * interval '10 minutes' from generate_series(1, 3000) n;
insert into backlot.alerts (id, rule, subject, severity, value, peak, threshold, summary, fired_at, cleared_at, announced_at)
  select gen_random_uuid(), (array['failed_trainings', 'queue_age', 'gateway_down', 'dead_jobs'])[1 + n % 4], n::text,
    case when n % 3 = 0 then 'critical' else 'warning' end, 20, 20, 10, 'Nr. ' || n, now() - n * interval '3 hours',
    case when n > 3 then now() - n * interval '3 hours' + interval '20 minutes' end, now() - n * interval '3 hours' from generate_series(1, 3000) n;
insert into backlot.alert_people (alert_id, user_id)
  select a.id, u.id from (select id from backlot.alerts where cleared_at is null order by id limit 1) a, (select id from platform.users order by id limit 4000) u;
insert into backlot.outbox_events (id, name, properties, admin_id, audit_id, created_at, delivered_at, attempts, last_error)
  select gen_random_uuid(), (array['admin_user_suspended', 'admin_flag_updated', 'admin_config_updated'])[1 + n % 3], jsonb_build_object('n', n),
    (select id from backlot.admins limit 1), gen_random_uuid(), now() - (20000 - n) * interval '10 minutes',
    case when n % 500 <> 0 then now() - (20000 - n) * interval '10 minutes' end, 1, case when n % 1000 = 0 then 'the collector answered 400' end
  from generate_series(1, 20000) n";

/// Pages about one of them.
pub async fn pages(studio: &Studio) -> Vec<String> {
    let alert = ids(
        studio,
        "(select alert_id from backlot.alert_people limit 1) union all (select id from backlot.alerts order by fired_at limit 2)",
    )
    .await;
    let event = ids(studio, "select id from backlot.outbox_events order by created_at desc limit 3").await;
    let of = ["", "/live", "/people", "/acknowledge", "/silence"];
    let alerts = alert.iter().flat_map(|id| of.map(|end| format!("/admin/alerts/{id}{end}")));
    let health = ["1h", "24h", "7d"].map(|span| format!("/admin/health?span={span}"));
    let failed = ["oom", "timeout", "nothing"].map(|error| format!("/admin/health/generations?span=7d&error={error}"));
    let lists = [
        "/admin/alerts?state=open",
        "/admin/alerts?state=cleared&severity=critical",
        "/admin/alerts?rule=queue_age",
        "/admin/alerts?rule=gateway_down&severity=warning&state=cleared",
        "/admin/alerts/rules/disk/silence",
        "/admin/analytics?state=waiting",
        "/admin/analytics?state=refused",
        "/admin/analytics?name=admin_flag_updated&state=delivered",
        "/admin/analytics?name=nothing",
    ];
    let events = event.iter().map(|id| format!("/admin/analytics/{id}"));
    alerts.chain(health).chain(failed).chain(lists.map(str::to_owned)).chain(events).collect()
}
