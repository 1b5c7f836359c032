//! Where the chain stands in this database, and how a restored one begins a new epoch.
use super::chain::{Draft, Seal, seal_before, sealed_up_to};
use super::key::{SigningKey, TrustedKeys};
use super::seal::{gather, now};
use super::wire::{Hash, Xid8};
use super::{Error, Halt, Result};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// What an opening says about its epoch; `serde_json` reads it from [`Seal::opening`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Who began the epoch.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The audit entry about it.
    pub entry: Uuid,
    /// The last seal that the database had.
    pub after: i64,
    /// The first and the last seal that only the anchor knows: what the restored backup did not have.
    pub lost: Option<(i64, i64)>,
}

/// Where the chain stands.
pub(super) struct Standing {
    pub last: Seal,
    pub epoch: i32,
    /// Rows of the epoch are sealed up to here.
    pub lo: Xid8,
    /// Every transaction below this has ended; none can appear later.
    pub hi: Xid8,
}

/// Finds where the next seal goes, or why there must be none. `None`: the chain has not begun.
pub(super) async fn standing(db: &mut PgConnection, keys: &TrustedKeys, anchored: Option<(i64, Hash)>) -> Result<Option<Standing>> {
    let last = seal_before(&mut *db, i64::MAX).await?;
    agree(db, last.as_ref(), anchored).await?;
    let Some(last) = last else { return Ok(None) };
    if let Some(why) = last.objection(keys) {
        return Err(Halt::Rewritten { seal: last.seal_no, why }.into());
    }
    let here = sqlx::query!(
        r#"select epoch, cluster = (select system_identifier from pg_control_system())
               and epoch >= (select coalesce(max(epoch), 0) from backlot.audit_log) as "here!",
             pg_snapshot_xmin(pg_current_snapshot()) as "hi!: Xid8"
           from backlot.audit_seals where cluster is not null order by epoch desc limit 1"#
    )
    .fetch_one(&mut *db)
    .await?;
    // Rows of a later epoch were written on a server in between, where nobody opened it.
    if !here.here {
        return Err(Halt::Moved.into());
    }
    let lo = sealed_up_to(&mut *db, here.epoch).await?;
    if here.hi < lo {
        return Err(Halt::Backwards { seal: last.seal_no }.into());
    }
    Ok(Some(Standing { last, epoch: here.epoch, lo, hi: here.hi }))
}

/// Whether the database still has what the anchor has.
async fn agree(db: &mut PgConnection, last: Option<&Seal>, anchored: Option<(i64, Hash)>) -> Result<()> {
    let Some((number, hash)) = anchored else { return Ok(()) };
    let stored = last.map_or(0, |seal| seal.seal_no);
    if stored < number {
        return Err(Halt::Behind { anchored: number, stored }.into());
    }
    match seal_before(db, number + 1).await? {
        Some(seal) if seal.seal_no == number && seal.seal == hash => Ok(()),
        _ => Err(Halt::Rewritten { seal: number, why: "the anchor holds another one with this number".into() }.into()),
    }
}

/// Who begins an epoch, and why.
pub(super) struct Wish<'a> {
    pub by: &'a str,
    pub reason: &'a str,
}

/// Begins an epoch: an opening, then a last seal over what each earlier epoch had left unsealed.
pub(super) async fn open(db: &mut PgConnection, key: &SigningKey, anchored: Option<(i64, Hash)>, wish: Wish<'_>) -> Result<Seal> {
    sqlx::query!("select backlot.audit_hold()").execute(&mut *db).await?;
    let last = seal_before(&mut *db, i64::MAX).await?;
    let (after, prev) = last.as_ref().map_or((0, Hash::default()), |seal| (seal.seal_no, seal.seal));
    let anchored = anchored.map_or(0, |(number, _)| number);
    let told = Opening {
        by: wish.by.to_owned(),
        reason: wish.reason.to_owned(),
        entry: Uuid::now_v7(),
        after,
        lost: (anchored > after).then_some((after + 1, anchored)),
    };
    let told = serde_json::to_string(&told).map_err(|error| Error::Database(sqlx::Error::Encode(error.into())))?;
    let here = sqlx::query!(
        r#"select (select system_identifier from pg_control_system()) as "cluster!",
             (select coalesce(max(epoch), 0) + 1 from backlot.audit_log) as "by_rows!",
             (select coalesce(max(epoch), 0) + 1 from backlot.audit_seals) as "by_seals!""#
    )
    .fetch_one(&mut *db)
    .await?;
    let epoch = here.by_rows.max(here.by_seals);
    let opening = Draft::opening(epoch, here.cluster, told).sign(key, after.max(anchored) + 1, prev, now(db).await?);
    // Before the opening, whose own audit row belongs to the new epoch.
    let left = unsealed_epochs(db, epoch).await?;
    opening.store(db).await?;
    close(db, key, &opening, left).await?;
    Ok(opening)
}

/// The last seals of earlier epochs. Writers are held back, so every row is there to be seen.
async fn close(db: &mut PgConnection, key: &SigningKey, opening: &Seal, left: Vec<(i32, Xid8)>) -> Result<()> {
    let (mut number, mut prev) = (opening.seal_no, opening.seal);
    for (epoch, highest) in left {
        let lo = sealed_up_to(&mut *db, epoch).await?;
        let draft = gather(db, epoch, lo, Xid8(highest.0 + 1)).await?;
        if draft.rows > 0 {
            number += 1;
            let seal = draft.sign(key, number, prev, now(db).await?);
            seal.store(db).await?;
            prev = seal.seal;
        }
    }
    Ok(())
}

/// Earlier epochs in which rows may be unsealed, each with its highest transaction.
async fn unsealed_epochs(db: &mut PgConnection, before: i32) -> Result<Vec<(i32, Xid8)>> {
    let first = sqlx::query_scalar!("select epoch from backlot.audit_seals where opening is null order by seal_no desc limit 1")
        .fetch_optional(&mut *db)
        .await?;
    let epochs = sqlx::query!(
        r#"select e.epoch as "epoch!", l.xid as "xid!: Xid8" from generate_series($1::int, $2::int) e (epoch),
           lateral (select xid from backlot.audit_log where epoch = e.epoch order by xid desc limit 1) l"#,
        first.unwrap_or(1),
        before - 1
    )
    .fetch_all(db)
    .await?;
    Ok(epochs.into_iter().map(|row| (row.epoch, row.xid)).collect())
}
