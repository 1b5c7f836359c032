//! What one server writes down of itself: its requests, its calls to the outside, its errors.
use crate::gateways::watch::Tally;
use crate::kernel::Result;
use crate::web::faults::Seen;
use sqlx::PgPool;

/// A level or a count of this minute; counts of several servers, or of several moments of a minute, add up.
pub async fn sample(db: &PgPool, metric: &str, subject: &str, value: f64, adds: bool) -> Result<()> {
    sqlx::query!(
        "insert into backlot.health_samples as s (step, metric, subject, at, value) values (1, $1, left($2, 200), date_trunc('minute', now()), $3)
         on conflict (step, metric, subject, at) do update set value = case when $4 then s.value + excluded.value else excluded.value end",
        metric,
        subject,
        value,
        adds
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What calls to a gateway came to: how it is now, and how many in this minute. All of it or nothing.
pub async fn calls(db: &PgPool, gateway: &str, tally: &Tally) -> Result<()> {
    sqlx::query!(
        "with state as (
           insert into backlot.gateway_states as g (gateway, last_ok_at, last_failed_at, failing_since, failures, last_error)
           values ($1, case when $4 then now() end, case when $3 > 0 then now() end, case when $6 > 0 then now() end, $6, $7)
           on conflict (gateway) do update set
             last_ok_at = case when $4 then now() else g.last_ok_at end,
             last_failed_at = case when $3 > 0 then now() else g.last_failed_at end,
             failing_since = case when $6 = 0 then null when $4 or g.failing_since is null then now() else g.failing_since end,
             failures = case when $4 then $6 else g.failures + $6 end,
             last_error = coalesce($7, g.last_error))
         insert into backlot.health_samples as s (step, metric, subject, at, value)
         select 1, m.metric, $1, date_trunc('minute', now()), m.value
         from (values ('gateway_calls', $2::int::float8), ('gateway_failed', $3::int::float8), ('gateway_ms', $5::float8)) m (metric, value)
         on conflict (step, metric, subject, at) do update set value = s.value + excluded.value",
        gateway,
        number(tally.calls),
        number(tally.failed),
        tally.answered(),
        tally.milliseconds,
        number(tally.in_a_row),
        tally.error
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An error of Backlot itself: to the others that it is like, and to this minute.
pub async fn fault(db: &PgPool, text: &str, seen: &Seen) -> Result<()> {
    sqlx::query!(
        "with fault as (
           insert into backlot.faults as f (id, signature, example, request_id, count)
           select left(encode(sha256(convert_to(s, 'UTF8')), 'hex'), 16), s, $1, $2, $3 from platform.training_error_signature($1) s
           on conflict (id) do update set example = excluded.example, request_id = excluded.request_id, count = f.count + excluded.count, last_at = now()
           returning id)
         insert into backlot.health_samples as s (step, metric, subject, at, value)
         select 1, 'faults', id, date_trunc('minute', now()), $3::bigint::float8 from fault
         on conflict (step, metric, subject, at) do update set value = s.value + excluded.value",
        text,
        seen.request_id,
        seen.times
    )
    .execute(db)
    .await?;
    Ok(())
}

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
