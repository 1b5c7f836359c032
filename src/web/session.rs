//! The session row behind the cookie: ended sessions stay ended, and the row never holds the cookie's value.
mod former;
mod row;

pub use former::former_owner;

use super::viewing::View;
use crate::kernel::{Lines, Role, secret};
use async_trait::async_trait;
use row::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionManagerLayer, SessionStore};
use uuid::Uuid;

/// Minutes without a request after which a session ends (the persona's rule).
pub const IDLE_MINUTES: i32 = 30;
/// Hours after which a session ends, however busy (OWASP ASVS 5.0, 7.3.2).
pub const LONGEST_HOURS: i32 = 12;

const SIGNED: &str = "signed";
const OPENED: &str = "opened";

/// Who the session belongs to, as the database sees it now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signed {
    pub admin_id: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub stage: Stage,
    pub fresh: bool,
    /// Seconds until it ends, however busy it is.
    pub longest_left: i32,
    /// It is time to write down that it was used.
    pub due: bool,
    pub theme: String,
    pub time_zone: String,
    pub shortcuts: bool,
    pub id_hash: Vec<u8>,
    /// Microseconds: together with the admin's id, what a form's proof is bound to.
    pub started: i64,
    /// As whom they look at the platform.
    pub view: Option<View>,
    /// How many alerts are open, for the navigation.
    #[serde(default)]
    pub open_alerts: i64,
}

impl Signed {
    /// What a form's proof is bound to: this sign-in, across changes of the session's id.
    pub fn bond(&self) -> Vec<u8> {
        let mut bond = self.admin_id.as_bytes().to_vec();
        bond.extend_from_slice(&self.started.to_be_bytes());
        bond
    }
}

crate::codes! {
    /// How far somebody has come in.
    pub enum Stage {
        /// The password was right; a second factor is due.
        Password = "password" / "password accepted",
        /// The password was right; a second factor must be set up first.
        Enrol = "enrol" / "second factor to be set up",
        Full = "full" / "signed in",
    }
}

/// Sessions in `backlot.sessions`.
#[derive(Clone, Debug)]
pub struct Store {
    door: PgPool,
    lines: Lines,
}

/// The layer that finds a request's session by its cookie.
pub fn layer(door: PgPool, lines: Lines, secure: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store { door, lines })
        .with_name(if secure { "__Host-backlot" } else { "backlot" })
        .with_secure(secure)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
}

/// A new id, and what the database knows it by.
pub fn new_id() -> crate::kernel::Result<(Id, Vec<u8>)> {
    let id = Id(i128::from_be_bytes(secret::random()?));
    Ok((id, hash(&id)))
}

fn hash(id: &Id) -> Vec<u8> {
    secret::sha256(&id.0.to_be_bytes())
}

/// Who is signed in with this session, if anybody.
///
/// # Errors
/// When the database cannot be asked.
pub async fn signed(session: &tower_sessions::Session) -> crate::kernel::Result<Option<Signed>> {
    session.get(SIGNED).await.map_err(refused)
}

/// Hands the cookie over to a row that an action has just made.
///
/// # Errors
/// When the old row cannot be ended.
pub async fn hand_over(session: &tower_sessions::Session, id: Id) -> crate::kernel::Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(refused)?;
    session.insert(OPENED, id.to_string()).await.map_err(refused)
}

/// Our own error for one of the session layer.
pub fn refused(error: tower_sessions::session::Error) -> crate::kernel::Error {
    match error {
        tower_sessions::session::Error::Store(Error::Backend(text)) => crate::kernel::Error::Unavailable(text),
        other => crate::kernel::Error::internal(other),
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn own_data(record: &Record) -> Value {
    let own = record.data.iter().filter(|(name, _)| name.as_str() != SIGNED && name.as_str() != OPENED);
    Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[async_trait]
impl SessionStore for Store {
    /// Rows are made by the action that signs somebody in, with its audit entry; here the cookie only takes over its id.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let opened = record.data.remove(OPENED).ok_or_else(|| backend("a session is only made by signing in"))?;
        record.id = opened.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| backend("a session was opened without its id"))?;
        // What the action left for the next page, such as where they wanted to go, stays.
        sqlx::query!(
            "update backlot.sessions set data = data || $2 where id_hash = $1 and ended_at is null",
            hash(&record.id),
            own_data(record)
        )
        .execute(&self.door)
        .await
        .map_err(backend)?;
        Ok(())
    }

    /// Never brings back a session that has ended meanwhile. What an action did is done by now: a sentence for the next page that
    /// cannot be kept is no reason to answer as if it were not.
    async fn save(&self, record: &Record) -> Result<()> {
        let saved = sqlx::query!(
            "update backlot.sessions set data = $2 where id_hash = $1 and ended_at is null",
            hash(&record.id),
            own_data(record)
        );
        if let Err(error) = saved.execute(&self.door).await {
            tracing::warn!(%error, "what a session keeps for the next page could not be written");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let id_hash = hash(id);
        let mut line = self.lines.take().await.map_err(backend)?;
        let row = Row::find(&mut line, &id_hash).await.map_err(backend)?;
        line.keep();
        row.map(|row| row.record(*id, id_hash)).transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query!(
            "update backlot.sessions set ended_at = now(), ended_why = coalesce(ended_why, 'replaced') where id_hash = $1 and ended_at is null",
            hash(id)
        )
        .execute(&self.door)
        .await
        .map_err(backend)?;
        Ok(())
    }
}

/// Writes down that the session was used.
///
/// # Errors
/// When the database cannot be reached.
pub async fn touch(door: &PgPool, id_hash: &[u8]) -> crate::kernel::Result<()> {
    sqlx::query!("update backlot.sessions set last_seen_at = now() where id_hash = $1 and ended_at is null", id_hash).execute(door).await?;
    Ok(())
}
