//! Every server follows a change at once, and after its line was cut too.
use super::done;
use crate::support::Studio;
use backlot::database::pools::pool;
use backlot::kernel::Role;
use backlot::live::{Keeper, Live, Percentage, Topic};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Servers that run beside the studio's own.
struct Servers {
    lives: Vec<Live>,
    stop: CancellationToken,
}

impl Servers {
    async fn start(studio: &Studio, count: usize) -> Self {
        let stop = CancellationToken::new();
        let mut lives = Vec::new();
        for n in 0..count {
            let (db, live) = (pool(&studio.database.ways.app.options(), 4, "follows"), Live::default());
            tokio::spawn(Keeper::new(db, live.clone(), format!("server {n}")).run(stop.clone()));
            lives.push(live);
        }
        let servers = Self { lives, stop };
        servers.until(|live| live.now().flags.contains_key("new_studio_ui")).await;
        servers
    }

    /// Waits until something is so on each of them.
    async fn until(&self, is: impl Fn(&Live) -> bool) {
        let since = Instant::now();
        while !self.lives.iter().all(&is) {
            assert!(since.elapsed() < Duration::from_secs(10), "a server does not follow");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

fn percentage(live: &Live) -> Percentage {
    live.now().flags["new_studio_ui"].rule.percentage
}

#[tokio::test]
async fn three_servers_follow_and_the_page_says_how_quickly() {
    let studio = Studio::open().await;
    let servers = Servers::start(&studio, 3).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "77.5")]).await;
    servers.until(|live| percentage(live) == Percentage::thousandths(77_500)).await;
    let newest = studio.number("select version from backlot.live_topics where topic = 'flags'").await;
    servers.until(|live| live.now().versions.of(Topic::Flags) == newest).await;
    for _ in 0..200 {
        if studio.number(&format!("select count(*) from backlot.instance_topics where topic = 'flags' and version = {newest}")).await == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let page = olga.get("/admin/features/new_studio_ui").await.must(200);
    let told = page.all("#servers li");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|line| line.contains("Newest") && line.contains("after ") && line.contains(" ms")), "{told:?}");
    servers.stop.cancel();
    let since = Instant::now();
    while studio.number("select count(*) from backlot.instances").await > 0 {
        assert!(since.elapsed() < Duration::from_secs(5), "a server that stops says so");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_change_arrives_when_the_line_was_cut() {
    let studio = Studio::open().await;
    let servers = Servers::start(&studio, 2).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'follows' and datname = current_database()";
    for percent in ["61", "62", "63"] {
        studio.run(cut).await;
        done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", percent)]).await;
        let wanted = Percentage::parse(percent).unwrap();
        servers.until(|live| percentage(live) == wanted).await;
    }
    servers.stop.cancel();
}

#[tokio::test]
async fn what_this_program_does_not_understand_changes_nothing() {
    let studio = Studio::open().await;
    let before = percentage(&studio.site.live);
    studio.run("update backlot.feature_flags set config = '{\"percentage\": 1e9}' where name = 'new_studio_ui'").await;
    assert!(studio.site.live.reload(&studio.app).await.is_err());
    assert_eq!(percentage(&studio.site.live), before, "the last that was understood holds");
}
