//! Notices, one by one and as a list.
use super::hear::Verdict;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Audited, Error, Result};
use crate::web::list::Total;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

/// A notice of the gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub mode: String,
    #[serde(skip)]
    pub form: String,
    #[serde(skip)]
    pub body: String,
    #[serde(skip)]
    pub times: i32,
    #[serde(skip)]
    pub received_at: Timestamp,
    pub verdict: Verdict,
    pub why: Option<String>,
    #[serde(skip)]
    pub operation: Option<Uuid>,
    pub reference: Option<String>,
    #[serde(skip)]
    pub gateway_ref: Option<i64>,
    #[serde(skip)]
    pub direction: Option<String>,
    #[serde(skip)]
    pub state: Option<String>,
    #[serde(skip)]
    pub amount_minor: Option<i64>,
    #[serde(skip)]
    pub currency: Option<String>,
    #[serde(skip)]
    pub dismissed_why: Option<String>,
}

impl Audited for Notice {
    const KIND: &'static str = "gateway_notice";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("Notice about {}", self.reference.as_deref().filter(|text| !text.is_empty()).unwrap_or("nothing known"))
    }
}

const COLUMNS: &str = "select n.id, n.gateway_mode, n.form, left(n.body, 4000) as body, n.times, n.received_at, n.verdict, n.why, n.operation_id, \
     n.reference, n.gateway_ref, n.direction, n.state, n.amount_minor, n.currency, n.dismissed_why from backlot.gateway_notices n";

impl FromRow<'_, PgRow> for Notice {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let decode = |error: Error| sqlx::Error::Decode(error.into());
        Ok(Self {
            id: row.try_get("id")?,
            mode: row.try_get("gateway_mode")?,
            form: row.try_get("form")?,
            body: row.try_get("body")?,
            times: row.try_get("times")?,
            received_at: row.try_get::<jiff_sqlx::Timestamp, _>("received_at")?.to_jiff(),
            verdict: Verdict::try_from(row.try_get::<String, _>("verdict")?).map_err(decode)?,
            why: row.try_get("why")?,
            operation: row.try_get("operation_id")?,
            reference: row.try_get("reference")?,
            gateway_ref: row.try_get("gateway_ref")?,
            direction: row.try_get("direction")?,
            state: row.try_get("state")?,
            amount_minor: row.try_get("amount_minor")?,
            currency: row.try_get("currency")?,
            dismissed_why: row.try_get("dismissed_why")?,
        })
    }
}

/// One notice.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Notice> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("n.id = ", id);
    let found: Vec<Notice> = list.all(db).await?;
    found.into_iter().next().ok_or_else(|| Error::no("notice"))
}

/// One notice, locked against others until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Notice> {
    let locked = sqlx::query!("select from backlot.gateway_notices where id = $1 for no key update", id).fetch_optional(&mut *db).await?;
    locked.ok_or_else(|| Error::no("notice"))?;
    find(db, id).await
}

/// Puts one away.
pub async fn dismiss(db: &mut PgConnection, id: Uuid, by: Option<Uuid>, why: &str) -> Result<()> {
    sqlx::query!(
        "update backlot.gateway_notices set verdict = 'dismissed', dismissed_by = $2, dismissed_why = $3 where id = $1",
        id,
        by,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Those about an operation, the newest first.
pub async fn of(db: &mut PgConnection, operation: Uuid) -> Result<Vec<Notice>> {
    let mut list = Listing::new(COLUMNS);
    list.and_bind("n.operation_id = ", operation).push(" order by n.received_at desc limit 40");
    list.all(db).await
}

/// A page of the list, newest first, of one verdict or of all.
pub async fn page(db: &mut PgConnection, verdict: Option<Verdict>, cursor: Option<(Way, Cursor)>) -> Result<Page<Notice>> {
    let mut list = Listing::new(COLUMNS);
    if let Some(verdict) = verdict {
        list.and_word("n.verdict = ", verdict.code());
    }
    let way = cursor.map(|(way, _)| way);
    if let Some((way, cursor)) = cursor
        && let Some(at) = moment(cursor.at)
    {
        let condition = if way == Way::After { "(n.received_at, n.id) < (" } else { "(n.received_at, n.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(cursor.id).push(")");
    }
    let order = Order { forwards: " order by n.received_at desc, n.id desc", backwards: " order by n.received_at, n.id", way };
    let rows = list.page(db, order).await?;
    Ok(Page::cut(rows, way, |row: &Notice| encode(&Cursor { at: row.received_at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
pub async fn total(db: &mut PgConnection, verdict: Option<Verdict>) -> Result<Total> {
    let mut list = Listing::new("select count(*) from (select from backlot.gateway_notices n");
    if let Some(verdict) = verdict {
        list.and_word("n.verdict = ", verdict.code());
    }
    Ok(Total::capped(list.capped_count(db).await?))
}
