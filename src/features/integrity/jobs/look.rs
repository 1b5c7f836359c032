//! One look of one check, slice by slice. Between two slices this server may stop or crash: whoever goes on finds in the database where.
use super::{Lens, files, limits};
use crate::features::integrity::model::{Area, Check, Piece};
use crate::features::integrity::store::find::{self, Asked};
use crate::features::integrity::store::runs::{self, Open};
use crate::gateways::storage::StoreError;
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::live::settings::keys;
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, PgConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long one job goes on before the next takes over: a server that is told to stop is not kept waiting, and the queue shows life.
const STRETCH: Duration = Duration::from_secs(20);
/// Rows of a slice: at first, at least, and at most. In between, so many that one takes about a second.
const SLICE: i64 = 2_000;
const SMALLEST: i64 = 100;
const LARGEST: i64 = 20_000;
/// A look that fails so often says so instead of being tried again.
const TRIES: i32 = 3;

/// Has a check look at everything it is about.
#[derive(Clone, Serialize, Deserialize)]
pub struct RunCheck {
    pub check: Check,
    /// The look that this goes on with; nothing: a new one, named as this job.
    pub run: Option<Uuid>,
}

/// Why a slice could not be looked at.
pub enum Trouble {
    Database(sqlx::Error),
    Store(StoreError),
}

impl Trouble {
    /// The statement took too long: fewer rows may do.
    fn is_slow(&self) -> bool {
        // 57014: statement_timeout (PostgreSQL, appendix A).
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.code().as_deref() == Some("57014"))
    }

    /// Trying again cannot help: a table or column is missing, a right too, or there is no object store.
    fn is_final(&self) -> bool {
        match self {
            // Class 42: what a statement names is not there or not allowed.
            Self::Database(sqlx::Error::Database(error)) => error.code().is_some_and(|code| code.starts_with("42")),
            Self::Database(_) => false,
            Self::Store(error) => !error.will_pass(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Database(error) => error.to_string(),
            Self::Store(error) => error.to_string(),
        }
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Job for RunCheck {
    type State = Lens;
    const NAME: &'static str = "integrity.check";
    const MAX_ATTEMPTS: u32 = 6;
    const TIMEOUT: Duration = Duration::from_secs(180);

    async fn run(self, work: &mut Work<Lens>) -> Result<(), JobError> {
        let id = self.run.unwrap_or_else(|| work.id());
        let mut tx = work.transaction().await?;
        let begun = runs::begin(&mut tx, self.check, id).await.map_err(JobError::retry)?;
        let Some(open) = begun else { return tx.commit().await };
        tx.commit_step(None).await?;
        let lens = work.state().clone();
        let mut db = lens.reader.clone().application_name("backlot integrity").connect().await?;
        find::bound(&mut db).await?;
        match self.go_on(work, &lens, (&mut db, open)).await? {
            None => Ok(()),
            Some(trouble) => self.trouble(work, id, &trouble).await,
        }
    }
}

impl RunCheck {
    /// Looks at slices until all are looked at, or another job takes over; what was in the way, if anything.
    async fn go_on(&self, work: &mut Work<Lens>, lens: &Lens, (db, open): (&mut PgConnection, Open)) -> Result<Option<Trouble>, JobError> {
        let (since, mut size, mut place) = (Instant::now(), SLICE, open.place);
        loop {
            let began = Instant::now();
            let piece = match self.piece(lens, db, (&place, size)).await {
                Ok(piece) => piece,
                Err(trouble) if trouble.is_slow() && size > SMALLEST => {
                    size = (size / 4).max(SMALLEST);
                    continue;
                }
                Err(trouble) => return Ok(Some(trouble)),
            };
            size = fitting(size, began.elapsed());
            let mut tx = work.transaction().await?;
            runs::keep(&mut tx, open.id, &piece).await.map_err(JobError::retry)?;
            let Some(next) = piece.next else {
                let days = lens.live.now().settings.get(keys::KEEP_RUNS_DAYS);
                let found = runs::finish(&mut tx, self.check, open.id, days).await.map_err(JobError::retry)?;
                tx.commit().await?;
                self.count("done", found);
                return Ok(None);
            };
            place = next;
            if since.elapsed() > STRETCH {
                let job = Self { check: self.check, run: Some(open.id) };
                NewJob::of(&job)?.priority(-10).dedup_key(format!("integrity:{}:{place}", open.id)).enqueue(&mut tx).await?;
                tx.commit().await?;
                return Ok(None);
            }
            tx.commit_step(None).await?;
        }
    }

    async fn piece(&self, lens: &Lens, db: &mut PgConnection, (place, size): (&str, i64)) -> Result<Piece, Trouble> {
        if self.check.area() == Area::Files {
            return files::piece(self.check, lens.objects.store()?, db, (place, size.min(SLICE))).await;
        }
        Ok(find::look(db, self.check, &Asked::new(place, size, limits(&lens.live))).await?)
    }

    /// Tries again later, or says on the page why it cannot be done.
    async fn trouble(self, work: &mut Work<Lens>, run: Uuid, trouble: &Trouble) -> Result<(), JobError> {
        let why = trouble.words();
        if !trouble.is_final() && work.attempt() < TRIES {
            return Err(JobError::Retry { why, after: None });
        }
        tracing::warn!(check = self.check.code(), why, "a check of the data could not be done");
        let mut tx = work.transaction().await?;
        runs::fail(&mut tx, run, &why).await.map_err(JobError::retry)?;
        tx.commit().await?;
        self.count("failed", 0);
        Ok(())
    }

    fn count(&self, outcome: &'static str, found: i64) {
        metrics::counter!("backlot_integrity_runs_total", "check" => self.check.code(), "outcome" => outcome).increment(1);
        if outcome == "done" {
            metrics::gauge!("backlot_integrity_found_rows", "check" => self.check.code()).set(found as f64);
        }
    }
}

/// How many rows the next slice takes, when this one took so long.
fn fitting(size: i64, took: Duration) -> i64 {
    match took.as_millis() {
        0..300 => (size * 2).min(LARGEST),
        300..1_500 => size,
        _ => (size / 2).max(SMALLEST),
    }
}
