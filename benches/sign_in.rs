//! Whether failed sign-ins can be told apart by their time: unknown, wrong, disabled, deleted, invited and locked accounts, in turn.
//!
//! `cargo bench --bench sign_in` starts the server on a small demo studio and prints, for each kind, its median, how far that is from
//! a wrong password's, and the z of a Mann-Whitney rank test against it: beyond ±3 the two could be told apart. `-- --samples 100`
//! is a quick look. Locked accounts are answered before anything is hashed; they are compared with a locked unknown address.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

mod common;

use common::{Line, Server, proof};
use sqlx::{Connection, PgConnection};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// A way to fail, and whom it is compared with.
struct Kind {
    name: &'static str,
    email: &'static str,
    locked: bool,
    against: usize,
    times: Vec<f64>,
}

impl Kind {
    fn new(name: &'static str, email: &'static str, locked: bool, against: usize) -> Self {
        Self { name, email, locked, against, times: Vec::new() }
    }

    /// The address of one attempt; an unknown one is another each time.
    fn address(&self, number: usize) -> String {
        if self.email.is_empty() { format!("nobody{number}@backlot.example") } else { self.email.to_owned() }
    }
}

fn kinds() -> Vec<Kind> {
    vec![
        Kind::new("wrong password", "maya@backlot.example", false, 0),
        Kind::new("unknown address", "", false, 0),
        Kind::new("disabled, right password", "bea@backlot.example", false, 0),
        Kind::new("deleted, right password", "olga@backlot.example", false, 0),
        Kind::new("invited, without a password", "noor@backlot.example", false, 0),
        Kind::new("locked unknown address", "", true, 5),
        Kind::new("locked account", "sam@backlot.example", true, 5),
    ]
}

/// The tables, as their owner.
async fn database(data: &Path) -> PgConnection {
    let told =
        Command::new(env!("CARGO_BIN_EXE_backlot")).args(["database-url", "owner", "--data"]).arg(data).output().expect("it answers");
    let mut db = PgConnection::connect(String::from_utf8_lossy(&told.stdout).trim()).await.expect("the database answers");
    let states = "update backlot.admins set status = 'disabled' where email like 'bea@%';
                  update backlot.admins set status = 'deleted' where email like 'olga@%';
                  insert into backlot.admins (id, email, name, role) select gen_random_uuid(), 'noor@backlot.example', 'Noor', 'data_admin'
                  where not exists (select from backlot.admins where email like 'noor@%')";
    sqlx::raw_sql(states).execute(&mut db).await.expect("accounts in every state");
    db
}

/// One attempt, as a browser makes it; only the answer to the form is timed, in milliseconds.
async fn attempt(line: &mut Line, db: &mut PgConnection, kind: &Kind, number: usize) -> f64 {
    let email = kind.address(number);
    sqlx::query("delete from backlot.throttles").execute(&mut *db).await.expect("no guess is counted");
    if kind.locked {
        let lock = "insert into backlot.throttles (key, attempts, next_at) values ('account:' || $1, 9, now() + interval '1 hour')";
        sqlx::query(lock).bind(&email).execute(db).await.expect("too many guesses are counted");
    }
    let (_, head, page) = line.ask("GET", "/sign-in", "").await;
    line.keep(&head);
    let password = if kind.name.contains("right") { "backlot%20demo%20studio" } else { "not%20the%20password%20at%20all" };
    let form = format!("_proof={}&email={}&password={password}", proof(&page), email.replace('@', "%40"));
    let began = Instant::now();
    let (status, _, _) = line.ask("POST", "/sign-in", &form).await;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(status, if kind.locked { 429 } else { 422 }, "{} is answered otherwise", kind.name);
    took
}

/// Another order each round: what follows a quick answer finds warmer caches than what follows a slow one.
fn shuffled(count: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut die = (round as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for last in (1..count).rev() {
        die ^= die << 13;
        die ^= die >> 7;
        die ^= die << 17;
        order.swap(last, (die % (last as u64 + 1)) as usize);
    }
    order
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The z of the Mann-Whitney U test (normal approximation; times hardly ever tie).
fn z(one: &[f64], other: &[f64]) -> f64 {
    let wins: f64 = one
        .iter()
        .map(|left| {
            other
                .iter()
                .map(|right| {
                    if left > right {
                        1.0
                    } else if left == right {
                        0.5
                    } else {
                        0.0
                    }
                })
                .sum::<f64>()
        })
        .sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let given: Vec<String> = std::env::args().collect();
    let after = given.iter().position(|word| word == "--samples").and_then(|at| given.get(at + 1));
    let samples: usize = after.and_then(|text| text.parse().ok()).unwrap_or(500);
    let data = std::env::temp_dir().join(format!("backlot-bench-sign-in-{}", std::process::id()));
    let server = Server::start(300, &data);
    let mut db = database(&data).await;
    let mut line = Line::open(&server.address, "").await;
    let mut kinds = kinds();
    for number in 0..samples + 5 {
        for at in shuffled(kinds.len(), number) {
            let kind = &mut kinds[at];
            let took = attempt(&mut line, &mut db, kind, number).await;
            // The first few find caches cold.
            if number >= 5 {
                kind.times.push(took);
            }
        }
    }
    println!("| {samples} attempts each, in a new order each round | median ms | from its counterpart, ms | z |\n|---|---:|---:|---:|");
    for kind in &kinds {
        let other = &kinds[kind.against];
        let apart = median(&kind.times) - median(&other.times);
        println!("| {} | {:.2} | {apart:+.2} | {:+.2} |", kind.name, median(&kind.times), z(&kind.times, &other.times));
    }
    drop(db);
    drop(server);
    let _ = std::fs::remove_dir_all(&data);
}
