//! What an admin's page shows beside the account itself.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::types::ipnet::IpNet;
use uuid::Uuid;

/// Where somebody is signed in.
pub struct Session {
    pub stage: String,
    pub address: Option<IpNet>,
    pub agent: String,
    pub started_at: Timestamp,
    pub last_seen_at: Timestamp,
}

pub async fn sessions(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Session>> {
    Ok(sqlx::query_as!(
        Session,
        "select stage, address, agent, started_at, last_seen_at from backlot.sessions
         where admin_id = $1 and ended_at is null and last_seen_at > now() - interval '30 minutes'
         order by last_seen_at desc limit 20",
        admin
    )
    .fetch_all(db)
    .await?)
}

/// A passkey, by the name that its owner gave it.
pub struct Passkey {
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<jiff_sqlx::Timestamp>,
}

pub async fn passkeys(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Passkey>> {
    Ok(sqlx::query_as!(
        Passkey,
        "select name, created_at, last_used_at from backlot.passkeys where admin_id = $1 order by created_at, id limit 50",
        admin
    )
    .fetch_all(db)
    .await?)
}

/// When an account was made, by whom, and when its authenticator app was set up.
pub struct Story {
    pub created_at: Timestamp,
    pub invited_by: Option<String>,
    pub app_since: Option<jiff_sqlx::Timestamp>,
    pub last_sign_in_at: Option<jiff_sqlx::Timestamp>,
    pub status_changed_at: Option<jiff_sqlx::Timestamp>,
    pub time_zone: String,
}

pub async fn story(db: &mut PgConnection, admin: Uuid) -> Result<Option<Story>> {
    Ok(sqlx::query_as!(
        Story,
        r#"select a.created_at, m.name as "invited_by?", a.totp_confirmed_at as app_since, a.last_sign_in_at, a.status_changed_at, a.time_zone
           from backlot.admins a left join backlot.admins m on m.id = a.invited_by where a.id = $1"#,
        admin
    )
    .fetch_optional(db)
    .await?)
}

/// Something that an admin did, or that was done with their account.
pub struct Deed {
    pub id: Uuid,
    pub action: String,
    pub outcome: String,
    pub target: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

/// What they did.
pub async fn deeds(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Deed>> {
    Ok(sqlx::query_as!(
        Deed,
        "select id, action, outcome, target_label as target, actor_name as by, at from backlot.audit_log
         where actor_id = $1 order by at desc, seq desc limit 15",
        admin
    )
    .fetch_all(db)
    .await?)
}

/// What was done with their account.
pub async fn about(db: &mut PgConnection, admin: Uuid) -> Result<Vec<Deed>> {
    Ok(sqlx::query_as!(
        Deed,
        "select id, action, outcome, target_label as target, actor_name as by, at from backlot.audit_log
         where target_kind = 'admin' and target_id = $1::uuid::text order by at desc, seq desc limit 10",
        admin
    )
    .fetch_all(db)
    .await?)
}

/// A job that one of their changes asked for, and that has not ended.
pub struct OpenWork {
    pub id: Uuid,
    pub name: String,
    pub state: String,
    pub created_at: Timestamp,
}

pub async fn open_work(db: &mut PgConnection, admin: Uuid) -> Result<Vec<OpenWork>> {
    Ok(sqlx::query_as!(
        OpenWork,
        "select j.id, j.name, j.state, j.created_at from backlot.jobs j
         join backlot.audit_log l on l.id = j.cause
         where j.state in ('waiting', 'running', 'dead') and l.actor_id = $1
         order by j.created_at desc, j.id desc limit 10",
        admin
    )
    .fetch_all(db)
    .await?)
}
