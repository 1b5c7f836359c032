//! Tidying up: what is old goes, batch by batch, and nothing else; how much room it took is written down.
use super::{PAGE, PLANTED, look};
use crate::support::{ADA, Answer, BEN, Browser, MODEL, Studio};
use backlot::kernel::Role;

/// Two of everything: one old, one young, and one that is not over.
fn rows() -> String {
    format!(
        "insert into platform.user_sessions (id, user_id, device, token_hash, created_at, last_seen_at)
           select gen_random_uuid(), '{BEN}', 'Old ' || n, '\\x00', now() - interval '900 days', now() - interval '400 days' from generate_series(1, 12000) n;
         insert into backlot.outbox_events (id, name, audit_id, created_at, delivered_at) values
           (gen_random_uuid(), 'old', gen_random_uuid(), now() - interval '50 days', now() - interval '50 days'),
           (gen_random_uuid(), 'young', gen_random_uuid(), now() - interval '20 days', now() - interval '20 days'),
           (gen_random_uuid(), 'not delivered', gen_random_uuid(), now() - interval '50 days', null);
         insert into platform.lora_trainings (id, lora_model_id, attempt, status, log_lines, finished_at) values
           ('{PLANTED}', '{MODEL}', 1, 'failed', 2, now() - interval '200 days'), (gen_random_uuid(), '{MODEL}', 2, 'failed', 2, now());
         insert into platform.training_logs (lora_training_id, line_no, at, level, message)
           select t.id, n, now(), 'info', 'x' from platform.lora_trainings t, generate_series(1, 2) n;
         insert into backlot.view_grants (id, token_hash, admin_id, session_hash, user_id, user_name, user_email, reason, audit_id, started_at, expires_at, ended_at, ended_why)
           select gen_random_uuid(), sha256(d::text::bytea), a.id, sha256('x'), '{ADA}', 'Ada', 'ada@users.example', 'x', gen_random_uuid(),
             now() - d * interval '1 day', now() - d * interval '1 day' + interval '1 minute', now() - d * interval '1 day' + interval '1 minute', 'hand'
           from (values (500), (10)) as days (d), (select id from backlot.admins order by id limit 1) a;
         insert into backlot.gateway_calls (id, endpoint, asked_at, outcome) values
           (gen_random_uuid(), 'pay', now() - interval '500 days', 'paid'), (gen_random_uuid(), 'pay', now(), 'paid')"
    )
}

async fn remove(studio: &Studio, admin: &mut Browser, sweep: &str) -> Answer {
    let path = format!("{PAGE}/cleanup/{sweep}");
    let asked = admin.get(&path).await.must(200).form(&path).with("reason", "the disk is full");
    let shown = admin.submit(&asked).await.must(200);
    let form = shown.form(&path).with("_typed", &shown.one(".phrase"));
    let done = admin.submit(&form).await.sent_to(&format!("{PAGE}/cleanup"));
    admin.submit(&form).await.must(303);
    studio.run_jobs().await;
    done
}

#[tokio::test]
async fn what_is_old_goes_and_nothing_else() {
    let studio = Studio::open().await;
    studio.run(&rows()).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let page = dai.get(&format!("{PAGE}/cleanup")).await.must(200);
    for button in ["Remove 12,000 sessions…", "Remove 1 event…", "Remove 2 lines…", "Remove 1 view…", "Remove 1 call…"] {
        assert!(page.one("#sweeps").contains(button), "{button}: {}", page.one("#sweeps"));
    }
    for (sweep, left, rows) in [
        ("user-sessions", "select count(*) from platform.user_sessions", 3),
        ("outbox-events", "select count(*) from backlot.outbox_events where name in ('old', 'young', 'not delivered')", 2),
        ("training-logs", "select count(*) from platform.training_logs", 2),
        ("view-grants", "select count(*) from backlot.view_grants", 1),
        ("gateway-calls", "select count(*) from backlot.gateway_calls", 1),
    ] {
        let done = remove(&studio, &mut dai, sweep).await;
        assert_eq!(studio.number(left).await, rows, "{sweep}");
        let entry = studio.audit_of(done.request_id()).await.remove(0);
        assert_eq!(
            (entry.action.as_str(), entry.target_id.as_deref(), entry.reason.as_deref()),
            ("integrity.clean_up", Some(sweep), Some("the disk is full"))
        );
        let kept = format!(
            "select concat_ws(' ', state, removed = due, asked_by is not null, bytes_before > 0, bytes_after > 0) from backlot.cleanup_runs where sweep = '{sweep}'"
        );
        assert_eq!(studio.text(&kept).await, "done t t t t", "{sweep}: once");
    }
    assert_eq!(look(&studio, &mut dai, "log-lines-differ").await, 0, "a training without its log says so");
    let past = dai.get(&format!("{PAGE}/cleanup")).await.must(200);
    assert!(past.one("#past").contains("12,000") && past.all("#past tbody tr").len() == 5, "{}", past.one("#past"));
    assert!(!past.one("#sweeps").contains("Remove"), "nothing is left to do: {}", past.one("#sweeps"));
    dai.get(&format!("{PAGE}/cleanup/audit-log")).await.must(404);
}

#[tokio::test]
async fn nothing_younger_than_the_setting_can_be_asked_for() {
    let studio = Studio::open().await;
    studio.run(&rows()).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let path = format!("{PAGE}/cleanup/outbox-events");
    let asked = dai.get(&path).await.must(200).form(&path).with("reason", "the disk is full");
    for forged in ["2999-01-01T00:00:00Z", "nonsense", ""] {
        dai.submit(&asked.clone().with("cutoff", forged)).await.must(422);
    }
    assert_eq!(studio.number("select count(*) from backlot.cleanup_runs").await, 0);
}

#[tokio::test]
async fn every_night_only_where_the_setting_says_so() {
    let studio = Studio::open().await;
    studio.run(&rows()).await;
    let due = "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'integrity.clean_up_due', 'null', 3)";
    studio.run(due).await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.cleanup_runs").await, 0, "not unless somebody wants it");
    studio.run("insert into backlot.system_config (key, value, category) values ('cleanup.nightly', 'true', 'integrity')").await;
    studio.site.live.reload(&studio.app).await.unwrap();
    studio.run(due).await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.cleanup_runs where state = 'done' and asked_by is null").await, 5);
    assert_eq!(studio.number("select count(*) from platform.user_sessions").await, 3);
}
