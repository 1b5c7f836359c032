//! The proof: every row rebuilt, every seal's root, chain and signature, and the comparison with the anchor.
use super::anchor::AnchorReader;
use super::canonical::Row;
use super::chain::{Seal, seal_before, seals_after};
use super::key::TrustedKeys;
use super::links::Links;
use super::merkle::Merkle;
use super::report::{Place, Problem, Report, Unsealed};
use super::rows::Rows;
use super::seal::now;
use super::wire::{Micros, Xid8};
use super::{Error, Result, suspect};
use jiff::Timestamp;
use sqlx::PgPool;
use std::path::Path;
use std::time::Instant;

/// How much of the log to verify.
#[derive(Clone, Copy, Debug)]
pub enum Range {
    /// From the first row to those that are not sealed yet.
    All,
    /// The rows under these seals.
    Seals { first: i64, last: i64 },
    /// The rows under the seals made in this time, and the first seal after it.
    Times { from: Timestamp, to: Timestamp },
}

/// What ends a walk early.
pub(super) enum Stop {
    Found(Problem),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Stop {
    pub(super) fn at(place: Place, sentence: impl Into<String>) -> Self {
        Self::Found(Problem { place, sentence: sentence.into() })
    }
}

/// Verifies the log and names the first row or seal that is wrong.
///
/// # Errors
/// When the database or the anchor cannot be read; what is found to be wrong is in the report.
pub async fn verify(pool: &PgPool, keys: &TrustedKeys, anchor: Option<&Path>, range: Range) -> Result<Report> {
    let began = Instant::now();
    let (first, last) = bounds(pool, range).await?;
    let anchor = anchor.map(AnchorReader::open).transpose()?;
    let whole = matches!(range, Range::All);
    let mut walk = Walk::begin(pool, Links::new(keys, anchor, whole), first).await?;
    let ended = match walk.seals(first, last).await {
        Ok(()) if whole => walk.tail().await,
        ended => ended,
    };
    let mut report = walk.finish();
    match ended {
        Ok(()) => {}
        Err(Stop::Found(problem)) => report.problem = Some(problem),
        Err(Stop::Failed(error)) => return Err(error),
    }
    report.took = began.elapsed();
    Ok(report)
}

/// The first and the last seal of a range. What is sealed while the walk goes on is left for the next one.
async fn bounds(pool: &PgPool, range: Range) -> Result<(i64, i64)> {
    let last = seal_before(pool, i64::MAX).await?.map_or(0, |seal| seal.seal_no);
    match range {
        Range::All => Ok((1, last)),
        Range::Seals { first, last: until } => Ok((first.max(1), until.min(last))),
        Range::Times { from, to } => {
            let found = sqlx::query!(
                r#"select (select seal_no from backlot.audit_seals where sealed_at >= $1 order by sealed_at, seal_no limit 1) as first,
                     (select seal_no from backlot.audit_seals where sealed_at >= $2 order by sealed_at, seal_no limit 1) as last"#,
                Micros::of(from) as _,
                Micros::of(to) as _
            )
            .fetch_one(pool)
            .await?;
            Ok((found.first.unwrap_or(last + 1), found.last.unwrap_or(last)))
        }
    }
}

/// A walk along seals and rows at once: both come in the order of sealing.
struct Walk<'a> {
    pool: &'a PgPool,
    links: Links<'a>,
    rows: Rows,
    report: Report,
}

impl<'a> Walk<'a> {
    async fn begin(pool: &'a PgPool, mut links: Links<'a>, first: i64) -> Result<Self> {
        let (epoch, xid) = match first {
            // Below every epoch, so that a row slipped in before the first is met, too.
            ..=1 => (i32::MIN, Xid8(0)),
            _ => links.resume(pool, first).await?,
        };
        Ok(Self { pool, links, rows: Rows::starting(pool, epoch, xid), report: Report::default() })
    }

    async fn seals(&mut self, first: i64, last: i64) -> Result<(), Stop> {
        let mut number = first - 1;
        while number < last {
            let seals = seals_after(self.pool, number, 500).await?;
            let Some(newest) = seals.last() else { break };
            number = newest.seal_no;
            for seal in seals.into_iter().filter(|seal| seal.seal_no <= last) {
                self.seal(seal).await?;
            }
        }
        Ok(())
    }

    async fn seal(&mut self, seal: Seal) -> Result<(), Stop> {
        let prints = self.links.check(&seal)?;
        if !seal.is_opening() {
            let since = self.links.cover(&seal)?;
            let rows = self.rows_under(&seal, since).await?;
            if rows.len() != u64::from(seal.rows.unsigned_abs()) || rows.root() != seal.root {
                return Err(Stop::Found(suspect::name(self.pool, &seal, &prints, rows.len()).await?));
            }
        }
        self.report.seals += 1;
        self.report.first_seal.get_or_insert(seal.seal_no);
        self.report.last_seal = Some((seal.seal_no, seal.sealed_at.timestamp(), seal.seal.to_string()));
        Ok(())
    }

    async fn rows_under(&mut self, seal: &Seal, since: Option<Micros>) -> Result<Merkle, Stop> {
        if let Some(row) = self.rows.peek().await?
            && (row.epoch, row.xid) < (seal.epoch, seal.lo_xid)
        {
            return Err(uncovered(row));
        }
        let mut tree = Merkle::default();
        while let Some(row) = self.rows.next_within(seal).await? {
            genuine(&row)?;
            plausible(&row, seal, since)?;
            tree.push(row.leaf);
            self.report.rows += 1;
        }
        Ok(tree)
    }

    /// What comes after the last seal: rows that wait for theirs, and seals that only the anchor has.
    async fn tail(&mut self) -> Result<(), Stop> {
        let mut waiting = Unsealed::default();
        while let Some(row) = self.rows.next().await? {
            genuine(&row)?;
            if row.epoch < self.links.opened {
                return Err(uncovered(&row));
            }
            self.report.rows += 1;
            waiting.rows += 1;
            let at = row.at.timestamp();
            waiting.oldest = waiting.oldest.map_or(at, |oldest| at.map(|at| at.min(oldest)));
        }
        let now = now(&mut *self.pool.acquire().await?).await?;
        waiting.age_seconds = waiting.oldest.map_or(0, |oldest| now.seconds_since(Micros::of(oldest)).max(0));
        self.report.unsealed = Some(waiting);
        // The anchor first: it never gets a seal before the database has it.
        let anchored = self.links.rest_of_anchor()?;
        let stored = seal_before(self.pool, i64::MAX).await?.map_or(0, |seal| seal.seal_no);
        match anchored.filter(|number| *number > stored) {
            None => Ok(()),
            Some(number) => Err(Stop::at(
                Place::Seal(stored + 1),
                format!("The anchor goes on to seal {number}, the database ends with {stored}: the end of the log was cut off."),
            )),
        }
    }

    fn finish(mut self) -> Report {
        self.report.anchored = self.links.anchored;
        self.report.notices = self.links.notices();
        self.report
    }
}

fn place(row: &Row) -> Place {
    Place::Row { seq: row.seq, id: row.id }
}

fn uncovered(row: &Row) -> Stop {
    let sentence = format!("Row {} lies where everything is sealed, but no seal covers it: it was added later.", row.seq);
    Stop::at(place(row), sentence)
}

fn genuine(row: &Row) -> Result<(), Stop> {
    if row.is_genuine() {
        return Ok(());
    }
    let sentence = format!("Row {} was changed: its content does not have the hash that it was given when it was written.", row.seq);
    Err(Stop::at(place(row), sentence))
}

/// Seconds that clocks may be put right by.
const CLOCK: i64 = 60;
/// Seconds that a transaction may stay open after its audit row was written.
const OPEN: i64 = 15 * 60;

/// A row is written before its seal is made, and not long before the seal that came before it.
fn plausible(row: &Row, seal: &Seal, since: Option<Micros>) -> Result<(), Stop> {
    let (at, number) = (row.at, seal.seal_no);
    if at.seconds_since(seal.sealed_at) > CLOCK {
        let sentence = format!("Row {} says {at}, but seal {number} over it was made before that, at {}.", row.seq, seal.sealed_at);
        return Err(Stop::at(place(row), sentence));
    }
    match since.filter(|since| since.seconds_since(at) > OPEN) {
        None => Ok(()),
        Some(since) => {
            let sentence = format!("Row {} says {at}, but at {since} it was not there yet: it is back-dated.", row.seq);
            Err(Stop::at(place(row), sentence))
        }
    }
}
