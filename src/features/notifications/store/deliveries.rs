//! Bringing it to people: what may be done next, a piece of inboxes at a time, and the list of deliveries.
use crate::features::notifications::filter::Deliveries;
use crate::features::notifications::model::{Channel, Delivery};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Page, Way, encode};
use crate::kernel::{Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// How far the sending is, for whoever goes on with it.
pub struct Stand {
    pub frozen_to: Option<Uuid>,
    pub is_frozen: bool,
    pub is_in_inboxes: bool,
    pub people: i64,
}

/// How far it is, if it is still this run that sends. Holds off whoever would pause or cancel it until this step is committed.
pub async fn stand(db: &mut PgConnection, notification: Uuid, run: i32) -> Result<Option<Stand>> {
    let held =
        sqlx::query!("select from backlot.notifications where id = $1 and state = 'sending' and run = $2 for share", notification, run);
    if held.fetch_optional(&mut *db).await?.is_none() {
        return Ok(None);
    }
    let stand = sqlx::query!(
        r#"select frozen_to, frozen_at is not null as "is_frozen!", inbox_at is not null as "is_in_inboxes!", people
           from backlot.notification_progress where notification_id = $1 for update"#,
        notification
    );
    let stand = stand.fetch_one(db).await?;
    Ok(Some(Stand { frozen_to: stand.frozen_to, is_frozen: stand.is_frozen, is_in_inboxes: stand.is_in_inboxes, people: stand.people }))
}

/// Puts it into the next so many inboxes; whether there may be more.
pub async fn inboxes(db: &mut PgConnection, notification: Uuid, kind: &str, size: i64) -> Result<bool> {
    let more = sqlx::query_scalar!(
        r#"with batch as materialized (
             select d.id, d.user_id from backlot.notification_deliveries d
             where d.notification_id = $1 and d.channel = 'in_app'
               and d.user_id > coalesce((select inbox_to from backlot.notification_progress where notification_id = $1),
                 '00000000-0000-0000-0000-000000000000')
             order by d.user_id limit $3),
           put as (
             insert into platform.notifications (id, user_id, kind, title, body, severity, action_label, action_url, broadcast_id)
             select b.id, b.user_id, $2, n.title, n.plain, n.severity, n.link_label, n.link_url, n.id
             from batch b, backlot.notifications n where n.id = $1 order by b.user_id)
           update backlot.notification_progress p
           set inbox_sent = inbox_sent + (select count(*) from batch), worked_at = clock_timestamp(),
             inbox_to = coalesce((select user_id from batch order by user_id desc limit 1), inbox_to),
             inbox_at = case when (select count(*) from batch) < $3 then clock_timestamp() end
           where p.notification_id = $1 returning inbox_at is null as "more!""#,
        notification,
        kind,
        size
    );
    Ok(more.fetch_one(db).await?)
}

/// A delivery in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub user_id: Uuid,
    pub name: String,
    pub email: String,
    pub state: Delivery,
    pub at: Option<Timestamp>,
    pub read_at: Option<Timestamp>,
    pub attempts: i16,
    pub unsure: i16,
    pub detail: Option<String>,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name).map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
        let state = Delivery::try_from(row.try_get::<String, _>("state")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            user_id: row.try_get("user_id")?,
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            state,
            at: time("at")?,
            read_at: time("read_at")?,
            attempts: row.try_get("attempts")?,
            unsure: row.try_get("unsure")?,
            detail: row.try_get("detail")?,
        })
    }
}

const INBOXES: &str = "select d.user_id, coalesce(u.name, '') as name, coalesce(u.email, '') as email, \
    case when d.user_id <= p.inbox_to then 'sent' else 'queued' end as state, i.created_at as at, i.read_at, \
    d.attempts, d.unsure, d.detail from backlot.notification_progress p \
    join backlot.notification_deliveries d on d.notification_id = p.notification_id \
    left join platform.users u on u.id = d.user_id left join platform.notifications i on i.id = d.id";
const LETTERS: &str = "select d.user_id, coalesce(u.name, '') as name, coalesce(u.email, '') as email, d.state, d.at, \
    null::timestamptz as read_at, d.attempts, d.unsure, coalesce(d.detail, d.reason) as detail \
    from backlot.notification_deliveries d left join platform.users u on u.id = d.user_id";
const COUNTED: &str = "select count(*) from (select from backlot.notification_deliveries d \
    join backlot.notification_progress p on p.notification_id = d.notification_id";

fn narrow(list: &mut Listing, notification: Uuid, (channel, filter): (Channel, &Deliveries)) {
    list.and_bind("d.notification_id = ", notification);
    list.and_word("d.channel = ", channel.code());
    match (channel, filter.state) {
        (Channel::Email, Some(state)) => drop(list.and_word("d.state = ", state.code())),
        (Channel::InApp, Some(Delivery::Sent)) => drop(list.and("d.user_id <= p.inbox_to")),
        (Channel::InApp, Some(Delivery::Queued)) => drop(list.and("(p.inbox_to is null or d.user_id > p.inbox_to)")),
        (Channel::InApp, Some(_)) => drop(list.and("false")),
        (_, None) => {}
    }
}

/// A page of the deliveries on a channel, in the order in which they are made.
pub async fn page(db: &mut PgConnection, notification: Uuid, (channel, filter): (Channel, &Deliveries)) -> Result<Page<Listed>> {
    let mut list = Listing::new(if channel == Channel::InApp { INBOXES } else { LETTERS });
    narrow(&mut list, notification, (channel, filter));
    let cursor = filter.cursor();
    if let Some((way, user)) = cursor {
        list.and_bind(if way == Way::After { "d.user_id > " } else { "d.user_id < " }, user);
    }
    let way = cursor.map(|(way, _)| way);
    let order = Order { forwards: " order by d.user_id", backwards: " order by d.user_id desc", way };
    let rows: Vec<Listed> = list.page(db, order).await?;
    Ok(Page::cut(rows, way, |row| encode(&row.user_id)))
}

/// How many there are, up to 10,000.
pub async fn total(db: &mut PgConnection, notification: Uuid, which: (Channel, &Deliveries)) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, notification, which);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// Whether it has recipients already.
pub async fn is_settled(db: &mut PgConnection, notification: Uuid) -> Result<bool> {
    let settled = sqlx::query_scalar!(
        r#"select frozen_to is not null or frozen_at is not null as "settled!" from backlot.notification_progress where notification_id = $1"#,
        notification
    );
    settled.fetch_optional(db).await?.ok_or_else(|| Error::no("notification"))
}
