//! The SQL of an admin's own passkeys.
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// A passkey as its owner sees it.
pub struct Passkey {
    pub id: Uuid,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<jiff_sqlx::Timestamp>,
}

/// All of an admin's passkeys, oldest first.
pub async fn list(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Passkey>> {
    Ok(sqlx::query_as!(
        Passkey,
        "select id, name, created_at, last_used_at from backlot.passkeys where admin_id = $1 order by created_at, id",
        admin
    )
    .fetch_all(db)
    .await?)
}

/// One of them.
pub async fn find(db: &mut PgConnection, admin: Uuid, id: Uuid) -> Result<Passkey> {
    sqlx::query_as!(Passkey, "select id, name, created_at, last_used_at from backlot.passkeys where id = $1 and admin_id = $2", id, admin)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::no("passkey"))
}

/// Gives one another name.
pub async fn rename(tx: &mut Tx, id: Uuid, name: &str) -> Result<()> {
    sqlx::query!("update backlot.passkeys set name = $2 where id = $1", id, name).execute(&mut **tx).await?;
    Ok(())
}

/// Removes one.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    sqlx::query!("delete from backlot.passkeys where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// Whether an admin has an authenticator app, too.
pub async fn has_app(tx: &mut Tx, admin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select totp_confirmed_at is not null as "app!" from backlot.admins where id = $1"#, admin)
        .fetch_one(&mut **tx)
        .await?)
}
