//! Telling a user what was changed for them: in their inbox and by mail.
use crate::gateways::mail::Letter;
use crate::kernel::{Actor, Result, Tx, id};
use uuid::Uuid;

/// Writes it into their inbox, and posts a letter. Nothing where they have no account any more.
///
/// # Errors
/// When it cannot be written down.
pub async fn tell(tx: &mut Tx, actor: &Actor, user: Uuid, title: &str, body: &str) -> Result<()> {
    let told = sqlx::query_scalar!(
        "insert into platform.notifications (id, user_id, kind, title, body)
         select $1, u.id, 'billing', $3, $4 from platform.users u where u.id = $2 and u.status <> 'deleted'
         returning (select email from platform.users where id = $2)",
        id::new(),
        user,
        title,
        body
    );
    if let Some(Some(address)) = told.fetch_optional(&mut **tx).await? {
        Letter::new(address, title, body).post(tx, actor).await?;
    }
    Ok(())
}
