//! The levels of a minute, and what becomes of old samples.
use crate::features::health::model::counted;
use crate::kernel::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use std::time::Instant;

/// Writes down how it is now. What could be many is counted up to ten thousand: past that the number says nothing more.
pub async fn sample(db: &mut PgConnection) -> Result<()> {
    let began = Instant::now();
    sqlx::query!("select 1 as one").fetch_one(&mut *db).await?;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    sqlx::query!(
        "insert into backlot.health_samples (step, metric, subject, at, value)
         select 1, m.metric, '', date_trunc('minute', now()), coalesce(m.value, 0)::float8
         from (values
           ('sampled', 1), ('database_ms', $1::float8),
           ('connections', (select count(*) from pg_stat_activity where backend_type = 'client backend')::float8),
           ('database_bytes', pg_database_size(current_database())::float8),
           ('oldest_transaction', (select max(extract(epoch from now() - xact_start)) from pg_stat_activity where pid <> pg_backend_pid())),
           ('jobs_due', (select count(*) from (select from backlot.jobs where state = 'waiting' and run_at <= now() limit 10001) s)),
           ('jobs_age', greatest((select extract(epoch from now() - min(run_at)) from backlot.jobs where state = 'waiting'), 0)),
           ('jobs_running', (select count(*) from backlot.jobs where state = 'running')),
           ('jobs_dead', (select count(*) from (select from backlot.jobs where state = 'dead' limit 10001) s)),
           ('events_waiting', (select count(*) from (select from backlot.outbox_events where delivered_at is null limit 10001) s)),
           ('seal_lag', (select greatest(extract(epoch from now() - min(w.at)), 0) from (select a.at from backlot.audit_log a
              where (a.epoch, a.xid) >= (select s.epoch, s.hi_xid from backlot.audit_seals s where s.opening is null order by s.seal_no desc limit 1)
              order by a.epoch, a.xid, a.seq limit 1000) w))
         ) m (metric, value)
         on conflict (step, metric, subject, at) do update set value = excluded.value",
        took
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Sums minutes up into quarter hours, from the one that holds `from` to the last that is over.
pub async fn roll_up(db: &mut PgConnection, from: Timestamp) -> Result<()> {
    sqlx::query!(
        "insert into backlot.health_samples (step, metric, subject, at, value)
         select 15, metric, subject, date_bin('15 minutes', at, timestamptz 'epoch') as quarter,
           case when metric = any($2) then sum(value) / 15 else avg(value) end
         from backlot.health_samples
         where step = 1 and at >= date_bin('15 minutes', $1::timestamptz, timestamptz 'epoch') and at < date_bin('15 minutes', now(), timestamptz 'epoch')
         group by metric, subject, quarter
         on conflict (step, metric, subject, at) do update set value = excluded.value",
        from.to_sqlx() as _,
        &counted()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets minutes after two days and quarter hours after thirty, some at once.
pub async fn forget(db: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "delete from backlot.health_samples s using (
           (select step, metric, subject, at from backlot.health_samples where step = 1 and at < now() - interval '48 hours' order by at limit 20000)
           union all
           (select step, metric, subject, at from backlot.health_samples where step = 15 and at < now() - interval '30 days' order by at limit 20000)) old
         where (s.step, s.metric, s.subject, s.at) = (old.step, old.metric, old.subject, old.at)"
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from backlot.faults where id in (select id from backlot.faults where last_at < now() - interval '30 days' order by last_at limit 1000)")
        .execute(db)
        .await?;
    Ok(())
}
