//! How quickly an operation over many users is previewed and done, and how quick the pages are meanwhile.
//!
//! `cargo bench --bench bulk` fills a studio of 100,000 people the first time (minutes) and keeps it; `-- --users 5000` is a quick look,
//! `-- --data FOLDER` says where it is kept.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

#[allow(dead_code, reason = "what is measured here asks for few of them")]
mod common;

use common::looking::{ADMINS, Looking};
use common::{Line, Server, proof, url};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::PathBuf;
use std::time::{Duration, Instant};

struct Wishes {
    users: u32,
    data: PathBuf,
}

impl Wishes {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let after = |name: &str| given.iter().position(|word| word == name).and_then(|at| given.get(at + 1)).cloned();
        let users = after("--users").and_then(|text| text.parse().ok()).unwrap_or(100_000);
        Self { users, data: after("--data").map_or_else(|| std::env::temp_dir().join("backlot-bench-bulk"), PathBuf::from) }
    }
}

async fn run(db: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await.expect("it is done");
}

async fn number(db: &mut PgConnection, sql: String) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await.expect("a number")
}

/// From sending the form to being led to the preview, and until the preview is there; the operation's id.
async fn preview(server: &Server, cookies: &str, tier: &str) -> (String, Duration) {
    let mut line = Line::open(&server.address, cookies).await;
    let path = "/admin/bulk/new?list=users&all=yes&filter=&kind=users.change_tier";
    let (answer, _, page) = line.ask("GET", path, "").await;
    assert_eq!(answer, 200, "the form is there");
    let form =
        format!("_proof={}&kind=users.change_tier&list=users&all=yes&filter=&tier={tier}&reason=a+measurement&ticket=", proof(&page));
    let began = Instant::now();
    let (answer, head, body) = line.ask("POST", "/admin/bulk/new", &form).await;
    assert_eq!(answer, 303, "it is frozen: {body}");
    let place = head.lines().find_map(|line| line.strip_prefix("location: ")).expect("a place").trim().to_owned();
    let (answer, ..) = line.ask("GET", &place, "").await;
    assert_eq!(answer, 200, "the preview is shown");
    (place.trim_start_matches("/admin/bulk/").to_owned(), began.elapsed())
}

/// From the job's being written down, as an approval does it, until all rows are done.
async fn done(db: &mut PgConnection, id: &str) -> (i64, Duration) {
    let began = Instant::now();
    run(
        db,
        format!(
            "update backlot.bulk_operations set state = 'running', run = 1, started_at = now(), started_audit = gen_random_uuid(), worked_at = now()
               where id = '{id}';
             insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'bulk.run',
               '{{\"operation\": \"{id}\", \"run\": 1, \"hop\": 0}}', 50);
             notify backlot_jobs"
        ),
    )
    .await;
    while number(db, format!("select count(*) from backlot.bulk_operations where id = '{id}' and state = 'running'")).await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = began.elapsed();
    let rows = number(db, format!("select done from backlot.bulk_operations where id = '{id}'")).await;
    let recorded = number(
        db,
        format!(
            "select count(*) from backlot.audit_log where action = 'users.change_tier' and cause =
               (select started_audit from backlot.bulk_operations where id = '{id}')"
        ),
    )
    .await;
    assert_eq!(recorded, rows, "each row has its entry");
    (rows, took)
}

fn row(what: &str, rows: i64, took: Duration) {
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = rows as f64 / took.as_secs_f64();
    println!("{what:<52}{rows:>10}{:>9.2} s{rate:>11.0} /s", took.as_secs_f64());
}

#[tokio::main]
async fn main() {
    let wishes = Wishes::read();
    eprintln!("A studio of {} people in {}", wishes.users, wishes.data.display());
    let server = Server::start(wishes.users, &wishes.data);
    let mut db = PgConnection::connect(&url(&wishes.data, "owner")).await.expect("the database answers");
    let cookies = server.sign_in().await.cookies;
    println!("{:<52}{:>10}{:>11}{:>14}", "", "rows", "took", "rate");
    let (id, took) = preview(&server, &cookies, "pro").await;
    let total = number(&mut db, format!("select total from backlot.bulk_operations where id = '{id}'")).await;
    row("previewed: frozen, counted and shown", total, took);
    let (rows, took) = done(&mut db, &id).await;
    row("done, each with its audit entry, event and message", rows, took);
    let (id, _) = preview(&server, &cookies, "starter").await;
    let looking = Looking::begin(&server, &cookies).await;
    let (rows, took) = done(&mut db, &id).await;
    row(&format!("the same while {ADMINS} admins look at users"), rows, took);
    looking.tell().await;
}
