//! Removing what is old, so many rows at a time.
use crate::features::integrity::model::cleanup::Sweep;
use crate::kernel::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::postgres::PgQueryResult;

/// Removes the oldest; how many rows are gone, and whether there may be more.
///
/// # Errors
/// When the database refuses.
pub async fn batch(db: &mut PgConnection, sweep: Sweep, cutoff: Timestamp, size: i64) -> Result<(i64, bool)> {
    let gone = match sweep {
        Sweep::UserSessions => sessions(db, cutoff, size).await?,
        Sweep::OutboxEvents => events(db, cutoff, size).await?,
        Sweep::ViewGrants => views(db, cutoff, size).await?,
        Sweep::GatewayCalls => calls(db, cutoff, size).await?,
        Sweep::TrainingLogs => return logs(db, cutoff).await,
    };
    let rows = i64::try_from(gone.rows_affected()).unwrap_or(i64::MAX);
    Ok((rows, rows == size))
}

/// One that is used at this very moment stays.
async fn sessions(db: &mut PgConnection, cutoff: Timestamp, size: i64) -> sqlx::Result<PgQueryResult> {
    sqlx::query!(
        "delete from platform.user_sessions where last_seen_at < $1 and id = any(array(
           select id from platform.user_sessions where last_seen_at < $1 order by last_seen_at, id limit $2))",
        cutoff.to_sqlx() as _,
        size
    )
    .execute(db)
    .await
}

async fn events(db: &mut PgConnection, cutoff: Timestamp, size: i64) -> sqlx::Result<PgQueryResult> {
    sqlx::query!(
        "delete from backlot.outbox_events where id = any(array(
           select id from backlot.outbox_events where delivered_at < $1 order by delivered_at limit $2))",
        cutoff.to_sqlx() as _,
        size
    )
    .execute(db)
    .await
}

async fn views(db: &mut PgConnection, cutoff: Timestamp, size: i64) -> sqlx::Result<PgQueryResult> {
    sqlx::query!(
        "delete from backlot.view_grants where id = any(array(
           select id from backlot.view_grants where ended_at < $1 order by ended_at limit $2))",
        cutoff.to_sqlx() as _,
        size
    )
    .execute(db)
    .await
}

async fn calls(db: &mut PgConnection, cutoff: Timestamp, size: i64) -> sqlx::Result<PgQueryResult> {
    sqlx::query!(
        "delete from backlot.gateway_calls where id = any(array(
           select id from backlot.gateway_calls where asked_at < $1 order by asked_at, id limit $2))",
        cutoff.to_sqlx() as _,
        size
    )
    .execute(db)
    .await
}

/// The logs of so many trainings at a time; each training says then that it has none.
async fn logs(db: &mut PgConnection, cutoff: Timestamp) -> Result<(i64, bool)> {
    const TRAININGS: i64 = 20;
    let ids = sqlx::query_scalar!(
        "select id from platform.lora_trainings where log_lines > 0 and finished_at < $1 order by finished_at, id limit $2 for update",
        cutoff.to_sqlx() as _,
        TRAININGS
    );
    let ids = ids.fetch_all(&mut *db).await?;
    let gone = sqlx::query!("delete from platform.training_logs where lora_training_id = any($1)", &ids).execute(&mut *db).await?;
    sqlx::query!("update platform.lora_trainings set log_lines = 0 where id = any($1)", &ids).execute(db).await?;
    let rows = i64::try_from(gone.rows_affected()).unwrap_or(i64::MAX);
    Ok((rows, i64::try_from(ids.len()).is_ok_and(|ids| ids == TRAININGS)))
}
