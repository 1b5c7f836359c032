//! The rows of the log in the order in which they are sealed, a batch at a time, so that memory stays constant.
use super::Result;
use super::canonical::Row;
use super::chain::Seal;
use super::wire::{Hash, Micros, Xid8};
use futures::{Stream, TryStreamExt};
use sqlx::types::ipnet::IpNet;
use sqlx::{PgExecutor, PgPool};
use std::collections::VecDeque;
use uuid::Uuid;

const BATCH: i64 = 1_000;

/// A walk over the rows, by epoch, transaction and number.
pub(super) struct Rows {
    pool: PgPool,
    batch: VecDeque<Row>,
    after: (i32, Xid8, i64),
    ended: bool,
}

impl Rows {
    /// Begins before the first row of an epoch whose transaction is `xid` or later.
    pub(super) fn starting(pool: &PgPool, epoch: i32, xid: Xid8) -> Self {
        // Numbers begin with 1, so that 0 comes before the first of any transaction.
        Self { pool: pool.clone(), batch: VecDeque::new(), after: (epoch, xid, 0), ended: false }
    }

    /// The next row, which stays the next until it is taken.
    pub(super) async fn peek(&mut self) -> Result<Option<&Row>> {
        if self.batch.is_empty() && !self.ended {
            self.batch = next_batch(&self.pool, self.after).await?.into();
            match self.batch.back() {
                Some(row) => self.after = (row.epoch, row.xid, row.seq),
                None => self.ended = true,
            }
        }
        Ok(self.batch.front())
    }

    /// Takes the next row if its transaction is covered by this seal.
    pub(super) async fn next_within(&mut self, seal: &Seal) -> Result<Option<Row>> {
        let within = self.peek().await?.is_some_and(|row| row.epoch == seal.epoch && row.xid < seal.hi_xid);
        Ok(if within { self.batch.pop_front() } else { None })
    }

    /// Takes the next row, wherever it belongs.
    pub(super) async fn next(&mut self) -> Result<Option<Row>> {
        self.peek().await?;
        Ok(self.batch.pop_front())
    }
}

async fn next_batch(pool: &PgPool, (epoch, xid, seq): (i32, Xid8, i64)) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select seq, epoch, xid as "xid: Xid8", at as "at: Micros", db_user, id, actor_kind, actor_id, actor_name, actor_role,
             session_ref, view_as, request_id, address as "address: IpNet", action, target_kind, target_id, target_label, outcome,
             reason, ticket, cause, changes, leaf as "leaf: Hash"
           from backlot.audit_log where (epoch, xid, seq) > ($1, $2, $3) order by epoch, xid, seq limit $4"#,
        epoch,
        xid as _,
        seq,
        BATCH
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// One entry, as it stands in the table.
///
/// # Errors
/// When the database does not answer.
pub async fn entry(pool: &PgPool, id: Uuid) -> Result<Option<Row>> {
    let row = sqlx::query_as!(
        Row,
        r#"select seq, epoch, xid as "xid: Xid8", at as "at: Micros", db_user, id, actor_kind, actor_id, actor_name, actor_role,
             session_ref, view_as, request_id, address as "address: IpNet", action, target_kind, target_id, target_label, outcome,
             reason, ticket, cause, changes, leaf as "leaf: Hash"
           from backlot.audit_log where id = $1"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// What a seal is made of.
pub(super) struct Leaf {
    pub seq: i64,
    pub leaf: Hash,
}

/// The leaves of an epoch from one transaction up to, not including, another.
pub(super) fn leaves<'a>(db: impl PgExecutor<'a> + 'a, epoch: i32, lo: Xid8, hi: Xid8) -> impl Stream<Item = Result<Leaf>> + Unpin + 'a {
    let leaves = sqlx::query_as!(
        Leaf,
        r#"select seq, leaf as "leaf: Hash" from backlot.audit_log
           where epoch = $1 and xid >= $2 and xid < $3 order by xid, seq"#,
        epoch,
        lo as _,
        hi as _
    );
    leaves.fetch(db).map_err(Into::into)
}
