//! A database of its own for each test, with the audit log in it and a folder for key and anchor.
use backlot::kernel::audit::{AnchorFile, Place, Range, Report, Seal, Sealer, SigningKey, TrustedKeys, verify};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;
use uuid::Uuid;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

pub struct Stage {
    pub name: String,
    pub server: PgConnectOptions,
    pub superuser: PgPool,
    pub app: PgPool,
    pub sealing: PgPool,
    pub folder: PathBuf,
}

/// How the development server is reached as its superuser.
pub fn server() -> PgConnectOptions {
    let url = std::env::var("TEST_DATABASE_SUPERUSER_URL").expect("TEST_DATABASE_SUPERUSER_URL names the server for tests");
    PgConnectOptions::from_str(&url).expect("TEST_DATABASE_SUPERUSER_URL is an address")
}

fn fresh_name() -> String {
    format!("audit_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(20).connect_with(options).await.expect("the test database answers")
}

/// A migrated database that tests are copied from; what earlier runs left behind is removed first.
async fn template() -> String {
    let server = pool(server().database("postgres")).await;
    let left: Vec<String> =
        sqlx::query_scalar("select datname from pg_database where datname like 'audit\\_test\\_%'").fetch_all(&server).await.unwrap();
    for name in left.iter().filter(|name| !name.split('_').nth(2).is_some_and(|pid| std::path::Path::new("/proc").join(pid).exists())) {
        let _ = server.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await;
    }
    let name = fresh_name();
    server.execute(AssertSqlSafe(format!("create database {name} owner backlot_owner"))).await.unwrap();
    let owner = pool(self::server().database(&name).username("backlot_owner").password("dev")).await;
    sqlx::migrate!().run(&owner).await.unwrap();
    owner.close().await;
    server.close().await;
    name
}

impl Stage {
    pub async fn new() -> Self {
        let template = TEMPLATE.get_or_init(template).await;
        let name = fresh_name();
        let server = pool(server().database("postgres")).await;
        // Copying holds the template for a moment; another test may be at it.
        sqlx::query("select pg_advisory_lock(1)").execute(&server).await.unwrap();
        server.execute(AssertSqlSafe(format!("create database {name} template {template} owner backlot_owner"))).await.unwrap();
        server.close().await;
        Self::over(self::server(), &name).await
    }

    /// A stage over a database that is there already.
    pub async fn over(server: PgConnectOptions, name: &str) -> Self {
        let role = |role: &str| server.clone().database(name).username(role).password("dev");
        let folder = std::env::temp_dir().join(format!("{name}_{}", Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            name: name.to_owned(),
            superuser: pool(server.clone().database(name)).await,
            app: pool(role("backlot_app")).await,
            sealing: pool(role("backlot_sealer")).await,
            folder,
            server,
        }
    }

    pub async fn end(self) {
        for pool in [&self.app, &self.sealing, &self.superuser] {
            pool.close().await;
        }
        let server = pool(self.server.clone().database("postgres")).await;
        let _ = server.execute(AssertSqlSafe(format!("drop database if exists {} with (force)", self.name))).await;
        server.close().await;
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    pub fn anchor(&self) -> PathBuf {
        self.folder.join("anchor.jsonl")
    }

    pub fn key(&self) -> SigningKey {
        SigningKey::load_or_generate(&self.folder.join("audit.key")).unwrap()
    }

    pub fn keys(&self) -> TrustedKeys {
        TrustedKeys::of(&self.key())
    }

    pub fn sealer(&self) -> Sealer {
        Sealer::new(self.sealing.clone(), self.key(), AnchorFile::open(&self.anchor()).unwrap())
    }

    /// One audit row in a transaction of its own, as the server writes it; returns its number and id.
    pub async fn write(&self, label: &str) -> (i64, Uuid) {
        insert(&self.app, label).await
    }

    /// One seal over everything that was written. Transactions in other databases of the server hold it back, too.
    pub async fn seal(&self, sealer: &Sealer) -> Seal {
        let open = "select count(*) from backlot.audit_log
            where xid >= pg_snapshot_xmin(pg_current_snapshot()) and epoch = (select max(epoch) from backlot.audit_log)";
        for _ in 0..1200 {
            if self.count(open).await == 0 {
                return sealer.seal_once().await.unwrap().expect("there was something to seal");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("some transaction on the server has been open for a minute");
    }

    /// Some rows and a seal over them, a few times over.
    pub async fn history(&self, seals: usize, rows: usize) {
        let sealer = self.sealer();
        sealer.seal_once().await.unwrap();
        for seal in 0..seals {
            for row in 0..rows {
                self.write(&format!("row {row} of seal {seal}")).await;
            }
            self.seal(&sealer).await;
        }
    }

    /// Statements of somebody who holds the database and has switched the triggers off.
    pub async fn tamper(&self, sql: &str) {
        let triggers =
            |what: &str| format!("alter table backlot.audit_log {what} trigger user; alter table backlot.audit_seals {what} trigger user");
        let whole = format!("{}; {sql}; {}", triggers("disable"), triggers("enable"));
        self.superuser.execute(AssertSqlSafe(whole)).await.unwrap();
    }

    pub async fn verify(&self) -> Report {
        verify(&self.sealing, &self.keys(), Some(&self.anchor()), Range::All).await.unwrap()
    }

    pub async fn verify_without_anchor(&self) -> Report {
        verify(&self.sealing, &self.keys(), None, Range::All).await.unwrap()
    }

    pub async fn id_of(&self, seq: i64) -> Uuid {
        sqlx::query_scalar("select id from backlot.audit_log where seq = $1").bind(seq).fetch_one(&self.superuser).await.unwrap()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.superuser).await.unwrap()
    }
}

pub async fn insert(db: impl sqlx::PgExecutor<'_>, label: &str) -> (i64, Uuid) {
    let id = Uuid::now_v7();
    let seq = sqlx::query_scalar(
        "insert into backlot.audit_log (id, actor_kind, actor_name, action, target_kind, target_id, target_label, outcome)
         values ($1, 'system', 'nightly clean-up', 'users.suspend', 'user', '7', $2, 'done') returning seq",
    )
    .bind(id)
    .bind(label)
    .fetch_one(db)
    .await
    .unwrap();
    (seq, id)
}

#[track_caller]
pub fn assert_intact(report: &Report) {
    assert!(report.is_intact(), "{report}");
}

#[track_caller]
pub fn assert_found(report: &Report, place: Place) {
    let problem = report.problem.as_ref().unwrap_or_else(|| panic!("nothing was found: {report}"));
    assert_eq!(problem.place, place, "{}", problem.sentence);
}
