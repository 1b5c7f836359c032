//! Telling a customer: in their inbox at once, and by mail.
use crate::features::billing::jobs::Tell;
use crate::jobs::NewJob;
use crate::kernel::{Result, id};
use sqlx::PgConnection;
use uuid::Uuid;

/// Tells a customer of a change to what they pay, in the transaction of the change. `severity` is a word of the inbox: `info`,
/// `success`, `warning`, `critical`.
pub async fn tell(db: &mut PgConnection, user: Uuid, severity: &str, title: &str, body: &str) -> Result<()> {
    note(db, user, severity, title, body).await?;
    mail(db, user, title, body).await
}

/// Only in the inbox.
pub async fn note(db: &mut PgConnection, user: Uuid, severity: &str, title: &str, body: &str) -> Result<()> {
    sqlx::query!(
        "insert into platform.notifications (id, user_id, kind, title, body, severity) values ($1, $2, 'billing', $3, $4, $5)",
        id::new(),
        user,
        title,
        body,
        severity
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Only by mail: what must not lie in an inbox, such as a link to pay.
pub async fn mail(db: &mut PgConnection, user: Uuid, title: &str, body: &str) -> Result<()> {
    NewJob::of(&Tell { user, title: title.to_owned(), body: body.to_owned() })?.enqueue(db).await?;
    Ok(())
}

/// Where a customer gets mail.
pub async fn address(db: &mut PgConnection, user: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select email from platform.users where id = $1", user).fetch_optional(db).await?)
}
