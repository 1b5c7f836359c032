//! Whom an alert hurts: written down while it is open, so that they can be told later what it was.
use crate::features::alerts::filter::People;
use crate::features::alerts::model::Rule;
use crate::kernel::Result;
use crate::kernel::listing::{Listing, Order};
use crate::kernel::page::{Page, Way, encode};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// The most that are written down of one alert.
const MOST: i64 = 10_000;

macro_rules! hurt {
    ($who:literal, $alert:expr) => {
        sqlx::query!(
            "insert into backlot.alert_people (alert_id, user_id)
             select $1, who from (select distinct who from ("
                + $who
                + " limit $2) s) people where who is not null on conflict do nothing",
            $alert,
            MOST
        )
    };
}

/// Adds those whom it hurts by now: whose work failed from an hour before it fired.
pub async fn add(db: &mut PgConnection, rule: Rule, subject: &str, alert: Uuid) -> Result<()> {
    match (rule, subject) {
        (Rule::FailedTrainings, _) => hurt!(
            "select m.user_id as who from platform.lora_trainings t join platform.lora_models m on m.id = t.lora_model_id
             where t.status = 'failed' and t.finished_at > (select fired_at - interval '1 hour' from backlot.alerts where id = $1) order by t.finished_at desc",
            alert
        )
        .execute(db)
        .await?,
        (Rule::FailedWorkflows, _) => hurt!(
            "select user_id as who from platform.workflow_jobs
             where state = 'failed' and finished_at > (select fired_at - interval '1 hour' from backlot.alerts where id = $1) order by finished_at desc",
            alert
        )
        .execute(db)
        .await?,
        (Rule::FailedGenerations | Rule::ErrorSpike, _) => hurt!(
            "select user_id as who from platform.generation_jobs
             where status = 'failed' and finished_at > (select fired_at - interval '1 hour' from backlot.alerts where id = $1) order by finished_at desc",
            alert
        )
        .execute(db)
        .await?,
        (Rule::FailedPayments, _) => hurt!(
            "select user_id as who from platform.payments
             where status = 'failed' and settled_at > (select fired_at - interval '1 hour' from backlot.alerts where id = $1) order by settled_at desc",
            alert
        )
        .execute(db)
        .await?,
        (Rule::Billing, subject) => return money(db, subject, alert).await,
        _ => return Ok(()),
    };
    Ok(())
}

/// The same of money that does not add up.
async fn money(db: &mut PgConnection, subject: &str, alert: Uuid) -> Result<()> {
    match subject {
        "uncertain" => {
            hurt!(
                "select user_id as who from backlot.billing_operations
             where state = 'uncertain' and exists (select from backlot.alerts where id = $1) order by requested_at desc",
                alert
            )
            .execute(db)
            .await?
        }
        "charged_back" => {
            hurt!(
                "select user_id as who from platform.payments
             where charged_back_at > (select fired_at - interval '1 day' from backlot.alerts where id = $1) order by charged_back_at desc",
                alert
            )
            .execute(db)
            .await?
        }
        _ => return Ok(()),
    };
    Ok(())
}

/// A user whom it hurts.
#[derive(FromRow)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub tier: String,
    pub status: String,
}

/// A page of them.
pub async fn page(db: &mut PgConnection, alert: Uuid, asked: &People) -> Result<Page<Person>> {
    let mut list = Listing::new(
        "select u.id, u.email, u.name, u.tier, u.status from backlot.alert_people p join platform.users u on u.id = p.user_id",
    );
    list.and_bind("p.alert_id = ", alert);
    let from = asked.cursor();
    if let Some((way, id)) = from {
        list.and_bind(if way == Way::After { "p.user_id > " } else { "p.user_id < " }, id);
    }
    let order = Order { forwards: " order by p.user_id", backwards: " order by p.user_id desc", way: from.map(|(way, _)| way) };
    let rows: Vec<Person> = list.page(db, order).await?;
    Ok(Page::cut(rows, from.map(|(way, _)| way), |person| encode(&person.id)))
}

/// The first few.
pub async fn some(db: &mut PgConnection, alert: Uuid, most: i64) -> Result<Vec<Person>> {
    Ok(sqlx::query_as!(
        Person,
        "select u.id, u.email, u.name, u.tier, u.status from backlot.alert_people p join platform.users u on u.id = p.user_id
         where p.alert_id = $1 order by p.user_id limit $2",
        alert,
        most
    )
    .fetch_all(db)
    .await?)
}
