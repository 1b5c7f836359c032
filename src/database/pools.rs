//! Pools of connections, one per role; each waits briefly and heals by itself.
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

/// A connection unused for longer is asked whether it still lives before it is handed out.
const STALE: Duration = Duration::from_secs(1);

/// A pool that connects when it is first needed.
pub fn pool(way: &PgConnectOptions, most: u32, name: &str) -> PgPool {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(2))
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(3_600))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for < STALE {
                    return Ok(true);
                }
                Ok(sqlx::Connection::ping(connection).await.is_ok())
            })
        })
        .connect_lazy_with(way.clone().application_name(name).statement_cache_capacity(500))
}
