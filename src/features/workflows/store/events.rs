//! What Backlot did and heard about a run, in words.
use crate::kernel::{Result, id};
use crate::web::show::short;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most that are shown of one run.
const SHOWN: i64 = 60;

/// Something that was done or heard.
pub struct Happened {
    pub kind: String,
    pub text: String,
    pub audit_id: Option<Uuid>,
    pub at: Timestamp,
}

/// Writes something down.
pub async fn add(db: &mut PgConnection, run: Uuid, kind: &str, text: &str, audit: Option<Uuid>) -> Result<()> {
    sqlx::query!(
        "insert into backlot.workflow_events (id, workflow_job_id, kind, text, audit_id) values ($1, $2, $3, $4, $5)",
        id::new(),
        run,
        kind,
        short(text, 3_900),
        audit
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The newest of a run.
pub async fn of(db: &mut PgConnection, run: Uuid) -> Result<Vec<Happened>> {
    Ok(sqlx::query_as!(
        Happened,
        "select kind, text, audit_id, at from backlot.workflow_events where workflow_job_id = $1 order by at desc, id desc limit $2",
        run,
        SHOWN
    )
    .fetch_all(db)
    .await?)
}
