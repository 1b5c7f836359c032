//! What staff calls users among themselves.
use crate::kernel::{Result, Tx};
use sqlx::PgConnection;
use uuid::Uuid;

/// The most tags that a choice offers.
const MOST: i64 = 200;

/// A user's tags.
pub async fn of(db: &mut PgConnection, user: Uuid) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select tag from backlot.user_tags where user_id = $1 order by tag", user).fetch_all(db).await?)
}

/// The tags that there are. Each is one step along the index, however many users have it.
pub async fn all(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"with recursive tags as (
             (select tag from backlot.user_tags order by tag limit 1)
             union all
             select (select t.tag from backlot.user_tags t where t.tag > tags.tag order by t.tag limit 1) from tags where tags.tag is not null)
           select tag as "tag!" from tags where tag is not null limit $1"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// Adds a tag; whether it was not there yet.
pub async fn add(tx: &mut Tx, user: Uuid, tag: &str, by: Option<Uuid>) -> Result<bool> {
    Ok(!super::bulk::tag(tx, &[user], tag, by).await?.is_empty())
}

/// Takes a tag off; whether it was there.
pub async fn remove(tx: &mut Tx, user: Uuid, tag: &str) -> Result<bool> {
    let gone = sqlx::query!("delete from backlot.user_tags where user_id = $1 and tag = $2", user, tag);
    Ok(gone.execute(&mut **tx).await?.rows_affected() == 1)
}
