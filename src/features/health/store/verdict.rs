//! What is wrong at this moment: the alerts that are open.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// An open alert.
pub struct Wrong {
    pub id: Uuid,
    pub severity: String,
    pub summary: String,
    pub people: i32,
    pub fired_at: Timestamp,
    pub acknowledged: bool,
}

/// Everything that is wrong, the worst first.
pub async fn wrong(db: &mut PgConnection) -> Result<Vec<Wrong>> {
    Ok(sqlx::query_as!(
        Wrong,
        r#"select id, severity, summary, people, fired_at, acknowledged_at is not null as "acknowledged!"
           from backlot.alerts where cleared_at is null order by severity, fired_at, id limit 100"#
    )
    .fetch_all(db)
    .await?)
}
