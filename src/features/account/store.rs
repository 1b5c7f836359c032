//! The SQL of an admin's own account.
pub mod passkeys;

use super::model::{Account, OpenSession, Own, Theme};
use crate::kernel::{Error, Result, Tx};
use crate::web::session::{IDLE_MINUTES, LONGEST_HOURS};
use jiff::Timestamp;
use sqlx::PgExecutor;
use sqlx::types::ipnet::IpNet;
use uuid::Uuid;

/// The account as it is, locked against others.
pub async fn lock(tx: &mut Tx, admin: Uuid) -> Result<Account> {
    let row = sqlx::query!(
        r#"select email, name, time_zone, theme, shortcuts, password_hash, totp_secret,
             (select count(*) from backlot.recovery_codes where admin_id = $1) as "codes!",
             (select max(created_at) from backlot.recovery_codes where admin_id = $1) as "codes_since: jiff_sqlx::Timestamp"
           from backlot.admins where id = $1 for update"#,
        admin
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::no("admin"))?;
    Ok(Account {
        id: admin,
        email: row.email,
        name: row.name,
        time_zone: row.time_zone,
        theme: Theme::try_from(row.theme)?,
        shortcuts: row.shortcuts,
        password: row.password_hash,
        second_factor: row.totp_secret,
        recovery_codes: row.codes,
        recovery_codes_since: row.codes_since.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Keeps the chosen colours.
pub async fn set_theme(tx: &mut Tx, admin: Uuid, theme: Theme) -> Result<()> {
    sqlx::query!("update backlot.admins set theme = $2 where id = $1", admin, theme.code()).execute(&mut **tx).await?;
    Ok(())
}

/// Keeps the time zone, and whether single keys do something.
pub async fn set_preferences(tx: &mut Tx, admin: Uuid, time_zone: &str, shortcuts: bool) -> Result<()> {
    sqlx::query!("update backlot.admins set time_zone = $2, shortcuts = $3 where id = $1", admin, time_zone, shortcuts)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps another name.
pub async fn set_name(tx: &mut Tx, admin: Uuid, name: &str) -> Result<()> {
    sqlx::query!("update backlot.admins set name = $2, version = version + 1 where id = $1", admin, name).execute(&mut **tx).await?;
    Ok(())
}

/// Keeps another password. A link that was sent to set one opens nothing from then on.
pub async fn set_password(tx: &mut Tx, admin: Uuid, password_hash: &str) -> Result<()> {
    sqlx::query!("update backlot.admins set password_hash = $2, version = version + 1 where id = $1", admin, password_hash)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("update backlot.admin_links set revoked_at = now() where admin_id = $1 and used_at is null and revoked_at is null", admin)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps another second factor's secret. A step that was used before does not become usable again.
pub async fn set_factor(tx: &mut Tx, admin: Uuid, sealed: &[u8], step: i64) -> Result<()> {
    sqlx::query!(
        "update backlot.admins set totp_secret = $2, totp_confirmed_at = now(), totp_last_step = greatest(totp_last_step, $3),
           version = version + 1 where id = $1",
        admin,
        sealed,
        step
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts a set of recovery codes in the place of all earlier ones.
pub async fn set_codes(tx: &mut Tx, admin: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    sqlx::query!("delete from backlot.recovery_codes where admin_id = $1", admin).execute(&mut **tx).await?;
    sqlx::query!("insert into backlot.recovery_codes (code_hash, admin_id) select unnest($2::bytea[]), $1", admin, hashes)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends one of an admin's sessions; `None` when it is not open.
pub async fn end_session(tx: &mut Tx, admin: Uuid, reference: &str) -> Result<Option<OpenSession>> {
    let ended = sqlx::query_as!(
        SessionRow,
        "update backlot.sessions set ended_at = now(), ended_why = 'ended by its owner'
         where admin_id = $1 and reference = $2 and stage = 'full' and ended_at is null
           and last_seen_at > now() - make_interval(mins => $3) and started_at > now() - make_interval(hours => $4)
         returning reference, agent, address, started_at, last_seen_at",
        admin,
        reference,
        IDLE_MINUTES,
        LONGEST_HOURS,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(ended.map(OpenSession::from))
}

/// Ends all of an admin's sessions but one, those half way in too; returns how many of them were still open.
pub async fn end_others(tx: &mut Tx, admin: Uuid, but: &[u8], why: &str) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"with ended as (
             update backlot.sessions set ended_at = now(), ended_why = $3 where admin_id = $1 and id_hash <> $2 and ended_at is null
             returning stage, last_seen_at, started_at
           )
           select count(*) as "open!" from ended where stage = 'full'
             and last_seen_at > now() - make_interval(mins => $4) and started_at > now() - make_interval(hours => $5)"#,
        admin,
        but,
        why,
        IDLE_MINUTES,
        LONGEST_HOURS,
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// What an admin sees of their own second factor and codes.
pub async fn own(db: impl PgExecutor<'_>, admin: Uuid) -> Result<Own> {
    let row = sqlx::query!(
        r#"select totp_confirmed_at as "factor_since: jiff_sqlx::Timestamp",
             (select count(*) from backlot.recovery_codes where admin_id = $1) as "codes!",
             (select max(created_at) from backlot.recovery_codes where admin_id = $1) as "codes_since: jiff_sqlx::Timestamp"
           from backlot.admins where id = $1"#,
        admin
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::no("admin"))?;
    let moment = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(Own { factor_since: moment(row.factor_since), codes: row.codes, codes_since: moment(row.codes_since) })
}

/// Whether an admin's codes are so new that they may still be on their way to them.
pub async fn codes_are_new(db: impl PgExecutor<'_>, admin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(created_at) > now() - interval '1 minute', false) as "new!" from backlot.recovery_codes where admin_id = $1"#,
        admin
    )
    .fetch_one(db)
    .await?)
}

/// An admin's open sessions, the last used first.
pub async fn sessions(db: impl PgExecutor<'_>, admin: Uuid) -> Result<Vec<OpenSession>> {
    let rows = sqlx::query_as!(
        SessionRow,
        "select reference, agent, address, started_at, last_seen_at from backlot.sessions
         where admin_id = $1 and stage = 'full' and ended_at is null
           and last_seen_at > now() - make_interval(mins => $2) and started_at > now() - make_interval(hours => $3)
         order by last_seen_at desc, reference limit 100",
        admin,
        IDLE_MINUTES,
        LONGEST_HOURS,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(OpenSession::from).collect())
}

struct SessionRow {
    reference: String,
    agent: String,
    address: Option<IpNet>,
    started_at: Timestamp,
    last_seen_at: Timestamp,
}

impl From<SessionRow> for OpenSession {
    fn from(row: SessionRow) -> Self {
        let address = row.address.map(|net| net.addr());
        Self { reference: row.reference, agent: row.agent, address, started_at: row.started_at, last_seen_at: row.last_seen_at }
    }
}
