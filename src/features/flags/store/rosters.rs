//! Those who keep a flag although the percentage went below their bucket.
use crate::features::flags::model::Kept;
use crate::kernel::{Result, Tx};
use crate::live::Roster;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// A roster, to decide with.
///
/// # Errors
/// When the database cannot answer.
pub async fn roster(db: &mut PgConnection, kept: Option<Kept>) -> Result<Option<Arc<Roster>>> {
    let Some(Kept { roster, .. }) = kept else { return Ok(None) };
    let ids = sqlx::query_scalar!("select ids from backlot.feature_flag_rosters where id = $1", roster).fetch_one(db).await?;
    Ok(Some(Arc::new(Roster::new(roster, &ids))))
}

/// Writes down who keeps a flag.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &mut Tx, flag: Uuid, kept: Kept, ids: &[u8]) -> Result<()> {
    let (roster, size) = (kept.roster, kept.size);
    sqlx::query!("insert into backlot.feature_flag_rosters (id, flag_id, ids, size) values ($1, $2, $3, $4)", roster, flag, ids, size)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
