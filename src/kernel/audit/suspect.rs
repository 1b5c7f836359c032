//! Which row it was: the prints in the anchor tell a changed row from one that was taken out or put in.
use super::Result;
use super::chain::Seal;
use super::copy::{MOST_PRINTS, PRINT, print};
use super::report::{Place, Problem};
use super::wire::{Hash, Xid8};
use sqlx::PgPool;
use std::collections::HashMap;
use uuid::Uuid;

struct Found {
    seq: i64,
    id: Uuid,
    leaf: Hash,
}

/// Names the row that makes a seal's root differ, or the seal where the anchor has no prints.
pub(super) async fn name(pool: &PgPool, seal: &Seal, prints: &[u8], counted: u64) -> Result<Problem> {
    let number = seal.seal_no;
    let count = u64::from(seal.rows.unsigned_abs());
    let what = match counted {
        fewer if fewer < count => format!("{} of them were removed", count - fewer),
        more if more > count => format!("{} were added", more - count),
        _ => "at least one was replaced".into(),
    };
    let general = Problem {
        place: Place::Seal(number),
        sentence: format!("The rows under seal {number} are not the {count} that were sealed: {what}."),
    };
    if prints.len() != usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(PRINT) {
        return Ok(general);
    }
    let found = under(pool, seal).await?;
    Ok(compare(number, prints, &found).unwrap_or(general))
}

async fn under(pool: &PgPool, seal: &Seal) -> Result<Vec<Found>> {
    // Somebody may have put in millions; the first that is wrong is among the first twice as many.
    let most = i64::from(MOST_PRINTS) * 2;
    let rows = sqlx::query_as!(
        Found,
        r#"select seq, id, leaf as "leaf: Hash" from backlot.audit_log
           where epoch = $1 and xid >= $2 and xid < $3 order by xid, seq limit $4"#,
        seal.epoch,
        seal.lo_xid as Xid8,
        seal.hi_xid as Xid8,
        most
    );
    Ok(rows.fetch_all(pool).await?)
}

fn compare(number: i64, prints: &[u8], found: &[Found]) -> Option<Problem> {
    let sealed: Vec<_> = prints.chunks_exact(PRINT).map(|print| (seq_of(print), print)).collect();
    let there: HashMap<_, _> = found.iter().map(|row| (row.seq, row)).collect();
    let known: HashMap<_, _> = sealed.iter().copied().collect();
    if let Some((seq, _)) = sealed.iter().find(|(seq, _)| !there.contains_key(seq)) {
        let sentence = format!("Row {seq} was under seal {number} and is gone.");
        return Some(Problem { place: Place::Gone { seq: *seq }, sentence });
    }
    if let Some(row) = found.iter().find(|row| !known.contains_key(&row.seq)) {
        return Some(at(row, format!("Row {} lies under seal {number} and was not there when it was made.", row.seq)));
    }
    if let Some(row) = found.iter().find(|row| known.get(&row.seq).is_some_and(|known| *known != print(row.seq, row.leaf))) {
        return Some(at(row, format!("Row {} was replaced after seal {number} was made, and its hash with it.", row.seq)));
    }
    let moved = found.iter().zip(&sealed).find(|(row, (seq, _))| row.seq != *seq)?;
    Some(at(moved.0, format!("Row {} no longer has its place under seal {number}.", moved.0.seq)))
}

fn at(row: &Found, sentence: String) -> Problem {
    Problem { place: Place::Row { seq: row.seq, id: row.id }, sentence }
}

fn seq_of(print: &[u8]) -> i64 {
    print.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
