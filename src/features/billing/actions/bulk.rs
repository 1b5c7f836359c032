//! What can be done with many customers at once. Money and subscriptions always take a second admin.
use super::cancel::{CancelSubscription, Ending};
use super::credits::{AdjustCredits, granted};
use super::whole;
use crate::features::billing::model::CancelReason;
use crate::features::billing::model::operation::ReasonCode;
use crate::features::billing::store::credits::{self, Granted};
use crate::features::billing::store::{bulk as store, subscriptions, tell};
use crate::kernel::batch::{Record, one};
use crate::kernel::{Actor, Error, Invalid, Permission, Result, Target, Tx};
use crate::web::bulk::{BulkKind, Frozen, Order, Outcome, Way, told};
use crate::web::pairs::Pairs;
use crate::web::parts::Field;
use crate::web::show::number;
use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most credits that each of many gets.
const MOST: i64 = 10_000;

/// What the list of users offers.
pub const KINDS: &[BulkKind] = &[
    BulkKind {
        name: "credits.adjust",
        label: "Grant credits",
        effect: "get the credits, and a message that says so",
        list: "users",
        what: ("user", "users"),
        approval: Permission::BillingAct,
        destroys: true,
        fields: credit_fields,
        parse: parse_credits,
        words: |params| format!("Grant {} credits to", number(amount(params))),
        rows: store::to_grant,
        way: &Grant,
        batch: 100,
    },
    BulkKind {
        name: "subscriptions.cancel",
        label: "Cancel subscriptions",
        effect: "are not charged again: their subscription ends with its period",
        list: "users",
        what: ("user", "users"),
        approval: Permission::BillingAct,
        destroys: true,
        fields: cancel_fields,
        parse: parse_cause,
        words: |_| "Cancel the subscriptions of".to_owned(),
        rows: store::to_cancel,
        way: &Cancel,
        batch: 20,
    },
];

fn credit_fields() -> Vec<Field> {
    let causes = std::iter::once(("", "Choose why")).chain(ReasonCode::choices());
    vec![Field::new("text", "credits", "Credits for each").hint("Up to 10,000."), Field::new("select", "cause", "Cause").choices(causes)]
}

fn cancel_fields() -> Vec<Field> {
    let causes = std::iter::once(("", "Choose why they leave")).chain(CancelReason::choices());
    vec![Field::new("select", "cause", "Cause").choices(causes)]
}

fn parse_credits(pairs: &Pairs) -> Result<Value, Invalid> {
    let credits = whole("credits", pairs.get("credits"), 1, MOST, "credits")?;
    let cause = pairs.get("cause").and_then(|code| ReasonCode::try_from(code.to_owned()).ok());
    let cause = cause.ok_or_else(|| Invalid::field("cause", "Choose why."))?;
    Ok(json!({ "credits": credits, "cause": cause }))
}

fn parse_cause(pairs: &Pairs) -> Result<Value, Invalid> {
    let cause = pairs.get("cause").and_then(|code| CancelReason::try_from(code.to_owned()).ok());
    cause.map(|cause| json!({ "cause": cause })).ok_or_else(|| Invalid::field("cause", "Choose why they leave."))
}

fn amount(params: &Value) -> i64 {
    params.get("credits").and_then(Value::as_i64).unwrap_or_default()
}

fn cause<T: serde::de::DeserializeOwned>(params: &Value) -> Option<T> {
    params.get("cause").and_then(|cause| serde_json::from_value(cause.clone()).ok())
}

struct Grant;
struct Cancel;

#[async_trait]
impl Way for Grant {
    async fn batch(&self, tx: &mut Tx, _: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let (credits, about) = (amount(&order.params), cause(&order.params).unwrap_or(ReasonCode::Other));
        let mut outcomes = Vec::new();
        for (id, label, is_deleted) in store::lock(tx, &ids).await? {
            if is_deleted {
                outcomes.push((id, Outcome::Skipped("They are deleted.".into())));
                continue;
            }
            let before = credits::balance(tx, id).await?;
            // What it stands for names operation and user: booked twice, the ledger would refuse it.
            let cause = format!("bulk:{}:{id}", order.operation);
            let booking =
                Granted { user: id, operation: None, cause, signed: credits, kind: "adjustment", about: about.label(), payment: None };
            credits::grant(tx, &booking).await?;
            let body = format!("{} credits were added to your balance.", number(credits));
            tell::tell(tx, id, "info", "You got credits", &body).await?;
            let change = granted(id, &label, (before, before + credits))?;
            let event = json!({ "action": "grant_credits", "user_id": id, "amount": credits });
            let record = Record::like::<AdjustCredits>(Target::new("user", id, label), &order.why, change, event);
            outcomes.push((id, Outcome::Done(Box::new(record))));
        }
        Ok(outcomes)
    }
}

#[async_trait]
impl Way for Cancel {
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let cause = cause(&order.params).unwrap_or(CancelReason::Other);
        let mut outcomes = Vec::new();
        for row in rows {
            // Held, so that it is still so when it is cancelled.
            let now = match subscriptions::lock(tx, row.id).await {
                Ok(running) => running.status.code(),
                Err(Error::Conflict(why)) => {
                    outcomes.push((row.id, Outcome::Skipped(why.into_owned())));
                    continue;
                }
                Err(error) => return Err(error),
            };
            if now != row.was {
                outcomes.push((row.id, Outcome::Skipped(format!("Changed meanwhile: {} then, {now} now.", row.was))));
                continue;
            }
            let action = CancelSubscription { user: row.id, ending: Ending::Period, cause, why: order.why.clone() };
            outcomes.push((row.id, told(one(tx, actor, action).await?)));
        }
        Ok(outcomes)
    }
}
