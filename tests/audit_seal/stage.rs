//! A database of its own for each test, with the audit log in it and a folder for key and anchor.
use crate::support::server::Database;
use backlot::kernel::audit::{AnchorFile, Place, Range, Report, Seal, Sealer, SigningKey, TrustedKeys, verify};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

pub struct Stage {
    pub superuser: PgPool,
    pub app: PgPool,
    pub sealing: PgPool,
    pub folder: PathBuf,
    pub database: Database,
}

async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new().max_connections(20).connect_with(options).await.expect("the test database answers")
}

impl Stage {
    pub async fn new() -> Self {
        Self::over(Database::migrated().await).await
    }

    /// A stage over a database that is there already.
    pub async fn over(database: Database) -> Self {
        let folder = std::env::temp_dir().join(format!("audit_{}_{}", database.name, Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            superuser: pool(database.root()).await,
            app: pool(database.ways.app.options()).await,
            sealing: pool(database.ways.sealer.options()).await,
            folder,
            database,
        }
    }

    pub async fn end(self) {
        for pool in [&self.app, &self.sealing, &self.superuser] {
            pool.close().await;
        }
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
