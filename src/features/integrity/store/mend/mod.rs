//! Putting right what a check found: each statement says once more what is wrong, so that it touches nothing else, however old the
//! finding is.
mod counts;
mod flags;
mod links;
mod marks;
mod remove;
mod work;

use crate::features::integrity::model::{Area, Check, Limits, Mended};
use crate::kernel::{Actor, Result, Tx};
use serde_json::Value;
use uuid::Uuid;

/// What a statement answers of each row.
struct Row {
    row_id: String,
    label: String,
    before: Value,
    after: Option<Value>,
}

impl From<Row> for Mended {
    fn from(row: Row) -> Self {
        Self { row_id: row.row_id, label: row.label, before: row.before, after: row.after }
    }
}

/// Runs a statement that answers with `Row`s.
macro_rules! mended {
    ($tx:expr, $sql:literal, $($value:expr),+) => {
        Ok(sqlx::query_as!(Row, $sql, $($value),+).fetch_all(&mut **$tx).await?.into_iter().map(Into::into).collect())
    };
}
use mended;

/// Puts these rows right, or removes them; those that are in order by now are left alone.
///
/// # Errors
/// When the database refuses.
pub async fn mend(tx: &mut Tx, actor: &Actor, (check, rows): (Check, &[String]), limits: Limits) -> Result<Vec<Mended>> {
    let mut mended = carry_out(tx, actor, (check, rows), limits).await?;
    // The same rows are always told of in the same order: what was approved is compared with what would be done.
    mended.sort_by(|one, other| one.row_id.cmp(&other.row_id));
    Ok(mended)
}

async fn carry_out(tx: &mut Tx, actor: &Actor, (check, rows): (Check, &[String]), limits: Limits) -> Result<Vec<Mended>> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|row| row.parse().ok()).collect();
    match check.area() {
        Area::Orphans if check == Check::OverridesWithoutUser => flags::drop_overrides(tx, actor, rows).await,
        Area::Orphans => remove::orphans(tx, actor, check, (rows, &ids)).await,
        Area::Links => links::unlink(tx, check, &ids).await,
        Area::Money if check == Check::TierDiffers => marks::tiers(tx, &ids).await,
        Area::Work if check == Check::StuckGenerations => work::give_up(tx, &ids, limits.generation_hours).await,
        Area::Files if check == Check::FilesMissing => work::without_file(tx, &ids).await,
        Area::Counts => counts::write(tx, check, &ids).await,
        _ => Ok(Vec::new()),
    }
}
