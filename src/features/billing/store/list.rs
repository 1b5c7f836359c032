//! The list of subscriptions: just the filters that are set, a page by its first row, and a count that stops early.
use crate::features::billing::filter::{Filter, Next, Sort};
use crate::features::billing::model::Status;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Result, Tier};
use crate::web::list::{Total, day_begins, day_ends};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A subscription in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub user: (Uuid, String, String),
    pub tier: Tier,
    pub status: Status,
    pub period_end: Timestamp,
    pub grace_until: Option<Timestamp>,
    pub next_charge_at: Option<Timestamp>,
    pub failed_charges: i32,
    pub price_minor: i64,
    pub currency: String,
    pub pending_tier: Option<Tier>,
    pub is_cancelled: bool,
    pub is_discounted: bool,
    pub card: Option<String>,
}

const COLUMNS: &str = "select s.id, s.user_id, u.name, u.email, s.tier, s.status, s.period_end, s.grace_until, s.next_charge_at, \
     s.failed_charges, s.price_minor, s.currency::text as currency, s.pending_tier, s.cancelled_at is not null as is_cancelled, \
     s.is_discounted, \
     s.card_brand || ' ' || s.card_last4 as card from platform.subscriptions s join platform.users u on u.id = s.user_id";

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name).map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
        let decode = |error: crate::kernel::Error| sqlx::Error::Decode(error.into());
        let pending: Option<String> = row.try_get("pending_tier")?;
        Ok(Self {
            id: row.try_get("id")?,
            user: (row.try_get("user_id")?, row.try_get("name")?, row.try_get("email")?),
            tier: Tier::try_from(row.try_get::<String, _>("tier")?).map_err(decode)?,
            status: Status::try_from(row.try_get::<String, _>("status")?).map_err(decode)?,
            period_end: row.try_get::<jiff_sqlx::Timestamp, _>("period_end")?.to_jiff(),
            grace_until: time("grace_until")?,
            next_charge_at: time("next_charge_at")?,
            failed_charges: row.try_get("failed_charges")?,
            price_minor: row.try_get("price_minor")?,
            currency: row.try_get("currency")?,
            pending_tier: pending.map(Tier::try_from).transpose().map_err(decode)?,
            is_cancelled: row.try_get("is_cancelled")?,
            is_discounted: row.try_get("is_discounted")?,
            card: row.try_get("card")?,
        })
    }
}

/// A filter, with the user that it names.
pub struct Narrowed<'a> {
    pub filter: &'a Filter,
    /// The outer is whether a user was asked for, the inner whether there is one.
    pub user: Option<Option<Uuid>>,
    pub zone: &'a TimeZone,
}

impl<'a> Narrowed<'a> {
    /// Finds the user, by an e-mail address or an id.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn of(db: &mut PgConnection, filter: &'a Filter, zone: &'a TimeZone) -> Result<Self> {
        let user = match filter.user() {
            None => None,
            Some(text) => Some(match Uuid::try_parse(text) {
                Ok(id) => Some(id),
                Err(_) => sqlx::query_scalar!("select id from platform.users where email_key = lower($1)", text).fetch_optional(db).await?,
            }),
        };
        Ok(Self { filter, user, zone })
    }

    /// Adds its conditions to a list over `platform.subscriptions s`.
    pub fn narrow(&self, list: &mut Listing) {
        let filter = self.filter;
        match filter.status {
            Some(status) => list.and_word("s.status = ", status.code()),
            None if self.user.is_some() => list,
            None => list.and("s.status <> 'lapsed'"),
        };
        if let Some(tier) = filter.tier {
            list.and_word("s.tier = ", tier.code());
        }
        if let Some(Some(user)) = self.user {
            list.and_bind("s.user_id = ", user);
        }
        match filter.next {
            Some(Next::Change) => list.and("s.pending_tier is not null"),
            Some(Next::Discounted) => list.and("s.is_discounted"),
            None => list,
        };
        let bounds = [
            ("s.period_end >= ", filter.from.and_then(|day| day_begins(day, self.zone))),
            ("s.period_end < ", filter.to.and_then(|day| day_ends(day, self.zone))),
        ];
        for (condition, at) in bounds {
            if let Some(at) = at {
                list.and_bind(condition, jiff_sqlx::Timestamp::from(at));
            }
        }
    }
}

/// A page of the list.
///
/// # Errors
/// When the database cannot answer.
pub async fn page(db: &mut PgConnection, asked: &Narrowed<'_>) -> Result<Page<Listed>> {
    if asked.user == Some(None) {
        return Ok(Page::cut(Vec::new(), None, |_: &Listed| String::new()));
    }
    let mut list = Listing::new(COLUMNS);
    asked.narrow(&mut list);
    let (sort, cursor) = (asked.filter.order(), asked.filter.cursor());
    let way = cursor.map(|(way, _)| way);
    if let Some((way, cursor)) = cursor
        && let Some(at) = moment(cursor.at)
    {
        let down = (sort == Sort::Latest) == (way == Way::After);
        let condition = match (sort, down) {
            (Sort::Grace, true) => "(s.grace_until, s.id) < (",
            (Sort::Grace, false) => "(s.grace_until, s.id) > (",
            (_, true) => "(s.period_end, s.id) < (",
            (_, false) => "(s.period_end, s.id) > (",
        };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(cursor.id).push(")");
    }
    let (up, down) = match sort {
        Sort::Grace => (" order by s.grace_until, s.id", " order by s.grace_until desc, s.id desc"),
        _ => (" order by s.period_end, s.id", " order by s.period_end desc, s.id desc"),
    };
    let (forwards, backwards) = if sort == Sort::Latest { (down, up) } else { (up, down) };
    let rows = list.page(db, Order { forwards, backwards, way }).await?;
    let at = |row: &Listed| if sort == Sort::Grace { row.grace_until.unwrap_or(row.period_end) } else { row.period_end };
    Ok(Page::cut(rows, way, |row: &Listed| encode(&Cursor { at: at(row).as_microsecond(), id: row.id })))
}

/// How many there are: exactly, up to 10,000.
///
/// # Errors
/// When the database cannot answer.
pub async fn total(db: &mut PgConnection, asked: &Narrowed<'_>) -> Result<Total> {
    if asked.user == Some(None) {
        return Ok(Total::Exact(0));
    }
    let mut list = Listing::new("select count(*) from (select from platform.subscriptions s");
    asked.narrow(&mut list);
    Ok(Total::capped(list.capped_count(db).await?))
}

/// How many of a tier are in a status, and what they pay in a month.
pub struct Tally {
    pub tier: Tier,
    pub status: Status,
    pub currency: String,
    pub count: i64,
    pub minor: i64,
}

/// All that run, by tier, status and currency; read from an index alone.
///
/// # Errors
/// When the database cannot answer.
pub async fn totals(db: &mut PgConnection) -> Result<Vec<Tally>> {
    let rows = sqlx::query!(
        r#"select tier, status, currency::text as "currency!", count(*) as "count!", coalesce(sum(price_minor), 0)::bigint as "minor!"
           from platform.subscriptions where status <> 'lapsed' group by tier, status, currency order by 3, 1, 2"#
    );
    let tally = |tier: String, status: String, currency, count, minor| {
        Ok(Tally { tier: Tier::try_from(tier)?, status: Status::try_from(status)?, currency, count, minor })
    };
    rows.fetch_all(db).await?.into_iter().map(|row| tally(row.tier, row.status, row.currency, row.count, row.minor)).collect()
}
