//! Admins, as far as two of them must agree.
use crate::kernel::{Permission, Result};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whether an admin still holds a permission: they may have left, or changed places, since they asked.
pub async fn still_may(db: &mut PgConnection, admin: Uuid, permission: Permission) -> Result<bool> {
    let may = sqlx::query_scalar!(
        r#"select exists (select from backlot.admins where id = $1 and status = 'active' and role = any ($2)) as "may!""#,
        admin,
        &permission.roles()
    );
    Ok(may.fetch_one(db).await?)
}

/// What an admin is called.
pub async fn name(db: &mut PgConnection, admin: Option<Uuid>) -> Result<Option<String>> {
    let Some(admin) = admin else { return Ok(None) };
    Ok(sqlx::query_scalar!("select name from backlot.admins where id = $1", admin).fetch_optional(db).await?)
}
