//! The users that a list names, and the admins that a step asks for.
use crate::kernel::{Permission, Result, Tx};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// The ids that many ids and addresses name, sorted; those that name nobody are returned as they are.
pub async fn named(db: &mut PgConnection, texts: &[String]) -> Result<(Vec<Uuid>, Vec<String>)> {
    let rows = sqlx::query!(
        r#"select w.text as "text!", u.id as "id?" from unnest($1::text[]) with ordinality as w (text, at)
           left join platform.users u on u.email_key = lower(w.text) order by w.at"#,
        texts
    );
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for row in rows.fetch_all(&mut *db).await? {
        match (row.id, Uuid::try_parse(&row.text)) {
            (Some(id), _) => found.push(id),
            (None, Ok(id)) => others.push((Some(id), row.text)),
            (None, Err(_)) => others.push((None, row.text)),
        }
    }
    let ids: Vec<Uuid> = others.iter().filter_map(|(id, _)| *id).collect();
    let known = sqlx::query_scalar!("select id from platform.users where id = any ($1)", &ids).fetch_all(db).await?;
    let unknown = others.into_iter().filter(|(id, _)| id.is_none_or(|id| !known.contains(&id))).map(|(_, text)| text).collect();
    found.extend(known);
    found.sort_unstable();
    found.dedup();
    Ok((found, unknown))
}

/// Writes down whom a list names, in place of whom it named before.
pub async fn replace(tx: &mut Tx, notification: Uuid, people: &[Uuid]) -> Result<()> {
    sqlx::query!("delete from backlot.notification_people where notification_id = $1", notification).execute(&mut **tx).await?;
    sqlx::query!("insert into backlot.notification_people (notification_id, user_id) select $1, unnest($2::uuid[])", notification, people)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The same list for another notification.
pub async fn copy(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into backlot.notification_people (notification_id, user_id)
         select $2, user_id from backlot.notification_people where notification_id = $1",
        from,
        to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many others could approve what this admin proposes.
pub async fn others_who_may(db: &mut PgConnection, admin: Option<Uuid>, permission: Permission) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from backlot.admins where status = 'active' and role = any ($2) and id is distinct from $1"#,
        admin,
        &permission.roles()
    )
    .fetch_one(db)
    .await?)
}

/// Whether an admin still is one who may.
pub async fn still_may(db: &mut PgConnection, admin: Uuid, permission: Permission) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from backlot.admins where id = $1 and status = 'active' and role = any ($2)) as "may!""#,
        admin,
        &permission.roles()
    )
    .fetch_one(db)
    .await?)
}

/// The most users of an alert that a form is filled with.
const OF_ALERT: i64 = 2_500;

/// The ids of those whom an alert hurts, a line each, as a form takes them.
pub async fn of_alert(db: impl PgExecutor<'_>, alert: Uuid) -> Result<String> {
    let ids =
        sqlx::query_scalar!("select user_id from backlot.alert_people where alert_id = $1 order by user_id limit $2", alert, OF_ALERT);
    let ids: Vec<String> = ids.fetch_all(db).await?.into_iter().map(|id: Uuid| id.to_string()).collect();
    Ok(ids.join("\n"))
}
