//! Every SQL statement about admin accounts: one account here; the list, its page, and the links beside.
pub mod dataset;
pub mod keys;
pub mod links;
pub mod list;
pub mod panels;

use super::model::{Account, Status};
use crate::kernel::{Error, OneTime, Result, Role, Tx};
use sqlx::PgExecutor;
use uuid::Uuid;

struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    status: String,
    status_reason: Option<String>,
    password: bool,
    authenticator_app: bool,
    passkeys: i64,
    recovery_codes: i64,
}

impl TryFrom<Row> for Account {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: Role::try_from(row.role)?,
            status: Status::try_from(row.status)?,
            status_reason: row.status_reason,
            password: row.password,
            authenticator_app: row.authenticator_app,
            passkeys: row.passkeys,
            recovery_codes: row.recovery_codes,
        })
    }
}

/// One account, as the server's own role sees it: whether there is a password, never which.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Account> {
    let row = sqlx::query_as!(
        Row,
        r#"select a.id, a.email, a.name, a.role, a.status, a.status_reason, a.password_hash is not null as "password!",
             a.totp_confirmed_at is not null as "authenticator_app!",
             (select count(*) from backlot.passkeys p where p.admin_id = a.id) as "passkeys!",
             (select count(*) from backlot.recovery_codes c where c.admin_id = a.id) as "recovery_codes!"
           from backlot.admins a where a.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.ok_or_else(|| Error::no("admin"))?.try_into()
}

/// One account, locked against others until the transaction ends.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Account> {
    let locked = sqlx::query!("select from backlot.admins where id = $1 for update", id).fetch_optional(&mut **tx).await?;
    locked.ok_or_else(|| Error::no("admin"))?;
    find(tx, id).await
}

/// Whose account has this address; not those that are deleted.
pub async fn by_email(db: impl PgExecutor<'_>, email: &str) -> Result<Uuid> {
    let id = sqlx::query_scalar!("select id from backlot.admins where lower(email) = lower($1) and status <> 'deleted'", email);
    id.fetch_optional(db).await?.ok_or_else(|| Error::NotFound(format!("There is no admin with the address {email}.").into()))
}

/// Adds somebody who has still to choose a password.
pub async fn invite(tx: &mut Tx, account: &Account, by: Option<Uuid>) -> Result<()> {
    sqlx::query!(
        "insert into backlot.admins (id, email, name, role, status, invited_by) values ($1, $2, $3, $4, 'invited', $5)",
        account.id,
        account.email,
        account.name,
        account.role.code(),
        by
    )
    .execute(&mut **tx)
    .await
    .map_err(|error| Error::from(error).on_constraint("admins_email_key", "email", "There is an admin with this e-mail already."))?;
    Ok(())
}

/// Makes a link in the place of any other that is still open: for a purpose, good for so many hours.
pub async fn make_link(tx: &mut Tx, admin: Uuid, link: &OneTime, (purpose, hours): (&str, i32), by: Option<Uuid>) -> Result<()> {
    links::revoke(tx, admin).await?;
    sqlx::query!(
        "insert into backlot.admin_links (id, token_hash, admin_id, purpose, made_by, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(hours => $6))",
        link.id,
        link.token_hash,
        admin,
        purpose,
        by,
        hours
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives somebody another role.
pub async fn set_role(tx: &mut Tx, id: Uuid, role: Role) -> Result<()> {
    sqlx::query!("update backlot.admins set role = $2, version = version + 1 where id = $1", id, role.code()).execute(&mut **tx).await?;
    Ok(())
}

/// Gives an account another status, with the reason.
pub async fn set_status(tx: &mut Tx, id: Uuid, status: Status, reason: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update backlot.admins set status = $2, status_reason = $3, status_changed_at = now(), version = version + 1 where id = $1",
        id,
        status.code(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the password away: only a link lets them choose another.
pub async fn forget_password(tx: &mut Tx, id: Uuid) -> Result<()> {
    sqlx::query!("update backlot.admins set password_hash = null, version = version + 1 where id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// Takes every second factor away, recovery codes too.
pub async fn forget_factors(tx: &mut Tx, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update backlot.admins set totp_secret = null, totp_confirmed_at = null, totp_last_step = 0, version = version + 1 where id = $1",
        id
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from backlot.passkeys where admin_id = $1", id).execute(&mut **tx).await?;
    sqlx::query!("delete from backlot.recovery_codes where admin_id = $1", id).execute(&mut **tx).await?;
    Ok(())
}

/// Ends all sessions of an account; returns how many.
pub async fn end_sessions(tx: &mut Tx, id: Uuid, why: &str) -> Result<i64> {
    let ended =
        sqlx::query!("update backlot.sessions set ended_at = now(), ended_why = $2 where admin_id = $1 and ended_at is null", id, why)
            .execute(&mut **tx)
            .await?;
    Ok(i64::try_from(ended.rows_affected()).unwrap_or(i64::MAX))
}
