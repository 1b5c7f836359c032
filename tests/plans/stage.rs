//! A studio after years of work: many people, and a log, a queue, notes and sessions as long as they would leave behind.
use super::log::Log;
use super::watch::LARGE;
use crate::support::Studio;
use crate::support::server::{Database, PASSWORDS, secrets};
use backlot::database::{demo, demo_admins};
use backlot::kernel::Role;
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// Each with all that belongs to them.
const PEOPLE: u32 = 5_000;
/// Tables that stay small however long a studio works, or that no page reads.
const SMALL: &[&str] = &[
    "admin_links",
    "admins",
    "alert_silences",
    "alert_watches",
    "cleanup_runs",
    "export_schedules",
    "exports",
    "feature_flag_history",
    "feature_flag_rosters",
    "feature_flags",
    "gateway_states",
    "instance_topics",
    "instances",
    "job_schedules",
    "live_topics",
    "locks",
    "mailbox",
    "maintenance_windows",
    "notification_pace",
    "parked_forms",
    "passkeys",
    "recovery_codes",
    "submissions",
    "system_config",
    "throttles",
    "used_challenges",
];

/// Many more users, who have done nothing: more than twice as many as are counted, so that the list's own total is the planner's
/// estimate, as it is with a million.
const CROWD: &str = "
insert into platform.users (id, email, name, tier, status, status_reason, role, country, created_at, last_active_at, payment_failing, training_failing)
  select gen_random_uuid(), n || '.' || email, name, tier, status, status_reason, role, country, created_at - n * interval '7 minutes',
    last_active_at, payment_failing, training_failing
  from platform.users, generate_series(1, 4) n where length(email) < 200";

/// The log has 15,000 entries of four months. The trigger that stamps them is away meanwhile: to it, all of them are of today.
const LOG: &str = "
alter table backlot.audit_log disable trigger audit_stamp;
insert into backlot.audit_log (epoch, xid, at, db_user, id, actor_kind, actor_id, actor_name, actor_role, request_id, action, target_kind,
    target_id, target_label, outcome, reason, cause, leaf)
  select (select max(epoch) from backlot.audit_seals), (1000000 + n)::text::xid8, now() - (15000 - n) * interval '12 minutes', 'backlot_app',
    gen_random_uuid(), 'admin', a.id, a.name, a.role, gen_random_uuid(), (array['users.suspend', 'users.add_note', 'page.view', 'session.open'])[1 + n % 4],
    case when n % 20 = 0 then 'page' when n % 21 = 0 then 'admin' else 'user' end, u.id, u.email, case when n % 100 = 0 then 'denied' when n % 331 = 0 then 'failed' else 'done' end,
    'As they asked in letter ' || n, case when n % 3 = 0 then gen_random_uuid() end, sha256(n::text::bytea)
  from generate_series(1, 15000) n
  join (select *, row_number() over (order by id) as no from backlot.admins) a on a.no = 1 + n % 5
  join (select *, row_number() over (order by created_at desc) as no from platform.users limit 700) u on u.no = 1 + n % 700;
alter table backlot.audit_log enable always trigger audit_stamp;
insert into backlot.audit_seals (seal_no, epoch, lo_xid, hi_xid, rows, root, prev, seal, key_id, signature, sealed_at)
  select last.seal_no + n, last.epoch, (1000000 + 6 * n)::text::xid8, (1000006 + 6 * n)::text::xid8, 6, sha256('r'), sha256('p'), sha256('s'),
    repeat('0', 16), sha256('1') || sha256('2'), now() - interval '2 days' - (2500 - n) * interval '72 minutes'
  from generate_series(1, 2500) n, (select seal_no, epoch from backlot.audit_seals order by seal_no desc limit 1) last";

/// Two settings that somebody cannot leave alone.
const SETTINGS: &str = "
insert into backlot.system_config_history (id, key, version, old_value, new_value, admin_user_id, reason, audit_id, created_at)
  select gen_random_uuid(), key, n, to_jsonb(n % 7), to_jsonb((n + 1) % 7), a.id, 'As agreed in week ' || n, gen_random_uuid(), now() - (2000 - n) * interval '8 hours'
  from generate_series(2, 1500) n, unnest(array['credits.draft_cost', 'credits.hq_cost']) key, (select id from backlot.admins limit 1) a";

/// The queue: nearly all of it done, over two months.
const QUEUE: &str = "
insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, run_at, created_at, finished_at, last_error, cause)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || right(replace(gen_random_uuid()::text, '-', ''), 19))::uuid,
    (array['users.end_sessions', 'outbox.send', 'mail.send', 'payments.refund', 'models.train'])[1 + n % 5], '{}', 10, state, 1,
    at + case when state = 'waiting' then interval '90 days' else '0' end, at,
    case when state <> 'waiting' then at + interval '5 seconds' end, case when state = 'dead' then 'the platform was away' end, gen_random_uuid()
  from (select n, now() - (20000 - n) * interval '4 minutes' as at,
      case when n % 61 = 0 then 'dead' when n % 67 = 0 then 'cancelled' when n % 199 = 0 then 'waiting' else 'done' end as state
    from generate_series(1, 20000) n) s";

/// What the staff wrote down about people, and the sessions of years.
const NOTES: &str = "
insert into backlot.user_notes (id, user_id, admin_id, body, created_at)
  select gen_random_uuid(), u.id, (select id from backlot.admins limit 1), 'Called back.', now() - n * interval '1 hour'
  from (select id, row_number() over (order by created_at desc) as n from platform.users limit 5000) u;
insert into backlot.sessions (id_hash, admin_id, stage, started_at, last_seen_at, ended_at, ended_why)
  select sha256((a.email || n)::bytea), a.id, 'full', now() - n * interval '3 hours', now() - n * interval '3 hours', now() - n * interval '2 hours', 'idle'
  from generate_series(1, 1000) n, backlot.admins a";

/// What was done and heard about runs of crews.
const EVENTS: &str = "
insert into backlot.workflow_events (id, workflow_job_id, kind, text, at)
  select gen_random_uuid(), w.id, 'heard', 'Running: the crew said so.', now() - n * interval '1 minute'
  from (select id, row_number() over (order by created_at desc) as n from platform.workflow_jobs limit 4000) w";

/// Views of years, and what the outside has told in a month.
const VIEWS: &str = "
insert into backlot.view_grants (id, token_hash, admin_id, session_hash, user_id, user_name, user_email, reason, audit_id, started_at, expires_at,
    ended_at, ended_why)
  select gen_random_uuid(), sha256((n || a.email)::bytea), a.id, sha256((a.email || n)::bytea), u.id, u.name, u.email, 'As they asked', gen_random_uuid(),
    now() - n * interval '7 hours', now() - n * interval '7 hours' + interval '15 minutes', now() - n * interval '7 hours' + interval '2 minutes', 'hand'
  from generate_series(1, 600) n, backlot.admins a,
    (select *, row_number() over (order by created_at desc) as no from platform.users limit 600) u
  where u.no = n;
insert into backlot.inbox (source, message, received_at)
  select 'training', 'msg_' || n, now() - n * interval '10 minutes' from generate_series(1, 4000) n";

/// Such a studio, and what the server writes about its plans.
pub async fn after_years_of_work() -> (Studio, Log) {
    let database = Database::migrated().await;
    let mut owner = PgConnection::connect_with(&database.ways.owner.options()).await.unwrap();
    demo_admins::hire(&mut owner, &PASSWORDS, &secrets()).await.unwrap();
    demo::fill(&mut owner, PEOPLE).await.unwrap();
    owner.close().await.unwrap();
    let log = Log::open(&database).await;
    let studio = Studio::with_readers(database, 1).await;
    // Entries and seals of its own come first: whoever verifies the log gets as far as the first that was made up.
    let sealer = studio.sealer();
    sealer.seal_once().await.unwrap();
    studio.sign_in(Role::SuperAdmin).await;
    sealer.seal_once().await.unwrap().expect("a seal over signing in");
    for sql in [
        CROWD,
        LOG,
        SETTINGS,
        QUEUE,
        NOTES,
        EVENTS,
        VIEWS,
        super::told::NOTIFICATIONS,
        super::paid::MONEY,
        super::rung::MEASURED,
        super::data::LOOKS,
        super::seconded::SECONDED,
    ] {
        studio.run(sql).await;
    }
    tidy(&studio).await;
    must_be_large(&studio).await;
    (studio, log)
}

/// Until all rows are known to be visible to everybody, as those of years are: counts then read indexes alone. While something else
/// looks at the tables, such as the server's own tidying up, that cannot be known.
async fn tidy(studio: &Studio) {
    let untidy = "select oid::regclass::text from pg_class where relkind = 'r' and relallvisible < relpages
                  and relnamespace in ('backlot'::regnamespace, 'platform'::regnamespace)";
    studio
        .run("vacuum (analyze, index_cleanup on) platform.users, backlot.audit_log, backlot.audit_seals, backlot.jobs, backlot.user_notes, backlot.sessions, backlot.system_config_history, backlot.view_grants, backlot.inbox, backlot.workflow_events, backlot.notifications, backlot.notification_deliveries, backlot.notification_approvals, backlot.notification_people, backlot.notification_progress, backlot.notification_reads, platform.notification_preferences, backlot.billing_operations, backlot.gateway_calls, backlot.gateway_notices, backlot.ledger_accounts, backlot.ledger_transfers, backlot.discounts, backlot.mandates, backlot.reconciliations, backlot.health_samples, backlot.alerts, backlot.alert_people, backlot.faults, backlot.outbox_events, backlot.approvals, backlot.bulk_operations, backlot.bulk_rows, backlot.user_tags, backlot.integrity_runs, backlot.integrity_findings")
        .await;
    let mut tables: Vec<String> = Vec::new();
    for _ in 0..600 {
        tables = sqlx::query_scalar(untidy).fetch_all(&studio.root).await.unwrap();
        if tables.is_empty() {
            return;
        }
        studio.run(&format!("vacuum (analyze, index_cleanup on) {}", tables.join(", "))).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("these tables stay untidy: {tables:?}");
}

/// Every table is large here, but for those that are known to stay small.
async fn must_be_large(studio: &Studio) {
    let sql = "select relname::text from pg_class where relkind = 'r' and reltuples <= $1
               and relnamespace in ('backlot'::regnamespace, 'platform'::regnamespace) order by relname";
    let small: Vec<String> = sqlx::query_scalar(sql).bind(LARGE).fetch_all(&studio.root).await.unwrap();
    assert_eq!(small, SMALL, "fill a new table, or say that it stays small");
}
