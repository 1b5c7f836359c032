//! A studio of one's own: a fresh database with a few people in it, and the real site in front.
pub use super::instance::{BROWSER_TOKEN, ORIGIN, PLATFORM_TOKEN, PLATFORM_URL};

use super::exports;
use super::instance::{instance, key, mail, outside};
use super::server::{self, Database};
use super::{Browser, DEAD_JOB, Letters, browser, crews};
use axum::Router;
use backlot::app::{self, Hands, Outside};
use backlot::database::demo_admins::{self, DemoAdmin, PASSWORD};
use backlot::database::pools::pool;
use backlot::features::sign_in::code_now;
use backlot::gateways::mail::Mail;
use backlot::gateways::storage::Objects;
use backlot::gateways::training::Trainer;
use backlot::jobs::{Runner, Settings};
use backlot::kernel::audit::{AnchorFile, Sealer};
use backlot::kernel::{Desk, Role};
use backlot::live::{Live, Pinned};
use backlot::sandbox::crews::CrewHosts;
use backlot::web::Site;
use jiff::Timestamp;
use sqlx::{Connection, PgConnection, PgPool};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Connections of the pages' pool.
pub(super) const READERS: u32 = 10;

/// A studio of one's own.
pub struct Studio {
    /// As the superuser, to look behind the curtain.
    pub root: PgPool,
    pub app: PgPool,
    pub site: Site,
    pub router: Router,
    pub folder: PathBuf,
    /// Where exports are until they are whole.
    pub unfinished: PathBuf,
    /// Rows of one sheet of Excel, if they are to be fewer than there can be.
    pub sheet_rows: Option<u32>,
    pub database: Database,
    /// What was sent by mail.
    pub letters: Arc<Letters>,
    pub(super) outside: Outside,
    /// Where its crews work.
    pub crews: CrewHosts,
    clock: Arc<AtomicI64>,
    looked: AtomicBool,
}

impl Studio {
    pub async fn open() -> Self {
        Self::over(Database::furnished().await).await
    }

    /// A studio over a database that has its people.
    pub async fn over(database: Database) -> Self {
        Self::with_readers(database, READERS).await
    }

    /// A studio with an object store and a training service.
    pub async fn with_services(objects: Objects, trainer: Trainer) -> Self {
        Self::make(Database::furnished().await, READERS, |mail| Outside { objects, trainer, ..outside(mail) }).await
    }

    /// A studio whose pages read over so many connections: over a single one, each statement is prepared once for all of them.
    pub async fn with_readers(database: Database, readers: u32) -> Self {
        Self::make(database, readers, outside).await
    }

    pub(super) async fn make(database: Database, readers: u32, outside: impl FnOnce(Mail) -> Outside) -> Self {
        let folder = std::env::temp_dir().join(format!("backlot-{}-{}", std::process::id(), database.name));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Arc::new(AtomicI64::new(Timestamp::now().as_second()));
        let letters = Arc::new(Letters::default());
        let hosts = crews::hosts().await;
        let mut outside = Outside { crews: crews::crews(&hosts), ..outside(mail(&letters)) };
        if !outside.exports.is_there() {
            outside.exports = exports::shelf(&folder);
        }
        let (app, router, site) = instance(&database, &folder, &clock, outside.clone(), (readers, Live::default()));
        let root = pool(&database.root(), 4, "the test");
        site.live.reload(&app).await.unwrap();
        let unfinished = folder.clone();
        let looked = AtomicBool::new(false);
        Self { root, app, site, router, folder, unfinished, sheet_rows: None, database, letters, outside, crews: hosts, clock, looked }
    }

    /// The outside world, as its servers and workers reach it.
    pub fn outside(&self) -> Outside {
        self.outside.clone()
    }

    /// Another server over the same database.
    pub fn second_instance(&self) -> Router {
        instance(&self.database, &self.folder, &self.clock, self.outside(), (READERS, Live::default())).1
    }

    /// Another server over the same database, without a mail server.
    pub fn instance_without_mail(&self) -> Router {
        let silent = Mail::new(None, Arc::new(server::secrets()), &format!("https://{}", browser::HOST));
        let outside = Outside { mail: silent, ..self.outside() };
        instance(&self.database, &self.folder, &self.clock, outside, (READERS, Live::default())).1
    }

    /// Another server over the same database, whose environment pins settings.
    pub async fn instance_that_pins(&self, settings: &str) -> Router {
        let live = Live::pinned(Pinned::parse(settings).unwrap());
        let (app, router, site) = instance(&self.database, &self.folder, &self.clock, self.outside(), (READERS, live));
        site.live.reload(&app).await.unwrap();
        router
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Lets the clock of the second factor go on.
    pub fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn now(&self) -> u64 {
        self.site.clock.unix()
    }

    /// A member of the staff.
    pub fn staff(&self, role: Role) -> DemoAdmin {
        demo_admins::staff().into_iter().find(|admin| admin.role == role).unwrap()
    }

    /// The code that this admin's device shows; never the same twice.
    pub fn code(&self, role: Role) -> String {
        self.wait(30);
        code_now(&self.staff(role).secret, self.now()).unwrap()
    }

    /// Half way in: the password was right.
    pub async fn half_way(&self, role: Role) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/sign-in").await.must(200);
        let form = page.form("/sign-in").with("email", self.staff(role).email).with("password", PASSWORD);
        browser.submit(&form).await.sent_to("/sign-in/code");
        browser
    }

    /// In, by the real forms.
    pub async fn sign_in(&self, role: Role) -> Browser {
        let mut browser = self.half_way(role).await;
        let page = browser.get("/sign-in/code").await.must(200);
        let code = self.code(role);
        browser.submit(&page.form("/sign-in/code").with("code", &code)).await.must(303);
        browser.inside()
    }

    /// The jobs that wait or run, by name. Whoever asks has looked.
    pub async fn jobs(&self) -> Vec<String> {
        self.looked.store(true, Ordering::Relaxed);
        let sql = "select name from backlot.jobs where finished_at is null order by created_at, id";
        sqlx::query_scalar(sql).fetch_all(&self.root).await.unwrap()
    }

    /// The jobs that are due within seconds, by name: what is planned for later is nobody's work yet.
    async fn due(&self) -> Vec<String> {
        let sql =
            "select name from backlot.jobs where finished_at is null and run_at < now() + interval '10 seconds' order by created_at, id";
        sqlx::query_scalar(sql).fetch_all(&self.root).await.unwrap()
    }

    /// Does all queued jobs that are due, as the server would.
    pub async fn run_jobs(&self) {
        // A schedule may fire just when nothing is left to be done.
        while !self.due().await.is_empty() {
            self.run_due().await;
        }
        let died = "select coalesce(string_agg(name || ': ' || last_error, '; '), '') from backlot.jobs where state = 'dead'";
        assert_eq!(self.text(&format!("{died} and id <> '{DEAD_JOB}'")).await, "", "these jobs died");
        let later = self.jobs().await;
        self.looked.store(!later.is_empty(), Ordering::Relaxed);
    }

    /// Lets jobs run for a moment, whatever becomes of them.
    pub async fn run_some_jobs(&self) {
        let settings = Settings { poll: Duration::from_millis(20), backoff: Duration::from_millis(10), ..Settings::default() };
        let runner = self.runner(settings);
        let stop = CancellationToken::new();
        let running = tokio::spawn(runner.run(stop.clone()));
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.cancel();
        running.await.unwrap();
    }

    fn runner(&self, settings: Settings) -> Runner<Hands> {
        let work = pool(&self.database.ways.app.options(), 12, "jobs");
        let hands =
            Hands { desk: Desk::new(work.clone()), outside: self.outside.clone(), press: self.press(&work), live: self.site.live.clone() };
        Runner::new(work, app::jobs().unwrap(), hands, settings).unwrap()
    }

    async fn run_due(&self) {
        let since = Instant::now();
        self.work(async || {
            while !self.due().await.is_empty() {
                assert!(since.elapsed() < Duration::from_secs(20), "these jobs do not end: {:?}", self.due().await);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    /// Has a worker do what is due, for as long as something takes.
    pub async fn work(&self, meanwhile: impl AsyncFnOnce()) {
        let settings = Settings { poll: Duration::from_millis(20), backoff: Duration::from_millis(10), ..Settings::default() };
        let runner = self.runner(settings);
        let stop = CancellationToken::new();
        let running = tokio::spawn(runner.run(stop.clone()));
        meanwhile().await;
        stop.cancel();
        running.await.unwrap();
    }

    /// What seals the audit log, with this studio's key and anchor.
    pub fn sealer(&self) -> Sealer {
        let sealing = pool(&self.database.ways.sealer.options(), 3, "seals");
        Sealer::new(sealing, key(&self.folder), AnchorFile::open(&self.folder.join("anchor.jsonl")).unwrap())
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if std::thread::panicking() || self.looked.load(Ordering::Relaxed) {
            return;
        }
        let way = self.database.root();
        let left: Option<Vec<String>> = server::apart(async move {
            let mut root = PgConnection::connect_with(&way).await.unwrap();
            let left = sqlx::query_scalar("select name from backlot.jobs where finished_at is null").fetch_all(&mut root).await.unwrap();
            root.close().await.unwrap();
            left
        });
        assert_eq!(left, Some(Vec::new()), "these jobs were queued and nobody looked at them: ask for `jobs()`, or `run_jobs()`");
    }
}
