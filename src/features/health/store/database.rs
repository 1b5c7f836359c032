//! What the database says of itself, as far as the role of the pages may read it.
use crate::kernel::Result;
use sqlx::PgConnection;
use std::time::Instant;

/// How the database is.
pub struct Facts {
    /// Milliseconds for the smallest question.
    pub milliseconds: f64,
    pub version: String,
    pub connections: i64,
    pub allowed: i64,
    /// Connections whose statements this role may not see.
    pub hidden: i64,
    /// Servers that follow this one.
    pub replicas: i64,
    /// Seconds that the slowest of them is behind; nothing: this role may not read it.
    pub lag_seconds: Option<f64>,
    /// It follows another one itself.
    pub follows: bool,
    /// Seconds of the oldest transaction that this role may see.
    pub oldest_transaction: f64,
}

/// The facts.
pub async fn facts(db: &mut PgConnection) -> Result<Facts> {
    let began = Instant::now();
    sqlx::query!("select 1 as one").fetch_one(&mut *db).await?;
    let milliseconds = began.elapsed().as_secs_f64() * 1_000.0;
    let row = sqlx::query!(
        r#"select current_setting('server_version') as "version!", pg_is_in_recovery() as "follows!",
             (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)::bigint as "allowed!",
             count(*) filter (where backend_type = 'client backend') as "connections!",
             count(*) filter (where backend_type = 'client backend' and query = '<insufficient privilege>') as "hidden!",
             coalesce(max(extract(epoch from now() - xact_start)) filter (where pid <> pg_backend_pid()), 0)::float8 as "oldest!",
             (select count(*) from pg_stat_replication) as "replicas!",
             (select max(extract(epoch from replay_lag))::float8 from pg_stat_replication) as lag
           from pg_stat_activity"#
    )
    .fetch_one(db)
    .await?;
    Ok(Facts {
        milliseconds,
        version: row.version,
        connections: row.connections,
        allowed: row.allowed,
        hidden: row.hidden,
        replicas: row.replicas,
        lag_seconds: row.lag,
        follows: row.follows,
        oldest_transaction: row.oldest,
    })
}

/// A statement that runs.
pub struct Running {
    pub seconds: f64,
    pub text: String,
    pub who: String,
}

/// Those that run for longest, of what this role may see.
pub async fn running(db: &mut PgConnection) -> Result<Vec<Running>> {
    Ok(sqlx::query_as!(
        Running,
        r#"select extract(epoch from clock_timestamp() - coalesce(xact_start, query_start))::float8 as "seconds!", left(regexp_replace(query, '\s+', ' ', 'g'), 160) as "text!", coalesce(nullif(application_name, ''), usename::text, '') as "who!"
           from pg_stat_activity
           where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid() and query <> '<insufficient privilege>'
           order by 1 desc limit 5"#
    )
    .fetch_all(db)
    .await?)
}

/// A table with much that is dead in it.
pub struct Bloated {
    pub table: String,
    pub live: i64,
    pub dead: i64,
    pub vacuumed_at: Option<jiff_sqlx::Timestamp>,
}

/// The tables with most dead rows: what the server's own tidying up has not reached yet.
pub async fn bloated(db: &mut PgConnection) -> Result<Vec<Bloated>> {
    Ok(sqlx::query_as!(
        Bloated,
        r#"select schemaname || '.' || relname as "table!", n_live_tup as "live!", n_dead_tup as "dead!",
             greatest(last_vacuum, last_autovacuum) as "vacuumed_at: jiff_sqlx::Timestamp"
           from pg_stat_user_tables where n_dead_tup > 1000 order by n_dead_tup desc limit 5"#
    )
    .fetch_all(db)
    .await?)
}
