//! What is still known of a session that has ended.
use super::hash;
use sqlx::PgPool;
use tower_sessions::session::Id;
use uuid::Uuid;

/// Whose session this was, though it has ended: to keep what they typed.
///
/// # Errors
/// When the database cannot be reached.
pub async fn former_owner(door: &PgPool, id: &Id) -> crate::kernel::Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select admin_id from backlot.sessions where id_hash = $1 and stage = 'full' and last_seen_at > now() - interval '1 day'",
        hash(id)
    )
    .fetch_optional(door)
    .await?)
}
