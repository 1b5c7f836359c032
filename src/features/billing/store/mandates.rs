//! Cards that customers agreed to be charged by: one stands per user and mode.
use crate::gateways::finby::Mode;
use crate::kernel::{Result, id};
use sqlx::PgConnection;
use uuid::Uuid;

/// An agreement that stands.
pub struct Mandate {
    pub id: Uuid,
}

/// The agreement of a user that stands in a mode.
pub async fn standing(db: &mut PgConnection, user: Uuid, mode: Mode) -> Result<Option<Mandate>> {
    Ok(sqlx::query_as!(
        Mandate,
        "select id from backlot.mandates
         where user_id = $1 and gateway_mode = $2 and revoked_at is null",
        user,
        mode.code()
    )
    .fetch_optional(db)
    .await?)
}

/// The gateway's number behind an agreement.
pub async fn initial(db: &mut PgConnection, mandate: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!("select initial_ref from backlot.mandates where id = $1", mandate).fetch_one(db).await?)
}

/// A customer agreed anew: what stood until now does not any more.
pub async fn agreed(db: &mut PgConnection, user: Uuid, mode: Mode, initial: i64) -> Result<()> {
    sqlx::query!(
        "update backlot.mandates set revoked_at = now(), revoked_why = 'Another card was agreed to'
         where user_id = $1 and gateway_mode = $2 and revoked_at is null and initial_ref <> $3",
        user,
        mode.code(),
        initial
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values ($1, $2, $3, $4)
         on conflict (gateway_mode, initial_ref) do nothing",
        id::new(),
        user,
        mode.code(),
        initial
    )
    .execute(db)
    .await?;
    Ok(())
}
