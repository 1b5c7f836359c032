//! The real server, killed twenty times in the middle of exports: all are made in the end, and half a file is never to be had.
use super::{asked, form, hex};
use crate::support::{Browser, Studio};
use backlot::kernel::Role;
use base64::{Engine, prelude::BASE64_STANDARD};
use ring::digest::{SHA256, digest};
use secrecy::ExposeSecret;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: usize = 20;
const PEOPLE: u32 = 60_000;

/// A server of its own process over the studio's database; killed when it is dropped, as by a power failure.
struct Killed(Child);

impl Killed {
    fn start(studio: &Studio) -> Self {
        let ways = &studio.database.ways;
        let log = std::fs::File::create(studio.folder.join("server.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BACKLOT_")) {
            command.env_remove(name);
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("BACKLOT_ENVIRONMENT", "staging")
            .env("BACKLOT_DATABASE_URL", ways.app.url().expose_secret())
            .env("BACKLOT_READER_DATABASE_URL", ways.reader.url().expose_secret())
            .env("BACKLOT_VIEWER_DATABASE_URL", ways.viewer.url().expose_secret())
            .env("BACKLOT_SEALER_DATABASE_URL", ways.sealer.url().expose_secret())
            .env("BACKLOT_SECRET_KEY", BASE64_STANDARD.encode([7; 32]))
            .env("BACKLOT_AUDIT_KEY_FILE", studio.folder.join("audit.key"))
            .env("BACKLOT_AUDIT_ANCHOR_FILE", studio.folder.join("anchor.jsonl"))
            .env("BACKLOT_STORAGE_MODE", "folder")
            .env("BACKLOT_STORAGE_FOLDER", studio.folder.join("exports"))
            .env("BACKLOT_WORK_FOLDER", &studio.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Self(command.spawn().unwrap())
    }

    fn log(studio: &Studio) -> String {
        std::fs::read_to_string(studio.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a number is as it should be.
async fn until(studio: &Studio, server: &mut Killed, sql: &str, is_right: impl Fn(i64) -> bool, most: Duration) {
    let since = Instant::now();
    while !is_right(studio.number(sql).await) {
        if let Some(ended) = server.0.try_wait().unwrap() {
            panic!("the server ended by itself ({ended}):\n{}", Killed::log(studio));
        }
        assert!(since.elapsed() < most, "{sql} is {}\n{}", studio.number(sql).await, Killed::log(studio));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whatever is not ready is not to be had, and whatever is, is whole.
async fn nothing_is_half(studio: &Studio, admins: &mut [Browser; 3], places: &[(usize, String)]) {
    for (admin, place) in places {
        let id = place.rsplit('/').next().unwrap();
        let state = studio.text(&format!("select state from backlot.exports where id = '{id}'")).await;
        let answer = admins[*admin].get(&format!("{place}/download")).await;
        // It may have become ready in between; then it is whole.
        if state != "ready" && answer.status == 404 {
            continue;
        }
        assert_eq!(answer.status, 200, "{state}: {answer:?}");
        let wanted = studio.text(&format!("select encode(sha256, 'hex') from backlot.exports where id = '{id}'")).await;
        assert_eq!(hex(digest(&SHA256, answer.text.as_bytes()).as_ref()), wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_twenty_times_makes_every_export_and_shows_no_half_of_one() {
    let studio = Studio::open().await;
    studio
        .run(&format!(
            "insert into platform.users (id, email, name) select gen_random_uuid(), n || '@crowd.example', md5(n::text) from generate_series(1, {PEOPLE}) n"
        ))
        .await;
    studio.run("insert into backlot.system_config (key, value, category) values ('exports.concurrent_per_admin', '10', 'exports')").await;
    studio.site.live.reload(&studio.app).await.unwrap();
    let mut admins =
        [studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::DataAdmin).await, studio.sign_in(Role::BillingAdmin).await];
    let mut places: Vec<(usize, String)> = Vec::new();
    for kill in 0..KILLS {
        let admin = kill % 3;
        let asked_for = form(&mut admins[admin], "dataset=users").await;
        places.push((admin, asked(&mut admins[admin], &asked_for).await));
        let mut killed = Killed::start(&studio);
        let begun = "select count(*) from backlot.exports where seen_at > now() - interval '2 seconds' and state in ('running', 'ready')";
        until(&studio, &mut killed, begun, |count| count > 0, Duration::from_secs(60)).await;
        // Anywhere between the first row and after the last.
        let random = u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * 4;
        tokio::time::sleep(Duration::from_millis(random)).await;
        drop(killed);
        nothing_is_half(&studio, &mut admins, &places[places.len().saturating_sub(3)..]).await;
    }
    let mut last = Killed::start(&studio);
    until(&studio, &mut last, "select count(*) from backlot.exports where state <> 'ready'", |count| count == 0, Duration::from_secs(120))
        .await;
    drop(last);
    let people = studio.number("select count(*) from platform.users").await;
    assert_eq!(studio.number(&format!("select count(*) from backlot.exports where file_rows = {people}")).await, KILLS as i64);
    nothing_is_half(&studio, &mut admins, &places).await;
    let attempts = studio.number("select sum(attempt) from backlot.exports").await;
    let interrupted = attempts - KILLS as i64;
    assert!(interrupted > 5, "only {interrupted} were interrupted: the kills came too late");
    eprintln!("{KILLS} kills, {interrupted} exports interrupted, {attempts} attempts for {} exports", places.len());
    tidied(&studio).await;
}

/// What dead servers left in the store goes with the next sweep.
async fn tidied(studio: &Studio) {
    let shelf = studio.folder.join("exports");
    let old = Command::new("find").arg(&shelf).args(["-name", ".unfinished-*", "-exec", "touch", "-d", "1 hour ago", "{}", "+"]).status();
    assert!(old.unwrap().success());
    studio.run("delete from backlot.jobs where name = 'exports.sweep' and state in ('done', 'dead')").await;
    studio.run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.sweep', 'null', 3)").await;
    studio.run("update backlot.jobs set run_at = now() where state = 'waiting'").await;
    studio.run_jobs().await;
    let count = Command::new("find").arg(&shelf).args(["-type", "f"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&count.stdout).lines().count(), KILLS, "a file for each export and none else");
}
