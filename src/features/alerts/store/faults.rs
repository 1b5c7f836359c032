//! What is measured of Backlot itself, and of what it stands on.
use crate::features::alerts::model::Reading;
use crate::gateways::watch::Gateway;
use crate::kernel::Result;
use sqlx::PgConnection;

/// Seconds that the oldest due job has waited.
pub async fn queue_age(db: &mut PgConnection) -> Result<Reading> {
    let age = sqlx::query_scalar!(
        r#"select greatest(coalesce(extract(epoch from now() - min(run_at)), 0), 0)::float8 as "age!" from backlot.jobs where state = 'waiting'"#
    );
    let age = age.fetch_one(db).await?;
    Ok(Reading::new(age, "the oldest due job has waited"))
}

/// Dead jobs.
pub async fn dead_jobs(db: &mut PgConnection) -> Result<Reading> {
    let dead =
        sqlx::query_scalar!(r#"select count(*)::float8 as "dead!" from (select from backlot.jobs where state = 'dead' limit 10001) s"#);
    Ok(Reading::new(dead.fetch_one(db).await?, "died, and nobody has looked at them"))
}

/// For each gateway that does not answer, its failures in a row; those that do are not told.
pub async fn gateways(db: &mut PgConnection) -> Result<Vec<Reading>> {
    let rows =
        sqlx::query!("select gateway, failures, coalesce(last_error, '') as \"error!\" from backlot.gateway_states where failures > 0");
    let read = |gateway: String, failures: i32, error: String| {
        let label = Gateway::try_from(gateway.clone()).map_or_else(|_| gateway.clone(), |one| one.label().to_owned());
        Reading::about(gateway, f64::from(failures), format!("calls to {label} failed: {error}"))
    };
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| read(row.gateway, row.failures, row.error)).collect())
}

/// Per cent of the database's disk, where it is known.
pub async fn disk(db: &mut PgConnection) -> Result<Reading> {
    let used = sqlx::query_scalar!(
        "select max(value) from backlot.health_samples where step = 1 and metric = 'disk_percent' and at > now() - interval '5 minutes'"
    );
    Ok(used.fetch_one(db).await?.map_or_else(|| Reading::new(0.0, "not known from here"), |used| Reading::new(used, "used")))
}

/// Gigabytes of the database.
pub async fn database_size(db: &mut PgConnection) -> Result<Reading> {
    let size = sqlx::query_scalar!(
        "select max(value) from backlot.health_samples where step = 1 and metric = 'database_bytes' and subject = '' and at > now() - interval '10 minutes'"
    );
    let size = size.fetch_one(db).await?.unwrap_or_default();
    Ok(Reading::new(size / 1e9, "on disk"))
}

/// Seconds that the oldest entry of the audit log waits for its seal.
pub async fn seal_lag(db: &mut PgConnection) -> Result<Reading> {
    let lag = sqlx::query_scalar!(
        r#"select coalesce(greatest(extract(epoch from now() - min(w.at)), 0), 0)::float8 as "lag!" from (select a.at from backlot.audit_log a
             where (a.epoch, a.xid) >= (select s.epoch, s.hi_xid from backlot.audit_seals s where s.opening is null order by s.seal_no desc limit 1)
             order by a.epoch, a.xid, a.seq limit 1000) w"#
    );
    Ok(Reading::new(lag.fetch_one(db).await?, "an entry of the audit log waits for its seal"))
}

/// Sign-ins that were refused in the last minute.
pub async fn sign_in_attacks(db: &mut PgConnection) -> Result<Reading> {
    let refused = sqlx::query!(
        r#"select count(*)::float8 as "times!", count(distinct address) as "places!" from (
             select address from backlot.audit_log where outcome = 'denied' and at > now() - interval '1 minute'
               and action = any('{session.open,session.complete,session.recover,session.step_up,session.complete_with_passkey,session.step_up_with_passkey}')
             order by at desc limit 10000) s"#
    );
    let refused = refused.fetch_one(db).await?;
    Ok(Reading::new(refused.times, format!("refused sign-ins, from {} addresses", refused.places)))
}

/// Errors of Backlot in the last minute.
pub async fn internal_errors(db: &mut PgConnection) -> Result<Reading> {
    // Samples are of whole minutes: of this one and the one before, the worse.
    let errors = sqlx::query_scalar!(
        r#"select coalesce(max(errors), 0)::float8 as "errors!" from (
             select sum(value) as errors from backlot.health_samples
             where step = 1 and metric = 'faults' and at >= date_trunc('minute', now()) - interval '1 minute' group by at) s"#
    );
    Ok(Reading::new(errors.fetch_one(db).await?, "requests went wrong by our fault"))
}

/// How many times as much fails in the last quarter of an hour as did at this time of the seven days before. Fewer failures than
/// `least` are no spike, and a day without any counts as one failure.
pub async fn error_spike(db: &mut PgConnection, least: i64) -> Result<Reading> {
    let found = sqlx::query!(
        r#"select
             (select count(*) from (select from platform.lora_trainings where status = 'failed' and finished_at > now() - interval '15 minutes' limit 10000) a)
             + (select count(*) from (select from platform.workflow_jobs where state = 'failed' and finished_at > now() - interval '15 minutes' limit 10000) b)
             + (select count(*) from (select from platform.generation_jobs where status = 'failed' and finished_at > now() - interval '15 minutes' limit 10000) c)
               as "now!",
             coalesce((select sum(value * 15) / 7 from backlot.health_samples where step = 15 and subject = ''
               and metric = any('{trainings_failed,workflows_failed,generations_failed}')
               and at = any(array(select date_bin('15 minutes', now() - make_interval(days => d), timestamptz 'epoch') from generate_series(1, 7) d))), 0)::float8
               as "usual!""#
    );
    let found = found.fetch_one(db).await?;
    let factor = if found.now < least { 0.0 } else { found.now as f64 / found.usual.max(1.0) };
    Ok(Reading::new(factor, format!("{} failures in a quarter of an hour, where {:.1} are usual", found.now, found.usual)))
}
