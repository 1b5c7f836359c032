//! The users that flags are about.
use crate::kernel::{Result, Tier};
use sqlx::PgConnection;
use uuid::Uuid;

/// A user, as far as flags are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub tier: Tier,
}

/// The users with these ids, in no order.
///
/// # Errors
/// When the database cannot answer.
pub async fn by_ids(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Named>> {
    let rows = sqlx::query!("select id, name, email, tier from platform.users where id = any ($1)", ids).fetch_all(db).await?;
    rows.into_iter().map(|row| Ok(Named { id: row.id, name: row.name, email: row.email, tier: Tier::try_from(row.tier)? })).collect()
}

/// The user that an id or an e-mail address names, if it names one.
///
/// # Errors
/// When the database cannot answer.
pub async fn named(db: &mut PgConnection, text: &str) -> Result<Option<Named>> {
    let rows = sqlx::query!(
        "select id, name, email, tier from platform.users where id = $1 or email_key = lower($2) limit 2",
        Uuid::try_parse(text).ok(),
        text
    );
    let mut rows = rows.fetch_all(db).await?;
    let only = if rows.len() == 1 { rows.pop() } else { None };
    only.map(|row| Ok(Named { id: row.id, name: row.name, email: row.email, tier: Tier::try_from(row.tier)? })).transpose()
}

/// The ids that many ids and addresses name; those that name nobody, or several, are returned as they are.
///
/// # Errors
/// When the database cannot answer.
pub async fn all_named(db: &mut PgConnection, texts: &[String]) -> Result<(Vec<Uuid>, Vec<String>)> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    let rows = sqlx::query!(
        r#"select w.text as "text!", min(u.id::text) as id, count(u.id) as "count!" from unnest($1::text[]) with ordinality as w (text, at)
           left join platform.users u on u.email_key = lower(w.text) or u.id::text = lower(w.text)
           group by w.text, w.at order by w.at"#,
        texts
    );
    for row in rows.fetch_all(db).await? {
        match row.id.as_deref().map(Uuid::try_parse) {
            Some(Ok(id)) if row.count == 1 => found.push(id),
            _ => unknown.push(row.text),
        }
    }
    Ok((found, unknown))
}
