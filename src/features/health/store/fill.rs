//! What ended on the platform, by the minute, read from the platform's own rows: what nobody counted in time is counted later.
use crate::kernel::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// Until when all is counted; nothing: never yet.
pub async fn counted_until(db: &mut PgConnection) -> Result<Option<Timestamp>> {
    let last = sqlx::query_scalar!(
        r#"select max(at) as "at: jiff_sqlx::Timestamp" from backlot.health_samples where step = 1 and metric = 'sampled' and subject = ''"#
    );
    Ok(last.fetch_one(db).await?.map(Into::into))
}

/// The database's clock.
pub async fn now(db: &mut PgConnection) -> Result<Timestamp> {
    let now: jiff_sqlx::Timestamp = sqlx::query_scalar!(r#"select now() as "now!: jiff_sqlx::Timestamp""#).fetch_one(db).await?;
    Ok(now.into())
}

/// One statement for each kind of work: its ends in a time, in steps of so many minutes.
macro_rules! ends {
    ($name:ident, $prefix:literal, $table:literal, $at:literal, $failed:literal, $done:literal, $seconds:literal) => {
        async fn $name(db: &mut PgConnection, step: i16, from: Timestamp, to: Timestamp) -> Result<()> {
            sqlx::query!(
                "insert into backlot.health_samples (step, metric, subject, at, value)
                 select $1::smallint, '" + $prefix + "' || m.name, '', b.at, m.value / $1
                 from (select date_bin(make_interval(mins => $1::smallint::int), " + $at + ", timestamptz 'epoch') as at, count(*)::float8 as ended,
                         count(*) filter (where " + $failed + ")::float8 as failed, count(*) filter (where " + $done + ")::float8 as done,
                         coalesce(sum(" + $seconds + ") filter (where " + $done + "), 0)::float8 as seconds
                       from " + $table + " where " + $at + " >= $2 and " + $at + " < $3 group by 1) b,
                   lateral (values ('_ended', b.ended), ('_failed', b.failed), ('_done', b.done), ('_seconds', b.seconds)) m (name, value)
                 on conflict (step, metric, subject, at) do update set value = excluded.value",
                step,
                from.to_sqlx() as _,
                to.to_sqlx() as _
            )
            .execute(db)
            .await?;
            Ok(())
        }
    };
}

ends!(
    trainings,
    "trainings",
    "platform.lora_trainings",
    "finished_at",
    "status = 'failed'",
    "status = 'succeeded'",
    "greatest(extract(epoch from finished_at - started_at), 0)"
);
ends!(
    workflows,
    "workflows",
    "platform.workflow_jobs",
    "finished_at",
    "state = 'failed'",
    "state = 'succeeded'",
    "greatest(extract(epoch from finished_at - started_at), 0)"
);
ends!(
    generations,
    "generations",
    "platform.generation_jobs",
    "finished_at",
    "status = 'failed'",
    "status = 'done'",
    "greatest(extract(epoch from finished_at - started_at), 0)"
);
ends!(payments, "payments", "platform.payments", "settled_at", "status = 'failed'", "status <> 'failed'", "0");

/// Counts all of it in a time; doing so again changes nothing.
pub async fn work(db: &mut PgConnection, step: i16, from: Timestamp, to: Timestamp) -> Result<()> {
    trainings(db, step, from, to).await?;
    workflows(db, step, from, to).await?;
    generations(db, step, from, to).await?;
    payments(db, step, from, to).await
}
