//! The database goes away and comes back: nobody waits long, nothing is half done, nobody has to restart anything.
use crate::support::server::Database;
use crate::support::{ADA, Browser, Sent, Studio};
use backlot::database::cluster::{Cluster, Options};
use backlot::kernel::Role;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// What clients saw of each status.
#[derive(Default)]
struct Tally {
    done: AtomicU32,
    unavailable: AtomicU32,
    other: AtomicU32,
    /// The longest that anybody waited, in milliseconds.
    longest: AtomicU32,
}

/// Writes notes until it is told to stop, as somebody who does not give up.
async fn write_notes(mut browser: Browser, tally: Arc<Tally>, stop: Arc<AtomicBool>) {
    let path = format!("/admin/users/{ADA}/notes");
    let mut proofs = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        if proofs.is_empty() {
            proofs = browser.get("/admin/search").await.proofs();
            if proofs.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            continue;
        }
        let proof = proofs.pop().unwrap();
        let began = Instant::now();
        let answer = browser.send(crate::support::Sent::form(&path, &[("body", "a note"), ("_proof", &proof)])).await;
        tally.longest.fetch_max(u32::try_from(began.elapsed().as_millis()).unwrap(), Ordering::Relaxed);
        match answer.status.as_u16() {
            303 => &tally.done,
            503 => {
                assert!(!answer.header("retry-after").is_empty() && answer.text.contains(&answer.request_id().to_string()), "{answer:?}");
                &tally.unavailable
            }
            _ => {
                eprintln!("{answer:?}");
                &tally.other
            }
        }
        .fetch_add(1, Ordering::Relaxed);
    }
}

async fn works_again(studio: &Studio, browser: &Browser) -> Duration {
    let since = Instant::now();
    loop {
        let mut browser = browser.clone();
        let ready = browser.get("/readyz").await.status == 200 && browser.get("/admin/users").await.status == 200;
        if ready {
            return since.elapsed();
        }
        assert!(since.elapsed() < Duration::from_secs(5), "still not back: {:?}", studio.browser().get("/readyz").await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn nothing_half_done(studio: &Studio, tally: &Tally) {
    let notes = studio.number("select count(*) from backlot.user_notes").await;
    let entries = studio.number("select count(*) from backlot.audit_log where action = 'users.add_note' and outcome = 'done'").await;
    let events = studio.number("select count(*) from backlot.outbox_events where name = 'admin_user_note_added'").await;
    let done = i64::from(tally.done.load(Ordering::Relaxed));
    assert_eq!((notes, events), (entries, entries), "each note has its entry and its event");
    assert!(notes >= done, "{done} were told that it is done, {notes} are there");
    assert_eq!(tally.other.load(Ordering::Relaxed), 0, "only 303 and 503");
}

struct Load {
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
    clients: tokio::task::JoinSet<()>,
}

impl Load {
    fn of(browser: &Browser) -> Self {
        let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..6 {
            clients.spawn(write_notes(browser.clone(), tally.clone(), stop.clone()));
        }
        Self { tally, stop, clients }
    }

    async fn end(self) -> Arc<Tally> {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.join_all().await;
        self.tally
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_again_and_again_leave_nothing_half_done() {
    let studio = Studio::open().await;
    let browser = studio.sign_in(Role::SuperAdmin).await;
    let load = Load::of(&browser);
    let mut cut = 0;
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        cut += studio.number("select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and usename like 'backlot_%'").await;
    }
    let took = works_again(&studio, &browser).await;
    let tally = load.end().await;
    eprintln!(
        "{cut} connections cut, {} notes, {} refusals, at work again after {took:?}",
        tally.done.load(Ordering::Relaxed),
        tally.unavailable.load(Ordering::Relaxed)
    );
    assert!(cut > 10, "nothing was cut: the test shows nothing");
    nothing_half_done(&studio, &tally).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_restarts_under_load_is_answered_for_and_found_again() {
    let options = Options { throwaway: false, ..Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap() };
    let cluster = Cluster::start(options.clone()).await.unwrap();
    let studio = Studio::over(Database::furnished_in(&cluster).await).await;
    let browser = studio.sign_in(Role::SuperAdmin).await;
    let load = Load::of(&browser);
    tokio::time::sleep(Duration::from_millis(400)).await;
    cluster.stop().await.unwrap();

    let away = Instant::now();
    let page = browser.clone().get("/admin").await.must(503);
    assert!(away.elapsed() < Duration::from_secs(3), "it took {:?} to say so", away.elapsed());
    assert!(page.words().contains(&page.request_id().to_string()) && page.header("retry-after") == "2", "{page:?}");
    browser.clone().get("/readyz").await.must(503);
    assert_eq!(browser.clone().get("/healthz").await.must(200).text, "ok\n", "the process itself is alive");
    studio.browser().get("/static/css/base.css").await.must(200);
    tokio::time::sleep(Duration::from_millis(500)).await;

    let cluster = Cluster::start(options.clone()).await.unwrap();
    let took = works_again(&studio, &browser).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let tally = load.end().await;
    let longest = tally.longest.load(Ordering::Relaxed);
    eprintln!(
        "{} notes, {} refusals, at work again after {took:?}, nobody waited longer than {longest} ms",
        tally.done.load(Ordering::Relaxed),
        tally.unavailable.load(Ordering::Relaxed)
    );
    assert!(tally.unavailable.load(Ordering::Relaxed) > 0, "nobody noticed: the test shows nothing");
    assert!(longest < 5_000, "somebody waited {longest} ms");
    nothing_half_done(&studio, &tally).await;
    drop(studio);
    cluster.stop().await.unwrap();
    std::fs::remove_dir_all(&options.data_home).unwrap();
}

/// What is answered, in good time, while the process itself lives.
async fn away(browser: &Browser, sent: Sent) -> u16 {
    let began = Instant::now();
    let answer = browser.clone().send(sent).await;
    // Two seconds for a connection, and for a form two more to put its failure on record.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    browser.clone().get("/healthz").await.must(200);
    answer.status.as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_no_connection_left_says_so_and_recovers_at_once() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let (mut writing, mut looking, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..20 {
        writing.push(studio.app.acquire().await.unwrap());
    }
    browser.get("/admin").await.must(200);
    let proof = browser.proof().await;
    assert_eq!(away(&browser, Sent::form("/admin/account/theme", &[("theme", "dark"), ("_proof", &proof)])).await, 503);
    writing.clear();
    for _ in 0..10 {
        reading.push(studio.site.lines.take().await.unwrap());
    }
    assert_eq!(away(&browser, Sent::get("/admin")).await, 503);
    reading.clear();
    for _ in 0..6 {
        looking.push(studio.site.sessions.take().await.unwrap());
    }
    assert_eq!(away(&browser, Sent::get("/admin")).await, 503);
    looking.clear();
    browser.get("/admin").await.must(200);
    browser.post("/admin/account/theme", &[("theme", "dark")]).await.must(303);
}
