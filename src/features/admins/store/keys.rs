//! The last key: there is always a super admin who can come in.
use crate::kernel::{Error, Result, Tx};
use uuid::Uuid;

/// Holds every super admin's row, and the one that is about to change, in the order of their ids, so that two who remove each
/// other at the same moment wait for each other; then refuses when nobody else could come in.
///
/// The rows are locked first and read afterwards: only a statement that begins after the wait sees what the other has done, in
/// the tables of factors too.
///
/// # Errors
/// `Conflict` when the account that is about to change is the last usable super admin.
pub async fn keep_one(tx: &mut Tx, leaving: Uuid) -> Result<()> {
    sqlx::query!(
        "select id from backlot.admins where id = $1 or (role = 'super_admin' and status <> 'deleted') order by id for update",
        leaving
    )
    .fetch_all(&mut **tx)
    .await?;
    let usable = sqlx::query_scalar!(
        "select a.id from backlot.admins a
         where a.role = 'super_admin' and a.status = 'active'
           and ((a.password_hash is not null and a.totp_confirmed_at is not null)
             or exists (select from backlot.passkeys p where p.admin_id = a.id))",
    )
    .fetch_all(&mut **tx)
    .await?;
    if usable.contains(&leaving) && usable.len() == 1 {
        return Err(Error::Conflict(
            "They are the last super admin who can come in. Let another super admin sign in and set up a second factor first.".into(),
        ));
    }
    Ok(())
}
