//! Three servers over one database behind a balancer that knows no sticky sessions: killed, restarted, and their database too, while
//! eight admins work. What was acknowledged is there, once.
mod client;
mod proxy;

use crate::support::server::Database;
use crate::support::{Process, Studio, command};
use backlot::database::cluster::{Cluster, Options};
use backlot::kernel::Role;
use client::Client;
use proxy::{Proxy, Seen};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const SERVERS: usize = 3;
const CLIENTS: usize = 8;
/// Seconds that servers are killed for, unless `FLEET_SECONDS` says another number.
const SECONDS: u64 = 120;

/// A database of its own, three servers over it, and whoever works there.
struct Fleet {
    options: Options,
    cluster: Option<Cluster>,
    studio: Studio,
    places: Vec<String>,
    servers: Vec<Option<Process>>,
    proxy: Proxy,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Client>>,
}

impl Fleet {
    async fn open() -> Self {
        crate::support::server::with_tls();
        let options = Options { throwaway: false, ..Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap() };
        let cluster = Cluster::start(options.clone()).await.unwrap();
        let studio = Studio::over(Database::furnished_in(&cluster).await).await;
        let free: Vec<_> = (0..SERVERS).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let places: Vec<_> = free.iter().map(|port| port.local_addr().unwrap().to_string()).collect();
        drop(free);
        let proxy = Proxy::new(&places);
        let servers = places.iter().map(|_| None).collect();
        let mut fleet = Self { options, cluster: Some(cluster), studio, places, servers, proxy, stop: Arc::default(), clients: Vec::new() };
        for at in 0..SERVERS {
            fleet.start(at).await;
        }
        fleet
    }

    /// Starts a server and waits until it can serve.
    async fn start(&mut self, at: usize) {
        let with = [("BACKLOT_PUBLIC_URL", format!("https://{}", crate::support::browser::HOST))];
        let mut server = Process::start(&self.studio, &self.places[at], &with);
        let ready = format!("http://{}/readyz", self.places[at]);
        let since = Instant::now();
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(server.ended().is_none() && since.elapsed() < Duration::from_secs(60), "it does not start:\n{}", server.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.servers[at] = Some(server);
    }

    /// Lets two admins in, each of whom works in four windows at once.
    async fn begin(&mut self) {
        let staff = [self.studio.sign_in(Role::SuperAdmin).await, self.studio.sign_in(Role::SupportAdmin).await];
        for number in 0..CLIENTS {
            let mut browser = staff[number % 2].clone();
            browser.router = self.proxy.router();
            let client = Client::new(&self.studio, browser, number).await;
            self.clients.push(tokio::spawn(client.work(Arc::clone(&self.stop))));
        }
    }

    /// Kills servers in turn, each in the middle of its work, and starts them again; how many it were.
    async fn kill_until(&mut self, end: Instant) -> usize {
        let mut kills = 0;
        while Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(2_000 + u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * 8)).await;
            self.servers[kills % SERVERS] = None;
            tokio::time::sleep(Duration::from_millis(300)).await;
            self.start(kills % SERVERS).await;
            kills += 1;
        }
        kills
    }

    async fn restart_database(&mut self) {
        self.cluster.take().unwrap().stop().await.unwrap();
        self.cluster = Some(Cluster::start(self.options.clone()).await.unwrap());
    }

    /// Ends the work, and finds everything that was acknowledged: once, with its audit row and its event.
    async fn end(mut self) -> Ended {
        self.stop.store(true, Ordering::Relaxed);
        let mut clients = Vec::new();
        for client in self.clients.drain(..) {
            clients.push(client.await.unwrap());
        }
        for client in &clients {
            self.must_agree(client).await;
        }
        self.jobs_end().await;
        let changes = clients.iter().map(|client| client.notes.len() as u64 + client.changes.iter().map(|(_, count)| count).sum::<u64>());
        let ended = Ended { changes: changes.sum(), repeated: clients.iter().map(|client| client.repeated).sum() };
        let verified = command(&self.studio).args(["audit", "verify"]).output().unwrap();
        assert!(verified.status.success(), "{}{}", String::from_utf8_lossy(&verified.stdout), String::from_utf8_lossy(&verified.stderr));
        for server in self.servers.drain(..).flatten() {
            assert!(server.end().await.success());
        }
        self.studio.jobs().await;
        drop(self.studio);
        self.cluster.take().unwrap().stop().await.unwrap();
        std::fs::remove_dir_all(&self.options.data_home).unwrap();
        ended
    }

    async fn must_agree(&self, client: &Client) {
        let user = client.user;
        let noted =
            self.studio.texts(&format!("select body from backlot.user_notes where user_id = '{user}' order by created_at, id")).await;
        assert_eq!(noted, client.notes, "notes about {user}");
        let wanted = client.changes.iter().copied().chain([("users.add_note", client.notes.len() as u64)]);
        for (action, count) in wanted {
            let rows = format!("from backlot.audit_log where target_id = '{user}' and action = '{action}' and outcome = 'done'");
            assert_eq!(self.studio.number(&format!("select count(*) {rows}")).await, i64::try_from(count).unwrap(), "{action} on {user}");
            let events = format!("select count(*) from backlot.outbox_events where audit_id in (select id {rows})");
            assert_eq!(self.studio.number(&events).await, i64::try_from(count).unwrap(), "events of {action} on {user}");
        }
        let last = if client.notes.len().is_multiple_of(2) { "starter" } else { "pro" };
        let is = self.studio.text(&format!("select tier || ' ' || status from platform.users where id = '{user}'")).await;
        assert_eq!(is, format!("{last} active"));
    }

    /// What was to happen afterwards has happened, once for each change; and what comes by the clock came once each time.
    async fn jobs_end(&self) {
        let since = Instant::now();
        let open = "select count(*) from backlot.jobs where name = 'users.end_sessions' and state in ('waiting', 'running')";
        while self.studio.number(open).await > 0 {
            assert!(since.elapsed() < Duration::from_secs(90), "{} jobs stay open", self.studio.number(open).await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let [suspended, ended] = ["users.suspend", "users.end_sessions"]
            .map(|action| format!("select count(*) from backlot.audit_log where action = '{action}' and outcome = 'done'"));
        assert_eq!(self.studio.number(&suspended).await, self.studio.number(&ended).await);
        let twice = "select count(*) from (select dedup_key, date_trunc('minute', created_at) from backlot.jobs
                       where dedup_key like 'schedule:%' and dedup_key in (select 'schedule:' || name from backlot.job_schedules where cron = '* * * * *')
                       group by 1, 2 having count(*) > 1) twice";
        assert_eq!(self.studio.number(twice).await, 0, "a schedule fired twice in its minute");
        assert!(self.studio.number("select count(*) from backlot.jobs where dedup_key like 'schedule:%'").await > 0);
    }
}

/// What a run came to.
struct Ended {
    changes: u64,
    repeated: u64,
}

fn told(number: &AtomicU64) -> u64 {
    number.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: scripts/test runs it with FLEET_SECONDS=20"]
async fn what_was_acknowledged_is_there_once_however_servers_and_database_die() {
    let mut fleet = Fleet::open().await;
    let seconds = std::env::var("FLEET_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    fleet.begin().await;
    let began = Instant::now();
    let mut kills = fleet.kill_until(began + Duration::from_secs(seconds / 2)).await;
    fleet.restart_database().await;
    kills += fleet.kill_until(began + Duration::from_secs(seconds)).await;
    let seen: Arc<Seen> = Arc::clone(&fleet.proxy.seen);
    let ended = fleet.end().await;
    eprintln!(
        "{} changes in {seconds} s, {kills} kills, 1 restart of the database; of {} requests {} went to another server, {} for a lost \
         answer, {} were asked for again, the longest took {} ms",
        ended.changes,
        told(&seen.asked),
        told(&seen.again),
        told(&seen.cut),
        ended.repeated,
        told(&seen.longest)
    );
    assert!(ended.changes > 100 && told(&seen.again) > 0 && told(&seen.cut) > 0, "it was too calm");
    assert_eq!(told(&seen.hung), 0, "no request goes on past its time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes a minute: scripts/test runs it"]
async fn a_rolling_restart_loses_no_request() {
    let mut fleet = Fleet::open().await;
    fleet.begin().await;
    for _ in 0..2 {
        for at in 0..SERVERS {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let status = fleet.servers[at].take().unwrap().end().await;
            assert!(status.success(), "server {at} ended with {status}");
            fleet.start(at).await;
        }
    }
    let seen = Arc::clone(&fleet.proxy.seen);
    let ended = fleet.end().await;
    eprintln!("{} changes, 6 restarts; of {} requests {} went to another server", ended.changes, told(&seen.asked), told(&seen.again));
    assert!(ended.changes > 20, "it was too calm");
    assert_eq!((told(&seen.lost), told(&seen.hung), ended.repeated), (0, 0, 0), "nobody noticed");
}
