//! Events that wait to be sent.
use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use super::Event;

/// The oldest events that may be sent, out of other servers' reach for `hold`.
pub(super) async fn claim(pool: &PgPool, most: i64, hold: Duration) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        "with oldest as (
           select id from backlot.outbox_events where delivered_at is null and next_at <= now()
           order by created_at, id limit $1 for update skip locked),
         claimed as (
           update backlot.outbox_events set attempts = attempts + 1, next_at = now() + make_interval(secs => $2)
           where id = any(array(select id from oldest))
           returning id, name, properties, admin_id, created_at)
         select id, name, properties, admin_id, created_at from claimed order by created_at, id",
        most,
        hold.as_secs_f64(),
    )
    .fetch_all(pool)
    .await?;
    let events = rows.into_iter().map(|row| Event::new(row.id, row.name, row.admin_id, row.properties, row.created_at.to_jiff()));
    Ok(events.collect())
}

pub(super) async fn delivered(pool: &PgPool, events: &[Event]) -> sqlx::Result<()> {
    sqlx::query!(
        "update backlot.outbox_events set delivered_at = now(), last_error = null
         where id = any($1) and delivered_at is null",
        &ids(events),
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub(super) async fn postpone(pool: &PgPool, events: &[Event], pause: Duration, why: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update backlot.outbox_events set next_at = now() + make_interval(secs => $2), last_error = $3
         where id = any($1) and delivered_at is null",
        &ids(events),
        pause.as_secs_f64(),
        why,
    )
    .execute(pool)
    .await?;
    Ok(())
}

fn ids(events: &[Event]) -> Vec<Uuid> {
    events.iter().map(|event| event.uuid).collect()
}
