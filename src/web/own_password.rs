//! An admin's own password, asked for once more before it is replaced: guesses are counted as at the door.
use super::admin::Admin;
use super::form::Form;
use super::throttle;
use crate::kernel::Result;

/// Whether this is the admin's password. The attempt is counted before it is checked, over all of their sessions; a form that has
/// acted already may be sent again, though the password is another one since.
///
/// # Errors
/// `Throttled` when the next attempt is not due yet.
pub async fn is_right<F>(admin: &Admin, form: &Form<F>, typed: &str) -> Result<bool> {
    let site = admin.site();
    let key = format!("password:{}", admin.id());
    let guess = site.secrets.prove(&[b"guess", form.key.as_bytes(), typed.as_bytes()]);
    throttle::reserve_once(&site.door, &key, &guess).await?;
    let hash = sqlx::query_scalar!("select password_hash from backlot.admins where id = $1", admin.id()).fetch_optional(&site.door).await?;
    if site.passwords.verify(hash.flatten(), typed).await? {
        throttle::release(&site.door, &key).await?;
        return Ok(true);
    }
    admin.already_sent(form).await
}
