//! A user's inbox, for the platform: what is in it, and what they did with it. It is the platform's own data, kept by its users: no
//! admin changes it here, so the audit log has nothing of it.
use crate::codes;
use crate::features::notifications::filter::{Inbox, Show};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, moment};
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, PgPool, Row as _};
use uuid::Uuid;

codes! {
    /// What a user did.
    pub enum Deed { Seen = "seen" / "Seen", Read = "read" / "Read", Archive = "archive" / "Archived" }
}

/// An item as the platform is told of it.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub id: Uuid,
    pub kind: String,
    pub severity: String,
    pub title: String,
    /// Plain text.
    pub body: String,
    /// The same in HTML, of `p ul ol li strong em code a br` only; null for what the platform itself has written.
    pub html: Option<String>,
    pub action: Option<Action>,
    pub created_at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub read_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
}

/// Where an item leads.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    pub label: String,
    pub url: String,
}

impl FromRow<'_, PgRow> for Item {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name).map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
        let action: (Option<String>, Option<String>) = (row.try_get("action_label")?, row.try_get("action_url")?);
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            severity: row.try_get("severity")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            html: row.try_get("html")?,
            action: action.0.zip(action.1).map(|(label, url)| Action { label, url }),
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            seen_at: time("seen_at")?,
            read_at: time("read_at")?,
            archived_at: time("archived_at")?,
        })
    }
}

const COLUMNS: &str = "select i.id, i.kind, i.severity, i.title, i.body, n.html, i.action_label, i.action_url, i.created_at, i.seen_at, \
     i.read_at, i.archived_at from platform.notifications i left join backlot.notifications n on n.id = i.broadcast_id";

/// Items, newest first: one more than a page of the kernel's size holds.
pub async fn page(db: &mut PgConnection, user: Uuid, asked: &Inbox) -> Result<Vec<Item>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("i.user_id = ", user);
    match asked.show.unwrap_or(Show::Inbox) {
        Show::Inbox => list.and("i.archived_at is null"),
        Show::Unread => list.and("i.read_at is null and i.archived_at is null"),
        Show::Archived => list.and("i.archived_at is not null"),
    };
    if let Some(Cursor { at, id }) = asked.cursor() {
        let at = moment(at).ok_or_else(|| Error::Malformed("This cursor was altered.".into()))?;
        list.and_bind("(i.created_at, i.id) < (", jiff_sqlx::Timestamp::from(at)).push(", ").bind(id).push(")");
    }
    const NEWEST: &str = " order by i.created_at desc, i.id desc";
    list.page(db, Order { forwards: NEWEST, backwards: NEWEST, way: None }).await
}

/// How many are neither read nor put away, counted no further than 1,000; whether there is such a user.
pub async fn unread(db: &mut PgConnection, user: Uuid) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select (select count(*) from (select from platform.notifications
             where user_id = $1 and read_at is null and archived_at is null limit 1000) n) as "count!"
           from platform.users where id = $1"#,
        user
    )
    .fetch_optional(db)
    .await?)
}

/// One item.
pub async fn item(db: &mut PgConnection, user: Uuid, id: Uuid) -> Result<Item> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("i.id = ", id).and_bind("i.user_id = ", user);
    let found: Vec<Item> = list.all(db).await?;
    found.into_iter().next().ok_or_else(|| Error::no("notification"))
}

/// Remembers what a user did with an item, once; what is read has been seen, and the numbers of its notification move with it.
pub async fn mark(db: &PgPool, user: Uuid, id: Uuid, deed: Deed) -> Result<()> {
    sqlx::query!(
        "with was as materialized (
           select id, broadcast_id, seen_at, read_at from platform.notifications where id = $2 and user_id = $1 for no key update),
         marked as (
           update platform.notifications i set seen_at = coalesce(i.seen_at, now()),
             read_at = case when $3 = 'read' then coalesce(i.read_at, now()) else i.read_at end,
             archived_at = case when $3 = 'archive' then coalesce(i.archived_at, now()) else i.archived_at end
           from was where i.id = was.id
             and (i.seen_at is null or ($3 = 'read' and i.read_at is null) or ($3 = 'archive' and i.archived_at is null))
           returning i.id, i.read_at is not null as is_read)
         insert into backlot.notification_reads as r (notification_id, shard, seen, read)
         select was.broadcast_id, abs(hashtext($1::uuid::text) % 16), (was.seen_at is null)::int, (was.read_at is null and marked.is_read)::int
         from was join marked on marked.id = was.id
         where was.broadcast_id is not null and (was.seen_at is null or (was.read_at is null and marked.is_read))
         on conflict (notification_id, shard) do update set seen = r.seen + excluded.seen, read = r.read + excluded.read",
        user,
        id,
        deed.code()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A user wants no more mail of a kind; whether they did until now.
pub async fn unsubscribe(db: &PgPool, user: Uuid, category: &str, notification: Uuid) -> Result<bool> {
    let news = sqlx::query_scalar!(
        r#"with set as (
             insert into platform.notification_preferences as p (user_id, category, email) select id, $2, false from platform.users where id = $1
             on conflict (user_id, category) do update set email = false, changed_at = now() where p.email returning 1),
           counted as (
             update backlot.notification_progress set unsubscribed = unsubscribed + 1
             where notification_id = $3 and exists (select from set) returning 1)
           select exists (select from set) as "news!" from (select count(*) from counted) c"#,
        user,
        category,
        notification
    );
    Ok(news.fetch_one(db).await?)
}

/// Whether a user still gets mail of a kind.
pub async fn gets_mail(db: &mut PgConnection, user: Uuid, category: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce((select email from platform.notification_preferences where user_id = $1 and category = $2), true) as "gets!""#,
        user,
        category
    )
    .fetch_one(db)
    .await?)
}
