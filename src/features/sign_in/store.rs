//! The SQL of signing in. The reads use the app's own role: nobody's permission can be asked yet.
pub mod recovery;

use super::model::{Account, Credentials, Factor, Newcomer};
use crate::kernel::{Error, Result, Role, Tx, id};
use sqlx::{PgConnection, PgExecutor, PgPool};
use std::net::IpAddr;
use uuid::Uuid;

/// What is needed to check somebody's password.
pub async fn credentials(door: &PgPool, email: &str) -> Result<Option<Credentials>> {
    let row = sqlx::query!(
        r#"select id, email, name, role, password_hash, status = 'active' as "is_active!",
             totp_confirmed_at is not null or exists (select from backlot.passkeys p where p.admin_id = admins.id) as "is_enrolled!"
           from backlot.admins where lower(email) = lower($1) and status <> 'deleted'"#,
        email
    )
    .fetch_optional(door)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = Newcomer { id: row.id, email: row.email, name: row.name, role: Role::try_from(row.role)? };
    Ok(Some(Credentials { owner, password_hash: row.password_hash, is_active: row.is_active, is_enrolled: row.is_enrolled }))
}

/// What is needed to check somebody's code.
pub async fn factor(door: &PgPool, admin: Uuid) -> Result<Option<Factor>> {
    Ok(sqlx::query_as!(
        Factor,
        r#"select totp_secret as "secret!" from backlot.admins where id = $1 and totp_confirmed_at is not null and totp_secret is not null"#,
        admin
    )
    .fetch_optional(door)
    .await?)
}

/// Whether somebody has a second factor: an authenticator app, or a passkey.
pub async fn is_enrolled(db: impl PgExecutor<'_>, admin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from backlot.admins where id = $1 and totp_confirmed_at is not null)
             or exists (select from backlot.passkeys where admin_id = $1) as "is_enrolled!""#,
        admin
    )
    .fetch_one(db)
    .await?)
}

/// An account as it is, locked against others.
pub async fn lock(tx: &mut Tx, admin: Uuid) -> Result<Account> {
    let row = sqlx::query!(
        "select id, email, name, role, status, password_hash, totp_secret from backlot.admins where id = $1 for update",
        admin
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::no("admin"))?;
    let password = row.password_hash.map(|_| "set");
    let second_factor = row.totp_secret.map(|_| "set");
    Ok(Account { id: row.id, email: row.email, name: row.name, role: row.role, status: row.status, password, second_factor })
}

/// Takes the one use of a time step.
pub async fn use_step(tx: &mut Tx, admin: Uuid, step: i64) -> Result<bool> {
    let used = sqlx::query!("update backlot.admins set totp_last_step = $2 where id = $1 and totp_last_step < $2", admin, step)
        .execute(&mut **tx)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// A new session's row.
pub struct Opening<'a> {
    pub id_hash: &'a [u8],
    pub admin_id: Uuid,
    pub stage: &'a str,
    pub fresh: bool,
    pub address: Option<IpAddr>,
    pub agent: &'a str,
    pub next: Option<&'a str>,
    /// The session that it takes the place of: its twelve hours go on.
    pub from: Option<&'a [u8]>,
}

/// Opens a session, in the place of another or anew. `None`: the one it should replace has ended meanwhile.
pub async fn open(tx: &mut Tx, opening: &Opening<'_>) -> Result<Option<()>> {
    let mut started = None;
    if let Some(from) = opening.from {
        let ended = sqlx::query!(
            "update backlot.sessions set ended_at = now(), ended_why = 'replaced' where id_hash = $1 and ended_at is null returning started_at",
            from
        )
        .fetch_optional(&mut **tx)
        .await?;
        match ended {
            Some(row) => started = Some(row.started_at),
            None => return Ok(None),
        }
    }
    sqlx::query!(
        "insert into backlot.sessions (id_hash, admin_id, stage, data, address, agent, started_at, fresh_at)
         values ($1, $2, $3, $4, $5, $6, coalesce($7, now()), case when $8 then now() end)",
        opening.id_hash,
        opening.admin_id,
        opening.stage,
        opening.next.map_or_else(|| serde_json::json!({}), |next| serde_json::json!({ "next": next })),
        opening.address.map(sqlx::types::ipnet::IpNet::from),
        opening.agent,
        started as _,
        opening.fresh,
    )
    .execute(&mut **tx)
    .await?;
    Ok(Some(()))
}

/// Notes that an admin has come in.
pub async fn came_in(tx: &mut Tx, admin: Uuid) -> Result<()> {
    sqlx::query!("update backlot.admins set last_sign_in_at = now() where id = $1", admin).execute(&mut **tx).await?;
    Ok(())
}

/// Ends one session, or all of an admin's; returns how many.
pub async fn end(tx: &mut Tx, admin: Uuid, only: Option<&[u8]>, why: &str) -> Result<i64> {
    let ended = sqlx::query!(
        "update backlot.sessions set ended_at = now(), ended_why = $3
         where admin_id = $1 and ended_at is null and ($2::bytea is null or id_hash = $2)",
        admin,
        only,
        why
    )
    .execute(&mut **tx)
    .await?;
    Ok(i64::try_from(ended.rows_affected()).unwrap_or(i64::MAX))
}

/// Keeps an enrolled factor's secret.
pub async fn enrol(tx: &mut Tx, admin: Uuid, sealed: &[u8], step: i64) -> Result<bool> {
    let kept = sqlx::query!(
        "update backlot.admins set totp_secret = $2, totp_confirmed_at = now(), totp_last_step = $3, version = version + 1
         where id = $1 and totp_confirmed_at is null and not exists (select from backlot.passkeys where admin_id = $1)",
        admin,
        sealed,
        step
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Whose link this is, if it can still be used.
pub async fn link_owner(db: impl PgExecutor<'_>, token_hash: &[u8]) -> Result<Option<Newcomer>> {
    let row = sqlx::query!(
        "select a.id, a.email, a.name, a.role from backlot.admin_links l join backlot.admins a on a.id = l.admin_id
         where l.token_hash = $1 and l.used_at is null and l.revoked_at is null and l.expires_at > now() and a.status in ('invited', 'active')",
        token_hash
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok(Newcomer { id: row.id, email: row.email, name: row.name, role: Role::try_from(row.role)? })).transpose()
}

/// Takes the one use of a link.
pub async fn use_link(tx: &mut Tx, token_hash: &[u8]) -> Result<bool> {
    let used = sqlx::query!(
        "update backlot.admin_links set used_at = now() where token_hash = $1 and used_at is null and revoked_at is null and expires_at > now()",
        token_hash
    )
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Sets an admin's password, and lets them in from now on.
pub async fn activate(tx: &mut Tx, admin: Uuid, password_hash: &str) -> Result<()> {
    sqlx::query!(
        "update backlot.admins set password_hash = $2, status = 'active', version = version + 1 where id = $1",
        admin,
        password_hash
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets nobody else change the set of super admins until this transaction ends; tells whether there is one who can come in.
pub async fn has_super_admin(tx: &mut Tx) -> Result<bool> {
    sqlx::query!("update backlot.locks set taken = taken + 1 where name = 'super_admins'").execute(&mut **tx).await?;
    Ok(sqlx::query_scalar!(
        r#"select exists (select from backlot.admins where role = 'super_admin' and status in ('invited', 'active')) as "some!""#
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Adds an admin who has still to choose a password, with a link to do so.
pub async fn invite(tx: &mut Tx, account: &Account, token_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "insert into backlot.admins (id, email, name, role, status) values ($1, $2, $3, $4, 'invited')",
        account.id,
        account.email,
        account.name,
        account.role
    )
    .execute(&mut **tx)
    .await
    .map_err(|error| Error::from(error).on_constraint("admins_email_key", "email", "There is an admin with this e-mail already."))?;
    sqlx::query!(
        "insert into backlot.admin_links (id, token_hash, admin_id, purpose, expires_at)
         values ($1, $2, $3, 'activate', now() + interval '24 hours')",
        id::new(),
        token_hash,
        account.id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets sessions and links a month after their end, and counted guesses, answered forms and challenges, and parked forms after a day.
pub async fn clean_up(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("delete from backlot.sessions where last_seen_at < now() - interval '30 days'").execute(&mut *db).await?;
    sqlx::query!("delete from backlot.admin_links where expires_at < now() - interval '30 days'").execute(&mut *db).await?;
    sqlx::query!("delete from backlot.throttles where last_at < now() - interval '1 day'").execute(&mut *db).await?;
    sqlx::query!("delete from backlot.submissions where created_at < now() - interval '2 days'").execute(&mut *db).await?;
    sqlx::query!("delete from backlot.mailbox where delivered_at < now() - interval '30 days'").execute(&mut *db).await?;
    // A challenge is answered within minutes or not at all.
    sqlx::query!("delete from backlot.used_challenges where used_at < now() - interval '1 day'").execute(&mut *db).await?;
    sqlx::query!("delete from backlot.parked_forms where parked_at < now() - interval '1 day'").execute(db).await?;
    Ok(())
}
