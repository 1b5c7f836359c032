//! The servers that run, and which version of what each of them has.
use super::snapshot::{Topic, Versions};
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

/// Seconds without a sign after which a server is not counted any more.
pub const SILENT: i32 = 20;

/// A server, and since when it has the version of a topic that it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    pub name: String,
    pub program: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    pub version: Option<i64>,
    /// Milliseconds from the change to this server having it; nothing: it started later.
    pub took_ms: Option<f32>,
}

/// The newest version of each topic.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest(db: impl PgExecutor<'_>) -> Result<Versions> {
    let mut versions = Versions::default();
    for row in sqlx::query!("select topic, version from backlot.live_topics").fetch_all(db).await? {
        versions.set(Topic::try_from(row.topic)?, row.version);
    }
    Ok(versions)
}

/// The servers that gave a sign lately, with what each has of a topic; the longest-running first.
///
/// # Errors
/// When the database cannot answer.
pub async fn running(db: impl PgExecutor<'_>, topic: Topic) -> Result<Vec<Instance>> {
    let rows = sqlx::query!(
        r#"select i.name, i.program, i.started_at, i.seen_at, t.version as "version?", t.took_ms as "took_ms?"
           from backlot.instances i left join backlot.instance_topics t on t.instance_id = i.id and t.topic = $1
           where i.seen_at > now() - make_interval(secs => $2) order by i.started_at, i.id"#,
        topic.code(),
        f64::from(SILENT)
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Instance {
            name: row.name,
            program: row.program,
            started_at: row.started_at.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
            version: row.version,
            took_ms: row.took_ms,
        })
        .collect())
}

/// A sign of life; whoever gave none for an hour is forgotten.
pub(super) async fn sign(db: &PgPool, id: Uuid, name: &str) -> Result<()> {
    sqlx::query!(
        "insert into backlot.instances (id, name, program) values ($1, left($2, 200), $3) on conflict (id) do update set seen_at = now()",
        id,
        name,
        env!("CARGO_PKG_VERSION")
    )
    .execute(db)
    .await?;
    sqlx::query!("delete from backlot.instances where seen_at < now() - interval '1 hour'").execute(db).await?;
    Ok(())
}

/// This server has a version now; `false` when it has not given a sign of life yet. How long it took is by the database's clock, from
/// the statement that changed it.
pub(super) async fn has(db: &PgPool, id: Uuid, topic: Topic, version: i64) -> Result<bool> {
    let told = sqlx::query!(
        "insert into backlot.instance_topics (instance_id, topic, version, took_ms)
         select i.id, t.topic, $3, case when t.changed_at >= i.started_at then extract(epoch from clock_timestamp() - t.changed_at)::real * 1000 end
         from backlot.live_topics t join backlot.instances i on i.id = $1 where t.topic = $2
         on conflict (instance_id, topic) do update set version = excluded.version, took_ms = excluded.took_ms",
        id,
        topic.code(),
        version
    );
    Ok(told.execute(db).await?.rows_affected() == 1)
}

/// This server stops.
pub(super) async fn leave(db: &PgPool, id: Uuid) -> Result<()> {
    sqlx::query!("delete from backlot.instances where id = $1", id).execute(db).await?;
    Ok(())
}
