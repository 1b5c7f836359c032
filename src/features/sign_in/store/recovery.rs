//! The SQL of coming in with a recovery code.
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Takes the one use of a code.
pub async fn take(tx: &mut Tx, admin: Uuid, code_hash: &[u8]) -> Result<bool> {
    let taken =
        sqlx::query!("delete from backlot.recovery_codes where code_hash = $1 and admin_id = $2 returning created_at", code_hash, admin)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(taken.is_some())
}

/// How many an admin still has.
pub async fn left(tx: &mut Tx, admin: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "left!" from backlot.recovery_codes where admin_id = $1"#, admin)
        .fetch_one(&mut **tx)
        .await?)
}
