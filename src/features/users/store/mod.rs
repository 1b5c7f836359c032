//! Every SQL statement about users: one user here, lists and panels beside.
mod bounds;
pub mod bulk;
pub mod crowd;
pub mod dataset;
pub mod doings;
pub mod list;
pub mod made;
pub mod money;
pub mod tags;
pub mod told;

use super::model::{Note, Profile, Status, Tier, User, UserRole};
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

struct Row {
    id: Uuid,
    email: String,
    name: String,
    tier: String,
    status: String,
    status_reason: Option<String>,
    role: String,
    country: Option<String>,
    locale: String,
    time_zone: String,
    created_at: Timestamp,
    last_active_at: Timestamp,
    status_changed_at: Option<jiff_sqlx::Timestamp>,
    marketing_consent: bool,
    view_as_refused: bool,
    payment_failing: bool,
    training_failing: bool,
}

impl TryFrom<Row> for User {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            tier: Tier::try_from(row.tier)?,
            status: Status::try_from(row.status)?,
            status_reason: row.status_reason,
            role: UserRole::try_from(row.role)?,
            profile: Profile {
                country: row.country,
                locale: row.locale,
                time_zone: row.time_zone,
                created_at: row.created_at,
                last_active_at: row.last_active_at,
                status_changed_at: row.status_changed_at.map(jiff_sqlx::Timestamp::to_jiff),
                marketing_consent: row.marketing_consent,
                view_as_refused: row.view_as_refused,
                payment_failing: row.payment_failing,
                training_failing: row.training_failing,
            },
        })
    }
}

/// One user.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<User> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, email, name, tier, status, status_reason, role, country, locale, time_zone, created_at, last_active_at,
             status_changed_at, marketing_consent, view_as_refused, payment_failing, training_failing
           from platform.users where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?;
    row.ok_or_else(|| Error::no("user"))?.try_into()
}

/// One user, locked against others until the transaction ends.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<User> {
    let locked = sqlx::query!("select from platform.users where id = $1 for no key update", id).fetch_optional(&mut **tx).await?;
    locked.ok_or_else(|| Error::no("user"))?;
    find(&mut **tx, id).await
}

/// Gives a user another status, with the reason.
pub async fn set_status(tx: &mut Tx, id: Uuid, status: Status, reason: Option<&str>) -> Result<User> {
    sqlx::query!(
        "update platform.users set status = $2, status_reason = $3, status_changed_at = now(), version = version + 1 where id = $1",
        id,
        status.code(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    find(&mut **tx, id).await
}

/// Gives a user another tier.
pub async fn set_tier(tx: &mut Tx, id: Uuid, tier: Tier) -> Result<User> {
    sqlx::query!("update platform.users set tier = $2, version = version + 1 where id = $1", id, tier.code()).execute(&mut **tx).await?;
    find(&mut **tx, id).await
}

/// Gives a user another role.
pub async fn set_role(tx: &mut Tx, id: Uuid, role: UserRole) -> Result<User> {
    sqlx::query!("update platform.users set role = $2, version = version + 1 where id = $1", id, role.code()).execute(&mut **tx).await?;
    find(&mut **tx, id).await
}

/// How many sessions of a user are open.
pub async fn open_sessions(db: impl PgExecutor<'_>, id: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from platform.user_sessions where user_id = $1"#, id).fetch_one(db).await?)
}

/// How many generations and workflows of a user are waiting or running.
pub async fn open_work(db: impl PgExecutor<'_>, id: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select (select count(*) from platform.generation_jobs where user_id = $1 and status in ('queued', 'running'))
                + (select count(*) from platform.workflow_jobs where user_id = $1 and status in ('pending', 'running')) as "count!""#,
        id
    )
    .fetch_one(db)
    .await?)
}

/// Ends a user's sessions; returns how many.
pub async fn end_sessions(tx: &mut Tx, id: Uuid) -> Result<i64> {
    let ended = sqlx::query!("delete from platform.user_sessions where user_id = $1", id).execute(&mut **tx).await?;
    Ok(i64::try_from(ended.rows_affected()).unwrap_or(i64::MAX))
}

/// Whether a running subscription pays for the user's tier, and for which.
pub async fn paid_tier(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Tier>> {
    let tier = sqlx::query_scalar!("select tier from platform.subscriptions where user_id = $1 and status <> 'lapsed'", id)
        .fetch_optional(db)
        .await?;
    tier.map(Tier::try_from).transpose()
}

/// Tells a user something in their inbox.
pub async fn tell(tx: &mut Tx, user: Uuid, title: &str, body: &str) -> Result<()> {
    sqlx::query!(
        "insert into platform.notifications (id, user_id, kind, title, body) values ($1, $2, 'account', $3, $4)",
        crate::kernel::id::new(),
        user,
        title,
        body
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a note down.
pub async fn add_note(tx: &mut Tx, user: Uuid, admin: Uuid, note: &Note) -> Result<()> {
    sqlx::query!("insert into backlot.user_notes (id, user_id, admin_id, body) values ($1, $2, $3, $4)", note.id, user, admin, note.body)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
