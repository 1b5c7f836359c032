//! Two thousand operations from eight clients, while the server is killed ten times, the database restarts twice, and the gateway
//! loses answers and tells everything late, twice or never. In the end its journal and the ledger agree to the cent.
use super::chance::{Chance, customers, one, trouble};
use super::killed::{must_agree, start};
use super::settle::say;
use crate::support::server::Database;
use crate::support::{Browser, Studio};
use backlot::database::cluster::{Cluster, Options};
use backlot::gateways::finby::{Finby, Payments, Places};
use backlot::kernel::Role;
use backlot::sandbox::finby::{Gateway, Post};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How many are asked for, unless `BILLING_OPERATIONS` says another number.
const OPERATIONS: usize = 2_000;
const CLIENTS: usize = 8;
const KILLS: usize = 10;

/// Until nothing is under way by itself any more: what was lost is told again, and looked at again.
async fn calm(studio: &Studio, gateway: &Gateway) {
    gateway.post(Post::default());
    let since = Instant::now();
    let open = "select count(*) from backlot.billing_operations where state in ('queued', 'sending', 'waiting')";
    loop {
        gateway.tell_again();
        gateway.told().await;
        studio
            .run("update backlot.gateway_notices set verdict = 'waiting', received_at = now() - interval '5 minutes' where verdict = 'quarantined';
                  update backlot.billing_operations set next_look_at = now() - interval '5 minutes' where next_look_at is not null;
                  update backlot.billing_operations set requested_at = requested_at - interval '5 minutes' where state = 'queued';
                  update backlot.billing_operations set sent_at = sent_at - interval '5 minutes' where state = 'sending';
                  update backlot.jobs set run_at = now() where finished_at is null and run_at > now();
                  insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'billing.look_for_late', 'null', 1)")
            .await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let waiting = studio.number("select count(*) from backlot.gateway_notices where verdict = 'waiting'").await;
        if studio.number(open).await == 0 && waiting == 0 {
            return;
        }
        assert!(since.elapsed() < Duration::from_secs(180), "{} operations and {waiting} notices stay open", studio.number(open).await);
    }
}

fn number<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A run: the studio, its gateway, the dice, and how many operations were asked for.
#[derive(Clone)]
struct Run {
    studio: Arc<Studio>,
    gateway: Arc<Gateway>,
    chance: Arc<Chance>,
    done: Arc<AtomicUsize>,
    wanted: usize,
}

impl Run {
    async fn begin(cluster: &Cluster, port: u16, seed: u64) -> Self {
        let gateway = Arc::new(Gateway::start().await.unwrap());
        // The clients' pages: they only write down what is wanted. Who sends it is the server that is killed.
        let places = Places { public_url: format!("http://127.0.0.1:{port}"), back: None };
        let payments = Payments::new(Arc::new(Finby::new(gateway.access().unwrap()).unwrap()), places, true);
        let studio = Arc::new(Studio::with_payments(Database::furnished_in(cluster).await, payments).await);
        customers(&studio, &gateway, port).await;
        Self {
            studio,
            gateway,
            chance: Arc::new(Chance(AtomicU64::new(seed))),
            done: Arc::default(),
            wanted: number("BILLING_OPERATIONS", OPERATIONS),
        }
    }

    /// Clients, each asking for one operation after the other until there are enough.
    fn clients(&self, admin: &Browser) -> Vec<tokio::task::JoinHandle<()>> {
        let client = |_| {
            let (run, mut admin) = (self.clone(), admin.clone());
            tokio::spawn(async move {
                while run.done.load(Ordering::Relaxed) < run.wanted {
                    if one(&run.studio, &mut admin, &run.chance).await {
                        run.done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        };
        (0..CLIENTS).map(client).collect()
    }

    /// Until so many were asked for, with trouble at the gateway all the while.
    async fn until(&self, wanted: usize) {
        let since = Instant::now();
        while self.done.load(Ordering::Relaxed) < wanted {
            assert!(since.elapsed() < Duration::from_secs(240), "only {} were asked for", self.done.load(Ordering::Relaxed));
            tokio::time::sleep(Duration::from_millis(50)).await;
            trouble(&self.gateway, &self.chance);
            // The run takes longer than a second factor stays fresh.
            self.studio.run("update backlot.sessions set fresh_at = now()").await;
        }
    }

    /// Everything is settled, the journal and the ledger agree, and the page says that all holds.
    async fn end(&self) {
        let sent = self.studio.number("select count(*) from backlot.billing_operations").await;
        calm(&self.studio, &self.gateway).await;
        let uncertain = self.studio.number("select count(*) from backlot.billing_operations where state = 'uncertain'").await;
        settled_by_two(&self.studio, &self.gateway).await;
        must_agree(&self.studio, &self.gateway).await;
        let mut second = self.studio.sign_in(Role::BillingAdmin).await;
        let page = second.get("/admin/billing/reconciliation").await.must(200);
        assert!(!page.words().contains("Broken"), "{}", page.words());
        let left = "select count(*) from backlot.billing_operations where state not in ('succeeded', 'failed', 'called_off')";
        assert_eq!(self.studio.number(left).await, 0);
        let lines = self.gateway.journal().len();
        eprintln!("{sent} operations, {KILLS} kills, 2 restarts, {lines} lines in the journal, {uncertain} settled by two admins");
        assert!(uncertain > 0 && usize::try_from(sent).unwrap() >= self.wanted);
        self.studio.jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes: scripts/test runs it with BILLING_OPERATIONS=300"]
async fn journal_and_ledger_agree_to_the_cent_after_two_thousand_operations_and_ten_kills() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let seed = number("BILLING_SEED", 20_261_127);
    eprintln!("seed {seed}");
    let options = Options { throwaway: false, ..Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap() };
    let mut cluster = Cluster::start(options.clone()).await.unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = Run::begin(&cluster, port, seed).await;
    let clients = run.clients(&run.studio.sign_in(Role::SuperAdmin).await);
    let mut server = start(&run.studio, &run.gateway, port);
    for kill in 1..=KILLS {
        run.until(run.wanted * kill / (KILLS + 1)).await;
        drop(server);
        if kill % 5 == 0 {
            cluster.stop().await.unwrap();
            cluster = Cluster::start(options.clone()).await.unwrap();
        }
        server = start(&run.studio, &run.gateway, port);
    }
    for client in clients {
        client.await.unwrap();
    }
    run.end().await;
    drop(server);
    drop(run);
    cluster.stop().await.unwrap();
    let _ = std::fs::remove_dir_all(&options.data_home);
}

/// Two admins look into the gateway's own books for what nobody could say anything of.
async fn settled_by_two(studio: &Studio, gateway: &Gateway) {
    studio.run("update backlot.billing_operations set sent_at = sent_at - interval '2 days' where state = 'uncertain'").await;
    let open: Vec<(Uuid, String)> = sqlx::query_as("select id, reference from backlot.billing_operations where state = 'uncertain'")
        .fetch_all(&studio.root)
        .await
        .unwrap();
    let journal = gateway.journal();
    for role in [Role::BillingAdmin, Role::SuperAdmin] {
        let mut admin = studio.sign_in(role).await;
        for (operation, reference) in &open {
            let found = journal.iter().find(|entry| entry.reference == *reference);
            let (outcome, number) = found.map_or(("failed", String::new()), |entry| ("succeeded", entry.id.to_string()));
            let (status, words) = say(&mut admin, *operation, outcome, &number).await;
            assert_eq!(status, 303, "{reference}: {words}");
        }
    }
}
