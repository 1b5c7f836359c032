//! The real server, killed twenty times in the middle of exports: all are made in the end, and half a file is never to be had.
use super::{asked, form, hex};
use crate::support::{Browser, Process, Studio};
use backlot::kernel::Role;
use ring::digest::{SHA256, digest};
use std::process::Command;
use std::time::{Duration, Instant};

const KILLS: usize = 20;
const PEOPLE: u32 = 60_000;

/// A server that makes exports.
fn server(studio: &Studio) -> Process {
    let folder = |path: std::path::PathBuf| path.display().to_string();
    let with = [
        ("BACKLOT_STORAGE_MODE", "folder".to_owned()),
        ("BACKLOT_STORAGE_FOLDER", folder(studio.folder.join("exports"))),
        ("BACKLOT_WORK_FOLDER", folder(studio.folder.clone())),
    ];
    Process::start(studio, "127.0.0.1:0", &with)
}

/// Waits until a number is as it should be.
async fn until(studio: &Studio, server: &mut Process, sql: &str, is_right: impl Fn(i64) -> bool, most: Duration) {
    let since = Instant::now();
    while !is_right(studio.number(sql).await) {
        if let Some(ended) = server.ended() {
            panic!("the server ended by itself ({ended}):\n{}", server.log());
        }
        assert!(since.elapsed() < most, "{sql} is {}\n{}", studio.number(sql).await, server.log());
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
        let mut killed = server(&studio);
        let begun = "select count(*) from backlot.exports where seen_at > now() - interval '2 seconds' and state in ('running', 'ready')";
        until(&studio, &mut killed, begun, |count| count > 0, Duration::from_secs(60)).await;
        // Anywhere between the first row and after the last.
        let random = u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * 4;
        tokio::time::sleep(Duration::from_millis(random)).await;
        drop(killed);
        nothing_is_half(&studio, &mut admins, &places[places.len().saturating_sub(3)..]).await;
    }
    let mut last = server(&studio);
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
