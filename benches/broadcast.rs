//! How quickly a notification reaches a million inboxes, and how quick the pages are meanwhile.
//!
//! Machines differ and are noisy, so the rate also stands as a share of what one bare `insert … select` into the same two tables does in
//! the same run: the recipients and their inboxes in one transaction, without batches, counters, or anybody who could stop it.
//!
//! `cargo bench --bench broadcast` fills a studio of 1,000,000 people the first time (minutes) and keeps it, with all that it has sent;
//! `-- --users 5000` is a quick look, `-- --data FOLDER` says where it is kept, `-- --rounds 1` measures once instead of taking the median of three.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

#[allow(dead_code, reason = "what is measured here asks for few of them")]
mod common;

use common::Server;
use common::looking::{ADMINS, Looking};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use uuid::Uuid;

struct Wishes {
    users: u32,
    rounds: u32,
    data: PathBuf,
}

impl Wishes {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let after = |name: &str| given.iter().position(|word| word == name).and_then(|at| given.get(at + 1)).cloned();
        let number = |name: &str, usual: u32| after(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
        let data = after("--data").map_or_else(|| std::env::temp_dir().join("backlot-bench-broadcast"), PathBuf::from);
        Self { users: number("--users", 1_000_000), rounds: number("--rounds", 3).max(1), data }
    }
}

/// The database's address, as its owner.
async fn database(data: &std::path::Path) -> PgConnection {
    let printed = Command::new(env!("CARGO_BIN_EXE_backlot")).args(["database-url", "--data"]).arg(data).output().expect("it prints");
    let url = String::from_utf8(printed.stdout).expect("text");
    PgConnection::connect(url.trim()).await.expect("the database answers")
}

async fn run(db: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await.expect("it is done");
}

async fn number(db: &mut PgConnection, sql: String) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await.expect("a number")
}

/// A notification to everybody's inbox.
async fn notification(db: &mut PgConnection, state: &str) -> Uuid {
    let id = Uuid::now_v7();
    run(
        db,
        format!(
            "insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, started_at,
               finished_at, run)
             values ('{id}', 'system', 'info', 'Longer clips', 'Clips can be twelve seconds long on every tier.',
               'Clips can be twelve seconds long on every tier.', '<p>Clips can be twelve seconds long on every tier.</p>', '{{in_app}}', '{{}}',
               '{{\"when\": \"now\"}}', '{state}', now(), case when '{state}' = 'sent' then now() end, 1);
             insert into backlot.notification_progress (notification_id) values ('{id}')"
        ),
    )
    .await;
    id
}

/// Both tables, each in one statement.
async fn bare(db: &mut PgConnection) -> (i64, Duration) {
    let id = notification(db, "sent").await;
    let began = Instant::now();
    run(
        db,
        format!(
            "begin;
             insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state)
               select '{id}', 'in_app', u.id, backlot.new_id(), 'settled' from platform.users u where u.status <> 'deleted' order by u.id;
             insert into platform.notifications (id, user_id, kind, title, body, severity, broadcast_id)
               select d.id, d.user_id, 'announcement', n.title, n.plain, n.severity, n.id
               from backlot.notification_deliveries d join backlot.notifications n on n.id = d.notification_id
               where d.notification_id = '{id}' and d.channel = 'in_app' order by d.user_id;
             commit"
        ),
    )
    .await;
    let took = began.elapsed();
    (number(db, format!("select count(*) from platform.notifications where broadcast_id = '{id}'")).await, took)
}

/// The same by Backlot, from the job's being written down to the notification's being sent.
async fn ours(db: &mut PgConnection) -> (i64, Duration) {
    let id = notification(db, "sending").await;
    let began = Instant::now();
    run(
        db,
        format!(
            "insert into backlot.jobs (id, name, payload, max_attempts) values ('{}', 'notifications.deliver',
               '{{\"notification\": \"{id}\", \"run\": 1, \"hop\": 0}}', 50)",
            Uuid::now_v7()
        ),
    )
    .await;
    while number(db, format!("select count(*) from backlot.notifications where id = '{id}' and state = 'sending'")).await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = began.elapsed();
    let sent = number(db, format!("select inbox_sent from backlot.notification_progress where notification_id = '{id}'")).await;
    assert_eq!(
        number(db, format!("select count(*) from platform.notifications where broadcast_id = '{id}'")).await,
        sent,
        "the counter is right"
    );
    (sent, took)
}

#[allow(clippy::cast_precision_loss, reason = "a rate for people")]
fn rate((rows, took): (i64, Duration)) -> f64 {
    rows as f64 / took.as_secs_f64()
}

/// The one in the middle.
fn median(mut rounds: Vec<(i64, Duration)>) -> (i64, Duration) {
    rounds.sort_by_key(|(_, took)| *took);
    rounds[rounds.len() / 2]
}

fn row(what: &str, measured: (i64, Duration), share: Option<f64>) {
    let share = share.map_or_else(String::new, |share| format!("{:>5.0} %", share * 100.0));
    println!("{what:<44}{:>10}{:>9.1} s{:>11.0} /s{share:>9}", measured.0, measured.1.as_secs_f64(), rate(measured));
}

#[tokio::main]
async fn main() {
    let wishes = Wishes::read();
    eprintln!("A studio of {} people in {}", wishes.users, wishes.data.display());
    let server = Server::start(wishes.users, &wishes.data);
    let mut db = database(&wishes.data).await;
    let cookies = server.sign_in().await.cookies;
    let (mut bares, mut owns) = (Vec::new(), Vec::new());
    for _ in 0..wishes.rounds {
        bares.push(bare(&mut db).await);
        owns.push(ours(&mut db).await);
    }
    println!("{:<44}{:>10}{:>11}{:>14}{:>9}", "", "inboxes", "took", "rate", "share");
    let (one, other) = (median(bares), median(owns));
    row("one bare insert … select into both tables", one, None);
    row("a notification, batch by batch", other, Some(rate(other) / rate(one)));
    let looking = Looking::begin(&server, &cookies).await;
    let busy = ours(&mut db).await;
    row(&format!("the same while {ADMINS} admins look at users"), busy, None);
    looking.tell().await;
}
