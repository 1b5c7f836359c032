//! Whole servers killed in the middle of a broadcast: nobody is missed, and nobody gets it twice.
use crate::support::server::Database;
use crate::support::worker::{self, WorkerProcess};
use backlot::database::pools::pool;
use backlot::sandbox::mailbox::Mailbox;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many people there are beside the studio's.
const CROWD: i64 = 12_000;
const KILLS: u32 = 20;

/// Not a test: a server's jobs, until they are killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other half of `kills_at_random_moments_miss_nobody_and_reach_nobody_twice`"]
async fn worker_process() {
    let Some(ways) = worker::database() else { return };
    worker::work(&ways, |pool| Some(Arc::new(Mailbox::new(pool.clone())))).await;
}

/// A server's jobs over this database, in a process of their own.
async fn server(database: &str) -> WorkerProcess {
    WorkerProcess::start("notifications::crash::worker_process", database).await
}

async fn number(root: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(root).await.unwrap()
}

/// A broadcast to everybody by both ways, small batches at a great pace, and its first job.
async fn begin(root: &PgPool) {
    let sql = format!(
        "insert into platform.users (id, email, name) select gen_random_uuid(), 'crowd' || n || '@users.example', 'Nr. ' || n from generate_series(1, {CROWD}) n;
         insert into backlot.system_config (key, value, category) values ('notifications.batch_size', '100', 'notifications'),
           ('notifications.rate_per_second', '1000', 'notifications') on conflict (key) do update set value = excluded.value;
         insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, started_at, run)
           values ('0192f000-0000-7000-8000-0000000000f1', 'system', 'info', 'To all', 'Hello.', 'Hello.', '<p>Hello.</p>', '{{in_app,email}}', '{{}}',
             '{{\"when\": \"now\"}}', 'sending', now(), 1);
         insert into backlot.notification_progress (notification_id) values ('0192f000-0000-7000-8000-0000000000f1');
         insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'notifications.deliver',
           '{{\"notification\": \"0192f000-0000-7000-8000-0000000000f1\", \"run\": 1, \"hop\": 0}}', 50)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(root).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_at_random_moments_miss_nobody_and_reach_nobody_twice() {
    let database = Database::furnished().await;
    let root = pool(&database.root(), 4, "the test");
    begin(&root).await;
    let since = Instant::now();
    let mut server = self::server(&database.name).await;
    let mut spread = std::collections::BTreeSet::new();
    for kill in 0..KILLS {
        // Long enough that a server finds the job free and works a while; what the clock shows is as good as a die.
        let nanos = u64::from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos());
        tokio::time::sleep(Duration::from_millis(1_100 + nanos % 1_200)).await;
        server = self::server(&database.name).await;
        spread.insert(number(&root, "select inbox_sent + mail_sent + people from backlot.notification_progress").await);
        // What a lost server had claimed is not waited for as long as it would be.
        if kill % 4 == 3 {
            sqlx::query("update backlot.notification_deliveries set due_at = now() where state = 'claimed'").execute(&root).await.unwrap();
        }
    }
    let open = "select count(*) from backlot.notifications where state = 'sending'";
    while number(&root, open).await > 0 {
        assert!(since.elapsed() < Duration::from_secs(180), "it does not end");
        sqlx::query("update backlot.notification_deliveries set due_at = now() where state = 'claimed'").execute(&root).await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    drop(server);
    let unsure = number(&root, "select count(*) from backlot.notification_deliveries where unsure > 0").await;
    eprintln!("{CROWD} people, {KILLS} kills at {} stages in {:?}; {unsure} letters whose answer was lost", spread.len(), since.elapsed());
    assert!(spread.len() > 12, "the kills fell into the middle of it: {spread:?}");
    let all = CROWD + 7;
    assert_eq!(number(&root, "select count(distinct user_id) from platform.notifications where title = 'To all'").await, all);
    assert_eq!(number(&root, "select count(*) from platform.notifications where title = 'To all'").await, all, "nobody twice");
    assert_eq!(number(&root, "select count(distinct to_address) from backlot.mailbox where subject = 'To all'").await, all);
    assert_eq!(number(&root, "select count(*) from backlot.mailbox where subject = 'To all'").await, all, "no letter twice");
    let counted: String = sqlx::query_scalar(
        "select people || ' ' || inbox_sent || ' ' || mail_sent || ' ' || mail_failed from backlot.notification_progress",
    )
    .fetch_one(&root)
    .await
    .unwrap();
    assert_eq!(counted, format!("{all} {all} {all} 0"), "the counters are exact");
    root.close().await;
}
