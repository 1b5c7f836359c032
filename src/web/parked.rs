//! Forms that could not be taken yet: kept until their owner is back, then shown again with a button. Nothing is sent by itself.
use super::pairs::Pairs;
use super::passkeys;
use super::session;
use super::site::Site;
use crate::kernel::Result;
use sqlx::PgPool;
use tower_sessions::session::Id;
use uuid::Uuid;

/// The hidden field of a form that is sent after it was parked: then it need not be kept any longer.
pub const RESUMED: &str = "_resumed";

/// A form that waits for its owner.
pub struct Parked {
    pub path: String,
    pub pairs: Pairs,
}

/// Keeps an admin's form; a newer one takes the place of an older. What holds a password or a code is never kept; what a passkey
/// answered is good for minutes, and asked anew.
///
/// # Errors
/// When the database cannot be reached.
pub async fn park(door: &PgPool, admin: Uuid, path: &str, form: &Pairs) -> Result<()> {
    let body = form.encode();
    if body.len() > 262_144 || holds_secret(form) || form.get(passkeys::ANSWER).is_some() {
        return Ok(());
    }
    sqlx::query!(
        "insert into backlot.parked_forms (admin_id, path, body) values ($1, $2, $3)
         on conflict (admin_id) do update set path = excluded.path, body = excluded.body, parked_at = now()",
        admin,
        path,
        body
    )
    .execute(door)
    .await?;
    Ok(())
}

fn holds_secret(form: &Pairs) -> bool {
    form.0.iter().any(|(name, _)| name.contains("password") || name == "code")
}

/// Keeps the form of somebody whose session has ended.
///
/// # Errors
/// When the database cannot be reached.
pub async fn park_for_former(site: &Site, id: &Id, path: &str, form: &Pairs) -> Result<()> {
    if !path.starts_with("/admin") {
        return Ok(());
    }
    match session::former_owner(&site.door, id).await? {
        Some(admin) => park(&site.door, admin, path, form).await,
        None => Ok(()),
    }
}

/// The form that waits for this admin, if it is not older than a day.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(db: &PgPool, admin: Uuid) -> Result<Option<Parked>> {
    let row =
        sqlx::query!("select path, body from backlot.parked_forms where admin_id = $1 and parked_at > now() - interval '1 day'", admin)
            .fetch_optional(db)
            .await?;
    row.map(|row| Ok(Parked { path: row.path, pairs: Pairs::parse(row.body.as_bytes())? })).transpose()
}

/// Lets it go.
///
/// # Errors
/// When the database cannot be reached.
pub async fn forget(door: &PgPool, admin: Uuid) -> Result<()> {
    sqlx::query!("delete from backlot.parked_forms where admin_id = $1", admin).execute(door).await?;
    Ok(())
}
