//! Whole servers killed in the middle of an operation: no row is missed, and none is done twice.
use crate::support::server::Database;
use crate::support::worker::{self, WorkerProcess};
use backlot::database::pools::pool;
use sqlx::PgPool;
use std::time::{Duration, Instant};

const ROWS: i64 = 60_000;
const KILLS: u32 = 12;

/// Not a test: a server's jobs, until they are killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other half of `kills_at_random_moments_do_no_row_twice_and_miss_none`"]
async fn worker_process() {
    let Some(ways) = worker::database() else { return };
    worker::work(&ways, |_| None).await;
}

/// A server's jobs over this database, in a process of their own.
pub async fn server(database: &str) -> WorkerProcess {
    WorkerProcess::start("bulk::crash::worker_process", database).await
}

async fn number(root: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(root).await.unwrap()
}

/// An operation over many that a second admin has approved just now, and the job that is to do it.
async fn begin(root: &PgPool) {
    let sql = format!(
        "insert into platform.users (id, email, name) select gen_random_uuid(), 'crowd' || n || '@users.example', 'Nr. ' || n from generate_series(1, {ROWS}) n;
         insert into backlot.bulk_operations (id, kind, params, label, list, filter, needs_second, total, planned, reason, created_by, state, run,
             started_at, started_audit, worked_at)
           select '0192f000-0000-7000-8000-0000000000f2', 'users.suspend', 'null', 'Suspend many', 'users', 'q=crowd', true, {ROWS}, {ROWS}, 'a raid', a.id,
             'running', 1, now(), gen_random_uuid(), now()
           from backlot.admins a where a.role = 'data_admin' and a.status = 'active' limit 1;
         insert into backlot.bulk_rows (operation_id, row_id, label, was, state)
           select '0192f000-0000-7000-8000-0000000000f2', id, name, status, 'waiting' from platform.users where email like 'crowd%';
         insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'bulk.run',
           '{{\"operation\": \"0192f000-0000-7000-8000-0000000000f2\", \"run\": 1, \"hop\": 0}}', 50)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(root).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_at_random_moments_do_no_row_twice_and_miss_none() {
    let database = Database::furnished().await;
    let root = pool(&database.root(), 4, "the test");
    begin(&root).await;
    let since = Instant::now();
    let mut server = self::server(&database.name).await;
    let mut spread = std::collections::BTreeSet::new();
    for _ in 0..KILLS {
        // Until the server is at work, and a while longer; what the clock shows is as good as a die.
        let before = number(&root, "select done from backlot.bulk_operations").await;
        while number(&root, "select done from backlot.bulk_operations").await == before {
            assert!(since.elapsed() < Duration::from_secs(240), "nobody goes on");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let nanos = u64::from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos());
        tokio::time::sleep(Duration::from_micros(nanos % 700_000)).await;
        drop(server);
        spread.insert(number(&root, "select done from backlot.bulk_operations").await);
        server = self::server(&database.name).await;
    }
    while number(&root, "select count(*) from backlot.bulk_operations where state = 'running'").await > 0 {
        assert!(since.elapsed() < Duration::from_secs(240), "it does not end");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    drop(server);
    eprintln!("{ROWS} rows, {KILLS} kills at {} stages in {:?}", spread.len(), since.elapsed());
    assert!(spread.len() > 5, "the kills fell into the middle of it: {spread:?}");
    assert_eq!(number(&root, "select done from backlot.bulk_operations").await, ROWS);
    assert_eq!(number(&root, "select count(*) from backlot.bulk_rows where state = 'done'").await, ROWS);
    assert_eq!(
        number(&root, "select count(*) from platform.users where email like 'crowd%' and status = 'suspended' and version = 2").await,
        ROWS,
        "each once"
    );
    assert_eq!(number(&root, "select count(*) from backlot.audit_log where action = 'users.suspend' and outcome = 'done'").await, ROWS);
    assert_eq!(number(&root, "select count(distinct target_id) from backlot.audit_log where action = 'users.suspend'").await, ROWS);
    assert_eq!(number(&root, "select count(*) from backlot.outbox_events where name = 'admin_user_suspended'").await, ROWS);
    assert_eq!(number(&root, "select count(*) from backlot.audit_log where action = 'bulk.complete'").await, 1);
    root.close().await;
}
