//! Stopping: cancelled at once, a full disk, a database or a store that is away; nothing is ever left behind.
use super::{asked, form};
use crate::support::Studio;
use backlot::kernel::Role;
use std::path::Path;
use std::time::{Duration, Instant};

/// So many users more, for exports that take their time.
pub async fn crowd(studio: &Studio, people: u32) {
    let sql = format!(
        "insert into platform.users (id, email, name) select gen_random_uuid(), n || '@crowd.example', repeat(md5(n::text), 4) from generate_series(1, {people}) n"
    );
    studio.run(&sql).await;
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.unwrap().path()).map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_export_is_cancelled_within_a_second() {
    let studio = Studio::open().await;
    crowd(&studio, 150_000).await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await.with("format", "xlsx");
    let place = asked(&mut data, &all).await;
    studio
        .work(async || {
            let running = "select count(*) from backlot.exports where state = 'running' and rows_done > 0";
            let since = Instant::now();
            while studio.number(running).await == 0 {
                assert!(since.elapsed() < Duration::from_secs(30), "it never began");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let page = data.get(&place).await.must(200);
            assert!(page.has("#progress progress"), "{page:?}");
            data.submit(&page.form(&format!("{place}/cancel"))).await.sent_to(&place);
            let cancelled = Instant::now();
            while studio.number("select count(*) from backlot.jobs where name = 'exports.make' and finished_at is null").await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert!(cancelled.elapsed() < Duration::from_millis(1_200), "it took {:?} to stop", cancelled.elapsed());
        })
        .await;
    assert_eq!(data.get(&place).await.must(200).one("#badges"), "Cancelled");
    data.get(&format!("{place}/download")).await.must(404);
    assert_eq!(files(&studio.folder.join("exports")), 0);
    let busy = "select count(*) from pg_stat_activity where application_name = 'backlot exports' and datname = current_database()";
    for _ in 0..100 {
        if studio.number(busy).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(studio.number(busy).await, 0, "its connection is cut");
    studio.run_jobs().await;
}

#[tokio::test]
async fn one_that_waits_is_cancelled_and_never_begins() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let place = asked(&mut data, &all).await;
    let page = data.get(&place).await.must(200);
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    billing.post(&format!("{place}/cancel"), &[]).await.must(403);
    data.submit(&page.form(&format!("{place}/cancel"))).await.sent_to(&place);
    data.submit(&page.form(&format!("{place}/cancel"))).await.sent_to(&place);
    data.post(&format!("{place}/cancel"), &[]).await.must(409);
    studio.run_jobs().await;
    assert_eq!(data.get(&place).await.must(200).one("#badges"), "Cancelled");
    assert_eq!(
        (studio.entries("exports.cancel", "done").await.len(), studio.number("select sum(attempt) from backlot.exports").await),
        (1, 0)
    );
}

/// A disk of one megabyte, for as long as it is held.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(path: &Path) -> Self {
        std::fs::create_dir_all(path).unwrap();
        let mounted = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(path).status().unwrap();
        assert!(mounted.success(), "this test mounts a disk: run it as root");
        Self(path.to_owned())
    }

    fn used(&self) -> u64 {
        let seen = nix::sys::statvfs::statvfs(&self.0).unwrap();
        (seen.blocks() - seen.blocks_free()) * seen.fragment_size()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_nothing_is_left_on_it() {
    let mut studio = Studio::open().await;
    crowd(&studio, 20_000).await;
    let disk = SmallDisk::mount(&studio.folder.join("small"));
    studio.unfinished = disk.0.clone();
    let empty = disk.used();
    let mut data = studio.sign_in(Role::DataAdmin).await;
    for format in ["csv", "xlsx"] {
        let all = form(&mut data, "dataset=users").await.with("format", format);
        let place = asked(&mut data, &all).await;
        studio.run_jobs().await;
        let page = data.get(&place).await.must(200);
        assert_eq!(page.one("#badges"), "Failed", "{format}: {page:?}");
        assert!(page.one("#failure").contains("The disk is full"), "{format}: {page:?}");
        data.get(&format!("{place}/download")).await.must(404);
        assert_eq!(disk.used(), empty, "{format} left something on the disk");
    }
    assert_eq!(files(&studio.folder.join("exports")), 0);
    data.get("/admin/users").await.must(200);
    // There is room for a small one.
    let few = form(&mut data, "dataset=users&filter=tier%3Dpro").await;
    super::made(&studio, &mut data, &few).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_store_is_said_too_and_what_was_begun_there_is_gone() {
    let studio = Studio::open().await;
    crowd(&studio, 20_000).await;
    let disk = SmallDisk::mount(&studio.folder.join("exports/exports"));
    let empty = disk.used();
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let place = asked(&mut data, &all).await;
    studio.run_jobs().await;
    let page = data.get(&place).await.must(200);
    assert!(page.one("#failure").contains("The object store is full"), "{page:?}");
    assert_eq!(files(&disk.0), 0);
    assert!(disk.used() <= empty + 16_384, "only the folder is left: {} of {empty}", disk.used());
}

#[tokio::test]
async fn an_export_whose_job_died_says_so() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let place = asked(&mut data, &all).await;
    studio.run("update backlot.jobs set state = 'running', owner = 'x', lease_until = now() where name = 'exports.make'").await;
    studio
        .run("update backlot.jobs set state = 'dead', finished_at = now(), owner = null, lease_until = null, last_error = 'the database was away' where name = 'exports.make'")
        .await;
    studio.run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.sweep', 'null', 3)").await;
    studio
        .work(async || {
            while studio.number("select count(*) from backlot.exports where state = 'waiting'").await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    let page = data.get(&place).await.must(200);
    assert!(page.one("#failure").contains("the database was away"), "{page:?}");
    assert!(studio.jobs().await.is_empty());
}
