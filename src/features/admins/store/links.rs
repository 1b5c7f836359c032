//! One-time links: invitations and new passwords.
use crate::kernel::{Result, Tx};
use jiff::Timestamp;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// A link, without what opens it.
pub struct Link {
    pub purpose: String,
    pub by: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<jiff_sqlx::Timestamp>,
    pub revoked_at: Option<jiff_sqlx::Timestamp>,
    pub is_open: bool,
}

/// The newest links of an account.
pub async fn all(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Link>> {
    Ok(sqlx::query_as!(
        Link,
        r#"select l.purpose, m.name as "by?", l.created_at, l.expires_at, l.used_at, l.revoked_at,
             l.used_at is null and l.revoked_at is null and l.expires_at > now() as "is_open!"
           from backlot.admin_links l left join backlot.admins m on m.id = l.made_by
           where l.admin_id = $1 order by l.created_at desc, l.id limit 10"#,
        admin
    )
    .fetch_all(db)
    .await?)
}

/// How many links of an account are open.
pub async fn open(db: impl PgExecutor<'_>, admin: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "open!" from backlot.admin_links
           where admin_id = $1 and used_at is null and revoked_at is null and expires_at > now()"#,
        admin
    )
    .fetch_one(db)
    .await?)
}

/// Takes every open link back; returns how many.
pub async fn revoke(tx: &mut Tx, admin: Uuid) -> Result<i64> {
    let revoked = sqlx::query!(
        "update backlot.admin_links set revoked_at = now()
         where admin_id = $1 and used_at is null and revoked_at is null and expires_at > now()",
        admin
    )
    .execute(&mut **tx)
    .await?;
    Ok(i64::try_from(revoked.rows_affected()).unwrap_or(i64::MAX))
}
