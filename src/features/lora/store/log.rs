//! What the trainer printed, line by line.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Lines of a page.
pub const PAGE: i64 = 200;
/// The same as a number of lines.
pub const PAGE_LINES: i32 = 200;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: i32,
    pub at: Timestamp,
    pub level: String,
    pub message: String,
}

/// Lines after one, up to so many; with a search only those that hold it.
pub async fn after(db: &mut PgConnection, training: Uuid, after: i32, search: Option<&str>, most: i64) -> Result<Vec<Line>> {
    let pattern = search.map(|text| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
    let lines = sqlx::query_as!(
        Line,
        r#"select line_no as number, at as "at: jiff_sqlx::Timestamp", level, message from platform.training_logs
           where lora_training_id = $1 and line_no > $2 and ($3::text is null or message ilike $3) order by line_no limit $4"#,
        training,
        after,
        pattern,
        most
    );
    Ok(lines.fetch_all(db).await?)
}

/// The number of its last line; 0 when there is none.
pub async fn last(db: &mut PgConnection, training: Uuid) -> Result<i32> {
    let last = sqlx::query_scalar!(
        r#"select line_no from platform.training_logs where lora_training_id = $1 order by line_no desc limit 1"#,
        training
    );
    Ok(last.fetch_optional(db).await?.unwrap_or(0))
}
