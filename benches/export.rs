//! How quick exports are, and how much memory they take: starts the server on a demo studio, signs in, and asks for exports by its
//! pages. Machines differ and are noisy, so each rate also stands as a share of what `psql \copy` of the same query does in the same
//! run, one after the other, round by round.
//!
//! `cargo bench --bench export` fills a studio of 1,000,000 people the first time (minutes) and keeps it; `-- --users 5000` is a quick
//! look, `-- --data FOLDER` says where it is kept, `-- --rounds 5` how often, `-- --only CSV` measures what is called so, and
//! `-- --ledger 10000000 --only ledger` first brings the credit ledger to so many rows (minutes and 3 GB, the first time).
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

mod common;

use common::{Line, Server, proof, url};
use sqlx::PgPool;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// More than a demo holds, and no waiting for one's turn.
const SETTINGS: &str = r#"{"exports.max_rows": 20000000, "exports.concurrent_per_admin": 10}"#;

/// The columns of the users' export, in its order.
const USERS: &str = "select u.id, u.email, u.name, u.status, u.status_reason, u.tier, u.role, u.country, u.locale, u.time_zone,
  u.marketing_consent, u.payment_failing, u.training_failing, u.created_at, u.last_active_at, u.status_changed_at
  from platform.users u order by u.created_at desc, u.id desc";
/// The columns of the credit ledger's.
const CREDITS: &str = "select t.id, t.created_at, t.user_id, u.email, t.kind, t.amount, t.description, t.generation_job_id,
  t.lora_training_id, t.payment_id from platform.credit_transactions t join platform.users u on u.id = t.user_id order by t.created_at, t.id";

struct Wishes {
    users: u32,
    rounds: usize,
    data: PathBuf,
    only: Option<String>,
    /// Rows that the credit ledger is to have.
    ledger: i64,
}

impl Wishes {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let after = |name: &str| given.iter().position(|word| word == name).and_then(|at| given.get(at + 1)).cloned();
        let users = after("--users").and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
        let folder = std::env::temp_dir().join(format!("backlot-bench-{users}"));
        Self {
            users,
            rounds: after("--rounds").and_then(|text| text.parse().ok()).unwrap_or(3),
            data: after("--data").map_or(folder, PathBuf::from),
            only: after("--only"),
            ledger: after("--ledger").and_then(|text| text.parse().ok()).unwrap_or(0),
        }
    }
}

/// An export as it is measured.
struct Measured {
    name: &'static str,
    dataset: &'static str,
    format: &'static str,
    gzip: bool,
    /// What `psql` copies beside it.
    beside: &'static str,
}

const MEASURED: [Measured; 6] = [
    Measured { name: "users, CSV", dataset: "users", format: "csv", gzip: false, beside: USERS },
    Measured { name: "users, NDJSON", dataset: "users", format: "ndjson", gzip: false, beside: USERS },
    Measured { name: "users, JSON", dataset: "users", format: "json", gzip: false, beside: USERS },
    Measured { name: "users, CSV, gzip", dataset: "users", format: "csv", gzip: true, beside: USERS },
    Measured { name: "credit ledger, CSV", dataset: "credit_transactions", format: "csv", gzip: false, beside: CREDITS },
    Measured { name: "users, Excel", dataset: "users", format: "xlsx", gzip: false, beside: USERS },
];

struct Bench {
    server: Server,
    line: Line,
    owner: PgPool,
    reader: String,
    psql: PathBuf,
}

/// What one export took.
struct Took {
    seconds: f64,
    rows: i64,
    bytes: i64,
    /// Kilobytes in memory at most while it was made.
    most: u64,
}

fn psql() -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/find-postgres");
    let told = Command::new(script).output().expect("a script of ours");
    PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()).join("psql")
}

impl Bench {
    async fn start(wishes: &Wishes) -> Self {
        let server = Server::start_with(wishes.users, &wishes.data, &[("BACKLOT_PINNED_SETTINGS", SETTINGS)]);
        let line = server.sign_in().await;
        let owner = PgPool::connect(&url(&wishes.data, "owner")).await.expect("the database is there");
        Self { server, line, owner, reader: url(&wishes.data, "reader"), psql: psql() }
    }

    /// Brings the credit ledger to so many rows: a row for each user, again and again.
    async fn grow(&self, wanted: i64) {
        loop {
            let count = "select count(*) from platform.credit_transactions";
            let there: i64 = sqlx::query_scalar(count).fetch_one(&self.owner).await.expect("a count");
            if there >= wanted {
                break;
            }
            eprintln!("{} more rows in the credit ledger", wanted - there);
            let more = "insert into platform.credit_transactions (id, user_id, kind, amount, description, created_at)
                        select backlot.new_id(), u.id, 'grant', 5, 'Thank you for being here', clock_timestamp()
                        from (select id from platform.users order by id limit $1) u";
            sqlx::query(more).bind(wanted - there).execute(&self.owner).await.expect("more rows");
        }
        sqlx::raw_sql("vacuum (analyze) platform.credit_transactions").execute(&self.owner).await.expect("tidy");
    }

    /// Asks for an export by its page and waits until it is ready.
    async fn export(&mut self, what: &Measured) -> Took {
        let page = format!("/admin/exports/new?dataset={}", what.dataset);
        let (_, _, body) = self.line.ask("GET", &page, "").await;
        let columns: String = body
            .split("name=\"columns[]\" value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .fold(String::new(), |all, name| format!("{all}&columns%5B%5D={name}"));
        let gzip = if what.gzip { "&gzip=yes" } else { "" };
        // Two forms stand before it on every page.
        let form = body.split("action=\"/admin/exports/new\"").nth(1).expect("the form");
        let sent =
            format!("_proof={}&dataset={}&filter=&format={}{gzip}&reason=a+measurement{columns}", proof(form), what.dataset, what.format);
        sqlx::query("update backlot.sessions set fresh_at = now() where ended_at is null").execute(&self.owner).await.expect("a session");
        self.server.forget_most();
        let (status, head, _) = self.line.ask("POST", "/admin/exports/new", &sent).await;
        assert_eq!(status, 303, "it is asked for: {head}");
        let place = head.lines().find_map(|line| line.strip_prefix("location: ")).expect("its page");
        let id: Uuid = place.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a page of its own");
        let sql = "select state, coalesce(extract(epoch from finished_at - started_at), 0)::float8, coalesce(file_rows, 0),
                   coalesce(file_bytes, 0), coalesce(error, '') from backlot.exports where id = $1";
        loop {
            let (state, seconds, rows, bytes, error): (String, f64, i64, i64, String) =
                sqlx::query_as(sql).bind(id).fetch_one(&self.owner).await.expect("it is there");
            assert_ne!(state, "failed", "{error}");
            if state == "ready" {
                return Took { seconds, rows, bytes, most: self.server.most() };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The same query, copied into a file.
    fn copy(&self, sql: &str) -> f64 {
        let file = std::env::temp_dir().join("backlot-bench-copy.csv");
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let command = format!("\\copy ({sql}) to '{}' with (format csv, header)", file.display());
        let began = Instant::now();
        // As an export: without the time in which a page must be answered.
        let done = Command::new(&self.psql).args(["-X", "-q", &self.reader, "-c", "set statement_timeout = 0", "-c", &command]).status();
        assert!(done.expect("psql runs").success(), "psql copies");
        let took = began.elapsed().as_secs_f64();
        let _ = std::fs::remove_file(file);
        took
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let wishes = Wishes::read();
    eprintln!("a studio of {} people in {} (filled the first time)", wishes.users, wishes.data.display());
    let mut bench = Bench::start(&wishes).await;
    if wishes.ledger > 0 {
        bench.grow(wishes.ledger).await;
    }
    let megabytes = |kilobytes: u64| kilobytes / 1024;
    eprintln!(
        "before the first export {} MB are in memory, {} at most so far",
        megabytes(bench.server.resident()),
        megabytes(bench.server.most())
    );
    println!("| export | rows | MB | rows/s | psql \\copy, rows/s | of it | memory at most, MB |\n|---|---:|---:|---:|---:|---:|---:|");
    for what in MEASURED.iter().filter(|what| wishes.only.as_ref().is_none_or(|only| what.name.contains(only.as_str()))) {
        // Once beforehand, so that both find the table in memory.
        bench.copy(what.beside);
        let (mut ours, mut theirs, mut most, mut last) = (Vec::new(), Vec::new(), 0, None);
        for _ in 0..wishes.rounds {
            theirs.push(bench.copy(what.beside));
            let took = bench.export(what).await;
            ours.push(took.seconds);
            most = most.max(took.most);
            last = Some(took);
        }
        let Took { rows, bytes, .. } = last.expect("one round at least");
        let (ours, theirs) = (rows as f64 / median(ours), rows as f64 / median(theirs));
        println!(
            "| {} | {rows} | {:.0} | {ours:.0} | {theirs:.0} | {:.0} % | {} |",
            what.name,
            bytes as f64 / 1e6,
            ours / theirs * 100.0,
            megabytes(most)
        );
    }
    // Whatever else the server does, it does in these seconds too.
    bench.server.forget_most();
    tokio::time::sleep(Duration::from_secs(30)).await;
    println!("\nIn the half minute after the last export {} MB were in memory at most.", megabytes(bench.server.most()));
}
