//! Analytics events reach the collector, each at least once and told apart by its id.
use std::collections::HashSet;
use std::time::{Duration, Instant};

use backlot::gateways::collector::{Delivery, Pace, PostHog};
use backlot::sandbox::collector::{Collector, Mode};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::support::Database;

const UNSENT: &str = "select count(*) from backlot.outbox_events where delivered_at is null";

async fn write(db: &Database, name: &str, events: i32) {
    for n in 0..events {
        let write = sqlx::query(
            "insert into backlot.outbox_events (id, name, properties, admin_id, audit_id) values ($1, $2, jsonb_build_object('n', $3), $4, $5)",
        );
        let write = write.bind(Uuid::now_v7()).bind(name).bind(n).bind((n % 2 == 0).then(Uuid::now_v7)).bind(Uuid::now_v7());
        write.execute(&db.app).await.expect("an event");
    }
}

struct Running {
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

fn deliver(pool: &PgPool, collector: &Collector, key: &str) -> Running {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let posthog = PostHog::with_patience(&collector.host(), key, Duration::from_millis(300)).expect("a client");
    let pace = Pace {
        poll: Duration::from_millis(50),
        backoff: Duration::from_millis(50),
        backoff_max: Duration::from_millis(200),
        hold: Duration::from_secs(1),
        ..Pace::default()
    };
    let stop = CancellationToken::new();
    let ended = tokio::spawn(Delivery::new(pool.clone(), posthog, pace).run(stop.clone()));
    Running { stop, ended }
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.ended.await.expect("a clean end");
    }
}

#[tokio::test]
async fn events_arrive_in_batches_oldest_first() {
    let db = Database::create().await;
    write(&db, "admin_login", 250).await;
    let collector = Collector::start("phc_test").await.expect("a collector");
    let since = Instant::now();
    let delivery = deliver(&db.app, &collector, "phc_test");
    db.until(Duration::from_secs(10), UNSENT, 0).await;
    eprintln!("250 events: {:?}", since.elapsed());
    delivery.stop().await;
    let received = collector.received();
    assert_eq!((received.len(), collector.requests()), (250, 3));
    assert!(received.iter().enumerate().all(|(n, event)| event.properties["n"] == n));
    assert_eq!(received[1].distinct_id, "backlot");
    assert_eq!(received[0].event, "admin_login");
}

#[tokio::test]
async fn events_wait_for_a_collector_that_is_out_of_order() {
    let db = Database::create().await;
    let collector = Collector::start("phc_test").await.expect("a collector");
    collector.set(Mode::Failing);
    write(&db, "admin_login", 150).await;
    let delivery = deliver(&db.app, &collector, "phc_test");
    db.until(Duration::from_secs(5), "select count(*) from backlot.outbox_events where attempts >= 3", 100).await;
    let told = "select count(*) from backlot.outbox_events where last_error like 'the collector answered 500%'";
    assert!(db.number(told).await >= 100);
    collector.set(Mode::Accepting);
    db.until(Duration::from_secs(10), UNSENT, 0).await;
    delivery.stop().await;
    assert_eq!(collector.received().len(), 150);
    assert!(collector.received().iter().enumerate().all(|(n, event)| event.properties["n"] == n));
}

#[tokio::test]
async fn a_late_or_broken_answer_means_again_and_the_id_tells() {
    for mode in [Mode::Slow(Duration::from_secs(1)), Mode::Cutting] {
        let db = Database::create().await;
        let collector = Collector::start("phc_test").await.expect("a collector");
        collector.set(mode.clone());
        write(&db, "admin_login", 20).await;
        let delivery = deliver(&db.app, &collector, "phc_test");
        db.until(Duration::from_secs(5), "select count(*) from backlot.outbox_events where attempts >= 2", 20).await;
        collector.set(Mode::Accepting);
        db.until(Duration::from_secs(10), UNSENT, 0).await;
        delivery.stop().await;
        let received = collector.received();
        assert!(received.len() > 20, "{mode:?}");
        assert_eq!(received.iter().map(|event| event.uuid).collect::<HashSet<_>>().len(), 20);
    }
}

#[tokio::test]
async fn one_event_that_is_refused_does_not_keep_the_others() {
    let db = Database::create().await;
    let collector = Collector::start("phc_test").await.expect("a collector");
    collector.set(Mode::Refusing("odd".into()));
    write(&db, "admin_login", 30).await;
    write(&db, "odd", 1).await;
    write(&db, "admin_logout", 30).await;
    let delivery = deliver(&db.app, &collector, "phc_test");
    db.until(Duration::from_secs(10), UNSENT, 1).await;
    delivery.stop().await;
    assert_eq!(collector.received().len(), 60);
    let told = "select count(*) from backlot.outbox_events where name = 'odd' and last_error is not null and next_at > now()";
    assert_eq!(db.number(told).await, 1);
}

#[tokio::test]
async fn a_wrong_key_loses_nothing() {
    let db = Database::create().await;
    let collector = Collector::start("phc_test").await.expect("a collector");
    write(&db, "admin_login", 5).await;
    let delivery = deliver(&db.app, &collector, "phc_other");
    db.until(Duration::from_secs(5), "select count(*) from backlot.outbox_events where attempts >= 2", 5).await;
    delivery.stop().await;
    assert_eq!((collector.received().len(), db.number(UNSENT).await), (0, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_send_each_event_once_when_nothing_goes_wrong() {
    let db = Database::create().await;
    write(&db, "admin_login", 900).await;
    let collector = Collector::start("phc_test").await.expect("a collector");
    let deliveries: Vec<Running> = (0..3).map(|_| deliver(&db.app, &collector, "phc_test")).collect();
    db.until(Duration::from_secs(20), UNSENT, 0).await;
    for delivery in deliveries {
        delivery.stop().await;
    }
    assert_eq!(collector.received().len(), 900);
}
