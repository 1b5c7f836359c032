//! What the gateway told: once each, however often it is told; and what it is about.
use super::payments::find;
use super::rows;
use crate::codes;
use crate::features::billing::model::operation::Operation;
use crate::features::billing::model::payment::Payment;
use crate::gateways::finby::{Amount, Direction, Mode, Notice, State};
use crate::kernel::{Error, Result, id};
use crate::web::parts::Badge;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most forged ones of an hour that are kept: whoever sends more is counted, and fills no disk.
const FORGED: i64 = 200;

codes! {
    /// What became of a notice.
    pub enum Verdict {
        Waiting = "waiting" / "Waiting",
        Believed = "believed" / "Acted on",
        Stale = "stale" / "Nothing new",
        Quarantined = "quarantined" / "Quarantined",
        Forged = "forged" / "Forged",
        Dismissed = "dismissed" / "Dismissed",
    }
}

impl Verdict {
    /// Its badge.
    pub fn badge(self, why: &str) -> Badge {
        let tone = match self {
            Self::Waiting => "info",
            Self::Believed => "ok",
            Self::Quarantined => "warn",
            Self::Forged => "bad",
            Self::Stale | Self::Dismissed => "",
        };
        Badge::new(tone, self.label()).because(why)
    }
}

/// A message as it came, and what is made of it.
pub struct Message<'a> {
    pub mode: Mode,
    pub form: &'static str,
    /// Without what could be used to pay.
    pub body: &'a str,
    /// The same for each delivery of the same news.
    pub digest: &'a str,
    /// Nothing: it is not believed, for the reason that is given.
    pub notice: std::result::Result<&'a Notice, String>,
}

/// Keeps a message once. Returns its id while somebody must still look into it.
pub async fn keep(db: &mut PgConnection, message: &Message<'_>) -> Result<Option<Uuid>> {
    let notice = message.notice.as_ref().ok().copied();
    let verdict = if notice.is_some() { Verdict::Waiting } else { Verdict::Forged };
    if verdict == Verdict::Forged && forged_lately(db).await? >= FORGED {
        return Ok(None);
    }
    let row = sqlx::query!(
        "insert into backlot.gateway_notices (id, gateway_mode, digest, form, body, is_signed, verdict, why, reference, gateway_ref, direction,
           state, amount_minor, currency, handled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, case when $7 = 'forged' then now() end)
         on conflict (digest) do update set times = gateway_notices.times + 1
         returning id, verdict",
        id::new(),
        message.mode.code(),
        message.digest,
        message.form,
        message.body,
        notice.is_some(),
        verdict.code(),
        message.notice.as_ref().err(),
        notice.map(|notice| notice.reference.as_str()),
        notice.and_then(|notice| notice.payment),
        notice.map(|notice| direction(notice.direction)),
        notice.and_then(|notice| notice.state).map(word),
        notice.map(|notice| notice.amount.minor()),
        notice.map(|notice| notice.amount.currency().to_owned()),
    );
    let row = row.fetch_one(db).await?;
    Ok((row.verdict == Verdict::Waiting.code()).then_some(row.id))
}

async fn forged_lately(db: &mut PgConnection) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from backlot.gateway_notices where verdict = 'forged' and received_at > now() - interval '1 hour'"#
    );
    Ok(count.fetch_one(db).await?)
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Credit => "credit",
        Direction::Debit => "debit",
    }
}

/// A state in the gateway's word.
pub fn word(state: State) -> &'static str {
    match state {
        State::Pending => "Pending",
        State::Authorizing => "Authorizing",
        State::Authorized => "Authorized",
        State::Paid => "Paid",
        State::Rejected => "Rejected",
        State::Refunded => "Refunded",
        State::Chargebacked => "Chargebacked",
        State::RapidDisputeResolution => "RapidDisputeResolution",
    }
}

/// A notice that waits to be looked into.
pub struct Heard {
    pub mode: Mode,
    pub reference: String,
    pub number: Option<i64>,
    pub state: Option<State>,
    pub amount: Option<Amount>,
}

/// A notice, held; nothing when it was looked into already.
pub async fn hold(db: &mut PgConnection, notice: Uuid) -> Result<Option<Heard>> {
    let row = sqlx::query!(
        "select gateway_mode, reference, gateway_ref, state, amount_minor, currency from backlot.gateway_notices
         where id = $1 and verdict = 'waiting' for no key update",
        notice
    );
    let Some(row) = row.fetch_optional(db).await? else { return Ok(None) };
    Ok(Some(Heard {
        mode: super::payments::mode(&row.gateway_mode)?,
        reference: row.reference.unwrap_or_default(),
        number: row.gateway_ref,
        state: row.state.as_deref().and_then(State::parse),
        amount: row.amount_minor.zip(row.currency).and_then(|(minor, currency)| Amount::new(minor, &currency)),
    }))
}

/// Says what became of a notice.
pub async fn conclude(db: &mut PgConnection, notice: Uuid, verdict: Verdict, why: &str, operation: Option<Uuid>) -> Result<()> {
    sqlx::query!(
        "update backlot.gateway_notices set verdict = $2, why = $3, operation_id = $4, handled_at = now() where id = $1",
        notice,
        verdict.code(),
        why,
        operation
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The operation that a reference is of, locked.
pub async fn meant(db: &mut PgConnection, reference: &str) -> Result<Option<Operation>> {
    let found = sqlx::query_scalar!("select id from backlot.billing_operations where reference = $1", reference).fetch_optional(&mut *db);
    match found.await? {
        Some(id) => rows::lock(db, id).await.map(Some),
        None => Ok(None),
    }
}

/// The payment that has this number at the gateway.
pub async fn payment_numbered(db: &mut PgConnection, number: i64) -> Result<Option<Payment>> {
    let found = sqlx::query_scalar!("select id from platform.payments where gateway_ref = $1", number.to_string());
    match found.fetch_optional(&mut *db).await? {
        Some(id) => find(db, id).await.map(Some),
        None => Ok(None),
    }
}

/// Notices that nobody has looked into for a while: whatever should have done it was lost.
pub async fn late(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from backlot.gateway_notices where verdict = 'waiting' and received_at < now() - interval '1 minute'
         order by received_at limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// Nothing of this can be made out.
pub fn odd(why: &str) -> Error {
    Error::Conflict(why.to_owned().into())
}
