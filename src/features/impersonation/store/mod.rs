//! The SQL of grants; what a view shows is beside it.
pub mod account;
pub mod studio;

use super::model::{Grant, MINUTES, Over, Subject, Summary};
use crate::kernel::{Error, Result, Tx, Why};
use crate::web::viewing::SEEN;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Whom somebody wants to view the platform as.
///
/// # Errors
/// `NotFound`.
pub async fn subject(db: impl PgExecutor<'_>, user: Uuid) -> Result<Subject> {
    sqlx::query_as!(
        Subject,
        r#"select u.id, u.name, u.email, u.status = 'deleted' as "is_deleted!", u.view_as_refused as refuses,
             exists (select from backlot.admins a where lower(a.email) = lower(u.email) and a.status <> 'deleted') as "is_staff!"
           from platform.users u where u.id = $1"#,
        user
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::no("user"))
}

/// Writes down the end of this admin's views that are over already; what is left stands.
pub async fn close_void(tx: &mut Tx, admin: Uuid) -> Result<Option<String>> {
    sqlx::query!(
        "update backlot.view_grants g set ended_at = now(), ended_why = backlot.view_is_void(g.id)
         where admin_id = $1 and ended_at is null and backlot.view_is_void(g.id) is not null",
        admin
    )
    .execute(&mut **tx)
    .await?;
    Ok(sqlx::query_scalar!("select user_email from backlot.view_grants where admin_id = $1 and ended_at is null", admin)
        .fetch_optional(&mut **tx)
        .await?)
}

/// A new grant: its id, its token's hash, and the session that it belongs to.
pub struct NewGrant<'a> {
    pub id: Uuid,
    pub token_hash: &'a [u8],
    pub admin: Uuid,
    pub session: &'a [u8],
}

pub async fn grant(tx: &mut Tx, new: NewGrant<'_>, subject: &Subject, why: &Why) -> Result<Grant> {
    let audit_id = tx.audit_id();
    let row = sqlx::query!(
        r#"insert into backlot.view_grants (id, token_hash, admin_id, session_hash, user_id, user_name, user_email, reason,
             ticket, audit_id, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(mins => $11))
           returning started_at as "started_at: jiff_sqlx::Timestamp", expires_at as "expires_at: jiff_sqlx::Timestamp""#,
        new.id,
        new.token_hash,
        new.admin,
        new.session,
        subject.id,
        subject.called(),
        subject.email,
        why.reason.as_deref().unwrap_or_default(),
        why.ticket.as_deref(),
        audit_id,
        MINUTES,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Grant {
        id: new.id,
        user_id: subject.id,
        user: subject.called().to_owned(),
        audit_id,
        started_at: row.started_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        ended_at: None,
        ended_why: None,
    })
}

/// A grant, locked; and why it is over, if it is without anybody having written it down.
///
/// # Errors
/// `NotFound`.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<(Grant, Option<Over>)> {
    let row = sqlx::query!(
        r#"select g.user_id, g.audit_id, g.started_at as "started_at: jiff_sqlx::Timestamp", g.expires_at as "expires_at: jiff_sqlx::Timestamp",
             g.ended_at as "ended_at: jiff_sqlx::Timestamp", g.ended_why, g.user_name, backlot.view_is_void(g.id) as void
           from backlot.view_grants g where g.id = $1 for update"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::no("view"))?;
    let grant = Grant {
        id,
        user_id: row.user_id,
        user: row.user_name,
        audit_id: row.audit_id,
        started_at: row.started_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        ended_at: row.ended_at.map(|at| at.to_jiff()),
        ended_why: row.ended_why.map(Over::try_from).transpose()?,
    };
    Ok((grant, row.void.map(Over::try_from).transpose()?))
}

pub async fn end(tx: &mut Tx, before: &Grant, why: Over) -> Result<Grant> {
    // A view that nobody ended was over when its time was, not when somebody came round to writing it down.
    let ended = sqlx::query_scalar!(
        r#"update backlot.view_grants set ended_at = least(now(), expires_at), ended_why = $2 where id = $1
           returning ended_at as "at!: jiff_sqlx::Timestamp""#,
        before.id,
        why.code()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Grant { ended_at: Some(ended.to_jiff()), ended_why: Some(why), ..before.clone() })
}

/// Views that are over and whose end nobody wrote down.
pub async fn unwritten(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    let unwritten =
        sqlx::query_scalar!("select id from backlot.view_grants g where ended_at is null and backlot.view_is_void(g.id) is not null");
    Ok(unwritten.fetch_all(db).await?)
}

/// How this admin's latest view went.
pub async fn summary(db: &mut PgConnection, admin: Uuid) -> Result<Option<Summary>> {
    let last = sqlx::query!(
        r#"select g.user_id, g.audit_id, g.ended_why, g.user_name,
             extract(epoch from least(coalesce(g.ended_at, now()), g.expires_at) - g.started_at)::bigint as "seconds!"
           from backlot.view_grants g where g.admin_id = $1 order by g.started_at desc limit 1"#,
        admin
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(last) = last else { return Ok(None) };
    let pages = pages(db, last.user_id, last.audit_id).await?;
    let ended_why = last.ended_why.map(Over::try_from).transpose()?;
    Ok(Some(Summary { user_id: last.user_id, user: last.user_name, audit_id: last.audit_id, seconds: last.seconds, ended_why, pages }))
}

/// The pages that were seen in a view, by its first audit entry, and how often each.
pub async fn pages(db: &mut PgConnection, user: Uuid, began: Uuid) -> Result<Vec<(String, i64)>> {
    let pages = sqlx::query!(
        r#"select target_id as "path!", count(*) as "times!" from backlot.audit_log
           where view_as = $1 and cause = $2 and action = $3 group by target_id order by min(at)"#,
        user,
        began,
        SEEN
    );
    Ok(pages.fetch_all(db).await?.into_iter().map(|row| (row.path, row.times)).collect())
}

/// A grant that stands.
pub struct Standing {
    pub user_id: Uuid,
    pub admin_id: Uuid,
    pub expires_at: jiff::Timestamp,
}

/// The grant, if it stands.
pub async fn standing(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Standing>> {
    Ok(sqlx::query_as!(
        Standing,
        r#"select user_id, admin_id, expires_at as "expires_at: jiff_sqlx::Timestamp" from backlot.view_grants g
           where id = $1 and backlot.view_is_void(g.id) is null"#,
        id
    )
    .fetch_optional(db)
    .await?)
}
