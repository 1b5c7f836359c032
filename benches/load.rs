//! How quick the pages are under load: starts the server on a demo studio, signs in, and asks over eight connections.
//!
//! Machines differ and are noisy, so each rate also stands as a share of what a bare server does in the same run: axum, sqlx and
//! askama around one list of fifty users, without a session, a guard, filters or a frame.
//!
//! `cargo bench --bench load` fills a studio of 1,000,000 people the first time (minutes) and keeps it;
//! `-- --users 5000 --seconds 2` is a quick look, `-- --data FOLDER` says where it is kept, `-- --only "user page"` measures
//! what is called so.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a measurement that cannot go on has failed")]

mod bare;
mod common;
mod works;

use common::{Line, Server, status};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 3;

struct Wishes {
    users: u32,
    seconds: f64,
    data: PathBuf,
    only: Option<String>,
}

impl Wishes {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let after = |name: &str| given.iter().position(|word| word == name).and_then(|at| given.get(at + 1)).cloned();
        let users = after("--users").and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
        let folder = std::env::temp_dir().join(format!("backlot-bench-{users}"));
        Self {
            users,
            seconds: after("--seconds").and_then(|text| text.parse().ok()).unwrap_or(5.0),
            data: after("--data").map_or(folder, PathBuf::from),
            only: after("--only"),
        }
    }
}

/// One page asked for again and again over all connections; every answer's time in milliseconds.
async fn load(address: &str, cookies: &str, paths: &[String], seconds: f64) -> Vec<f64> {
    let mut tasks = Vec::new();
    for at in 0..CONNECTIONS {
        let mut line = Line::open(address, cookies).await;
        let paths = paths.to_vec();
        tasks.push(tokio::spawn(async move {
            let (until, mut times) = (Instant::now() + Duration::from_secs_f64(seconds), Vec::new());
            let mut next = at;
            while Instant::now() < until {
                let path = &paths[next % paths.len()];
                next += 1;
                let began = Instant::now();
                line.exchange("GET", path, "").await;
                let status = status(&line.buffer);
                times.push(began.elapsed().as_secs_f64() * 1000.0);
                assert!(status == 200 || status == 303, "{path} answers {status}");
            }
            times
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("a connection holds"));
    }
    all
}

fn at(times: &[f64], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share) as usize]
}

/// The pages of some users, found on the list.
async fn user_pages(server: &Server, cookies: &str) -> Vec<String> {
    let mut line = Line::open(&server.address, cookies).await;
    let mut pages = Vec::new();
    for list in ["/admin/users", "/admin/users?failed_payment=yes", "/admin/users?tier=pro", "/admin/users?q=whale%40example.com"] {
        let (_, _, body) = line.ask("GET", list, "").await;
        pages.extend(
            body.split("href=\"/admin/users/").skip(1).filter_map(|rest| rest.split('"').next()).map(|id| format!("/admin/users/{id}")),
        );
    }
    pages.sort();
    pages.dedup();
    pages
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wishes = Wishes::read();
    eprintln!("a studio of {} people in {} (filled the first time)", wishes.users, wishes.data.display());
    let server = Server::start(wishes.users, &wishes.data);
    works::grow(&wishes.data, wishes.users.into()).await;
    let cookies = server.sign_in().await.cookies;
    let one = |path: &str| vec![path.to_owned()];
    let rows = [
        ("users list, newest first", one("/admin/users")),
        ("users list, by name", one("/admin/users?sort=name")),
        ("users list, suspended", one("/admin/users?status=suspended")),
        ("users list, active pro creators", one("/admin/users?status=active&tier=pro&role=creator")),
        ("users list, payment failing, by e-mail", one("/admin/users?failed_payment=yes&sort=email")),
        (
            "users list, two ranges of time",
            one("/admin/users?created_from=2025-03-01&created_to=2025-06-30&active_from=2026-01-01&active_to=2026-06-30&sort=name"),
        ),
        ("search, whole e-mail", one("/admin/users?q=nora.lindqvist%40example.com")),
        ("search, beginning of a name", one("/admin/search?q=mari")),
        ("search, inside names and e-mails", one("/admin/users?q=indqvis")),
        ("search, nothing found", one("/admin/users?q=qqzzxx")),
        ("user page", user_pages(&server, &cookies).await),
        ("LoRA models, newest first", one("/admin/lora")),
        ("LoRA models, failed", one("/admin/lora?status=failed")),
        ("workflows, newest first", one("/admin/workflows")),
        ("workflows, failed", one("/admin/workflows?state=failed")),
        ("audit log", one("/admin/audit")),
        ("home", one("/admin")),
    ];
    let bare = bare::serve(&wishes.data);
    let (most, half, slow) = rounds(&bare, "", &one("/"), wishes.seconds).await;
    println!(
        "| page, {} users, concurrency {CONNECTIONS} | requests/s | of the bare rate | p50 ms | p99 ms |\n|---|---:|---:|---:|---:|",
        wishes.users
    );
    println!("| a bare list of fifty users, for comparison | {most:.0} | 100 % | {half:.1} | {slow:.1} |");
    for (name, paths) in rows.into_iter().filter(|(name, _)| wishes.only.as_ref().is_none_or(|only| name.contains(only.as_str()))) {
        let (rate, half, slow) = rounds(&server.address, &cookies, &paths, wishes.seconds).await;
        println!("| {name} | {rate:.0} | {:.0} % | {half:.1} | {slow:.1} |", rate / most * 100.0);
    }
}

/// The median of three rounds, by their p99: requests a second, p50 and p99.
async fn rounds(address: &str, cookies: &str, paths: &[String], seconds: f64) -> (f64, f64, f64) {
    load(address, cookies, paths, 1.0).await;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let mut times = load(address, cookies, paths, seconds).await;
        times.sort_by(f64::total_cmp);
        rounds.push((times.len() as f64 / seconds, at(&times, 0.5), at(&times, 0.99)));
    }
    rounds.sort_by(|left, right| left.2.total_cmp(&right.2));
    rounds[ROUNDS / 2]
}
