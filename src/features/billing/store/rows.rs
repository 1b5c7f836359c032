//! An operation, as its row has it.
use super::payments::mode;
use crate::features::billing::model::operation::{Claim, Kind, Operation, Outcome, Purpose, ReasonCode, SettledBy, State};
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

struct Row {
    id: Uuid,
    kind: String,
    purpose: String,
    user_id: Uuid,
    subscription_id: Option<Uuid>,
    payment_id: Option<Uuid>,
    mandate_id: Option<Uuid>,
    gateway_mode: String,
    reference: String,
    amount_minor: i64,
    currency: String,
    state: String,
    plan: Value,
    reason_code: Option<String>,
    note: Option<String>,
    ticket: Option<String>,
    requested_by: Option<Uuid>,
    requested_at: Timestamp,
    approve_until: Option<jiff_sqlx::Timestamp>,
    decided_by: Option<Uuid>,
    decided_at: Option<jiff_sqlx::Timestamp>,
    sent_at: Option<jiff_sqlx::Timestamp>,
    tries: i32,
    gateway_ref: Option<i64>,
    code: Option<String>,
    answer: Option<String>,
    next_look_at: Option<jiff_sqlx::Timestamp>,
    looks: i32,
    link: Option<String>,
    link_until: Option<jiff_sqlx::Timestamp>,
    settled_at: Option<jiff_sqlx::Timestamp>,
    settled_by: Option<String>,
    claimed_by: Option<Uuid>,
    claimed_outcome: Option<String>,
    claimed_evidence: Option<String>,
    claimed_ref: Option<i64>,
    claimed_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn claim(&self) -> Result<Option<Claim>> {
        let (Some(by), Some(outcome), Some(at)) = (self.claimed_by, self.claimed_outcome.clone(), self.claimed_at) else { return Ok(None) };
        let evidence = self.claimed_evidence.clone().unwrap_or_default();
        Ok(Some(Claim { by, outcome: Outcome::try_from(outcome)?, evidence, number: self.claimed_ref, at: at.to_jiff() }))
    }
}

impl TryFrom<Row> for Operation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let time = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        let claim = row.claim()?;
        Ok(Self {
            id: row.id,
            kind: Kind::try_from(row.kind)?,
            purpose: Purpose::try_from(row.purpose)?,
            user: row.user_id,
            subscription: row.subscription_id,
            payment: row.payment_id,
            mandate: row.mandate_id,
            mode: mode(&row.gateway_mode)?,
            reference: row.reference,
            minor: row.amount_minor,
            currency: row.currency,
            state: State::try_from(row.state)?,
            plan: serde_json::from_value(row.plan)?,
            reason_code: row.reason_code.map(ReasonCode::try_from).transpose()?,
            note: row.note,
            ticket: row.ticket,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            approve_until: time(row.approve_until),
            decided_by: row.decided_by,
            decided_at: time(row.decided_at),
            sent_at: time(row.sent_at),
            tries: row.tries,
            gateway_ref: row.gateway_ref,
            code: row.code,
            answer: row.answer,
            next_look_at: time(row.next_look_at),
            looks: row.looks,
            link: row.link,
            link_until: time(row.link_until),
            settled_at: time(row.settled_at),
            settled_by: row.settled_by.map(SettledBy::try_from).transpose()?,
            claim,
        })
    }
}

/// One operation.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Operation> {
    let row = sqlx::query_as!(
        Row,
        "select id, kind, purpose, user_id, subscription_id, payment_id, mandate_id, gateway_mode, reference, amount_minor, currency, state,
           plan, reason_code, note, ticket, requested_by, requested_at, approve_until, decided_by, decided_at, sent_at, tries, gateway_ref,
           code, answer, next_look_at, looks, link, link_until, settled_at, settled_by, claimed_by, claimed_outcome, claimed_evidence,
           claimed_ref, claimed_at
         from backlot.billing_operations where id = $1",
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("billing operation"))?.try_into()
}

/// One operation, locked against others until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Operation> {
    let locked =
        sqlx::query!("select from backlot.billing_operations where id = $1 for no key update", id).fetch_optional(&mut *db).await?;
    locked.ok_or_else(|| Error::no("billing operation"))?;
    find(db, id).await
}
