//! Payment links: who gets one, how long it is good, and what it says.
use super::{steps, tell};
use crate::features::billing::model::operation::{Operation, State};
use crate::gateways::finby::Payer;
use crate::kernel::{Error, Result};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a link is good, in days.
pub const DAYS: i32 = 7;

/// Who pays, as the card scheme wants to know it, and the language of the page.
pub async fn customer(db: &mut PgConnection, user: Uuid) -> Result<(Payer, String)> {
    let row = sqlx::query!("select name, email, country, locale from platform.users where id = $1", user).fetch_optional(db).await?;
    let row = row.ok_or_else(|| Error::no("user"))?;
    let language = row.locale.get(..2).unwrap_or("en").to_ascii_lowercase();
    Ok((Payer { name: row.name, email: row.email, country: row.country.unwrap_or_default(), ..Payer::default() }, language))
}

/// The link is there: the customer gets it by mail, and until it ends we wait for them.
pub async fn sent(db: &mut PgConnection, operation: &Operation, page: &str) -> Result<()> {
    let answer = "The customer was sent a link to pay.";
    steps::heard(db, operation.id, &steps::Heard { state: State::Waiting, number: None, code: None, answer, look_in: None }).await?;
    let until = sqlx::query_scalar!(
        r#"update backlot.billing_operations set link = $2, link_until = now() + make_interval(days => $3) where id = $1
           returning link_until as "until!""#,
        operation.id,
        page,
        DAYS
    );
    let until = until.fetch_one(&mut *db).await?.to_jiff().strftime("%Y-%m-%d").to_string();
    let amount = operation.amount();
    let inbox =
        format!("We need you to confirm a payment of {amount}. The link is in the mail that we sent you; it is good until {until}.");
    tell::note(db, operation.user, "warning", "Please confirm your payment", &inbox).await?;
    let letter = format!(
        "We need you to confirm a payment of {amount}, with this card or another one. Please pay here until {until}:\n\n{page}\n\n\
         With it you agree that later periods of your plan are charged to that card, until you cancel."
    );
    tell::mail(db, operation.user, "Please confirm your payment", &letter).await
}

/// Links whose time is over and that nobody has paid by.
pub async fn over(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.billing_operations where state = 'waiting' and kind = 'link' and link_until < now() order by requested_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}
