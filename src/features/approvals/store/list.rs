//! The list: proposals of all features, and what notifications and billing decide by rules of their own, newest first.
use crate::codes;
use crate::features::approvals::filter::{Filter, Part};
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Cursor, Page, Way, encode, moment};
use crate::kernel::{Actor, Error, Permission, Result};
use crate::web::list::Total;
use crate::web::waiting::deciding;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row as _};
use uuid::Uuid;

codes! {
    /// Where it is decided.
    pub enum Source {
        Proposal = "proposal" / "Action",
        Notification = "notification" / "Notification",
        Billing = "billing" / "Billing",
    }
}

/// Something that waits for a second admin, or waited.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Uuid,
    pub source: Source,
    /// The proposal, the notification, or the operation.
    pub about: Uuid,
    pub at: Timestamp,
    pub until: Option<Timestamp>,
    pub action: String,
    pub label: String,
    /// An amount in minor units, and its currency.
    pub amount: Option<(i64, String)>,
    pub state: String,
    pub waits: bool,
    pub by: Option<String>,
    pub by_me: bool,
    pub decided_by: Option<String>,
    pub decided_at: Option<Timestamp>,
}

impl FromRow<'_, PgRow> for Listed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let time = |name: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name).map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
        let amount = row.try_get::<Option<i64>, _>("amount")?;
        Ok(Self {
            id: row.try_get("id")?,
            source: Source::try_from(row.try_get::<String, _>("source")?).map_err(|error| sqlx::Error::Decode(error.into()))?,
            about: row.try_get("about")?,
            at: row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff(),
            until: time("until")?,
            action: row.try_get("action")?,
            label: row.try_get("label")?,
            amount: amount.zip(row.try_get::<Option<String>, _>("currency")?),
            state: row.try_get("state")?,
            waits: row.try_get("waits")?,
            by: row.try_get("by")?,
            by_me: row.try_get("by_me")?,
            decided_by: row.try_get("decided")?,
            decided_at: time("decided_at")?,
        })
    }
}

const COLUMNS: &str = "select q.id, q.source, q.about, q.at, q.until, q.action, q.state, q.waits, q.decided_at, \
     coalesce(case q.source when 'proposal' then (select p.target_label from backlot.approvals p where p.id = q.about) \
       when 'notification' then (select n.title from backlot.notifications n where n.id = q.about) \
       else (select u.email from backlot.billing_operations o join platform.users u on u.id = o.user_id where o.id = q.about) end, '') as label, \
     case q.source when 'billing' then (select o.amount_minor from backlot.billing_operations o where o.id = q.about) end as amount, \
     case q.source when 'billing' then (select o.currency::text from backlot.billing_operations o where o.id = q.about) end as currency, \
     (select a.name from backlot.admins a where a.id = q.proposed_by) as by, \
     (select a.name from backlot.admins a where a.id = q.decided_by) as decided, q.proposed_by is not distinct from ";
const FROM: &str = " as by_me from backlot.approval_queue q";
const COUNTED: &str = "select count(*) from (select from backlot.approval_queue q";
const NEWEST: &str = " order by q.at desc, q.id desc";
const OLDEST: &str = " order by q.at, q.id";

/// The permissions of what an admin may decide about, and of what they may read.
fn permissions(actor: &Actor) -> (Vec<String>, Vec<String>) {
    let held = Permission::ALL.iter().filter(|one| actor.may(**one)).map(|one| one.code());
    (deciding(actor), held.collect())
}

fn narrow(list: &mut Listing, part: Part, actor: &Actor) {
    let (may, reads) = permissions(actor);
    match part {
        Part::Mine => {
            list.and("q.waits").and_bind("q.needs = any (", may).push(")").and_bind("q.proposed_by is distinct from ", actor.id());
        }
        Part::Others => {
            list.and("q.waits").and_bind("(q.proposed_by = ", actor.id()).push(" or (q.needs = any (").bind(reads);
            list.push(") and q.needs <> all (").bind(may).push(")))");
        }
        Part::Decided => {
            list.and("not q.waits").and_bind("(q.proposed_by = ", actor.id()).push(" or q.needs = any (").bind(reads).push("))");
        }
    }
}

/// A page of the list.
pub async fn page(db: &mut PgConnection, filter: &Filter, actor: &Actor) -> Result<Page<Listed>> {
    let cursor = filter.cursor();
    let mut list = Listing::new(COLUMNS);
    list.bind(actor.id()).push(FROM);
    narrow(&mut list, filter.part(), actor);
    if let Some((way, Cursor { at, id })) = cursor {
        let at = moment(at).ok_or_else(|| Error::Malformed("This page's address was altered.".into()))?;
        let condition = if way == Way::After { "(q.at, q.id) < (" } else { "(q.at, q.id) > (" };
        list.and_bind(condition, jiff_sqlx::Timestamp::from(at)).push(", ").bind(id).push(")");
    }
    let way = cursor.map(|(way, _)| way);
    let rows: Vec<Listed> = list.page(db, Order { forwards: NEWEST, backwards: OLDEST, way }).await?;
    Ok(Page::cut(rows, way, |row| encode(&Cursor { at: row.at.as_microsecond(), id: row.id })))
}

/// How many there are, up to 10,000.
pub async fn total(db: &mut PgConnection, part: Part, actor: &Actor) -> Result<Total> {
    let mut list = Listing::new(COUNTED);
    narrow(&mut list, part, actor);
    Ok(Total::capped(list.capped_count(db).await?))
}
