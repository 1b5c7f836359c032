//! What is under way, and what nobody takes care of any more.
use crate::kernel::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whether an operation's time to be looked at has come; a second too early is no harm.
pub async fn is_due(db: &mut PgConnection, operation: Uuid) -> Result<bool> {
    let due = sqlx::query_scalar!(
        r#"select coalesce(next_look_at <= clock_timestamp() + interval '1 second', false) as "due!" from backlot.billing_operations where id = $1"#,
        operation
    );
    Ok(due.fetch_optional(db).await?.unwrap_or(false))
}

/// Operations that wait to be sent, and whose job is lost.
pub async fn unsent(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select o.id from backlot.billing_operations o
         where o.state = 'queued' and o.kind <> 'credits' and coalesce(o.decided_at, o.requested_at) < now() - interval '2 minutes'
           and not exists (select from backlot.jobs j where j.dedup_key = 'billing.send:' || o.id and j.state in ('waiting', 'running'))
         order by o.requested_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// Operations that were being sent long ago: longer than a call and its job take.
pub async fn stuck(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.billing_operations where state = 'sending' and sent_at < now() - interval '5 minutes'
         order by requested_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// Operations that should have been looked at a while ago.
pub async fn late(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.billing_operations where next_look_at < now() - interval '1 minute' order by next_look_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// Operations whose second admin did not decide in time.
pub async fn undecided(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.billing_operations where state = 'awaiting_approval' and approve_until <= now() order by requested_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// Whether an operation's time to be approved is over, whether or not somebody has written that down.
pub async fn is_undecided_too_long(db: &mut PgConnection, operation: Uuid) -> Result<bool> {
    let over = sqlx::query_scalar!(
        r#"select coalesce(approve_until <= clock_timestamp(), true) as "over!" from backlot.billing_operations where id = $1"#,
        operation
    );
    Ok(over.fetch_one(db).await?)
}

/// Whether an operation was sent so many hours ago, or more.
pub async fn is_long_ago(db: &mut PgConnection, operation: Uuid, hours: i32) -> Result<bool> {
    let long = sqlx::query_scalar!(
        r#"select coalesce(sent_at < clock_timestamp() - make_interval(hours => $2), false) as "long!" from backlot.billing_operations where id = $1"#,
        operation,
        hours
    );
    Ok(long.fetch_one(db).await?)
}
