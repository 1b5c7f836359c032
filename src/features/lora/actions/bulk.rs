//! What can be done with many models at once: each by its own action, a few in a transaction.
use super::{DeleteModel, RetryTraining};
use crate::features::lora::model::Model;
use crate::features::lora::store::{bulk as store, change};
use crate::kernel::batch::{Record, one};
use crate::kernel::{Action, Actor, Error, Permission, Result, Tx};
use crate::web::bulk::{BulkKind, Frozen, Order, Outcome, Way, no_params, nothing, told};
use crate::web::parts::Field;
use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

/// What the list of models offers.
pub const KINDS: &[BulkKind] = &[
    BulkKind {
        name: "lora.retry",
        label: "Train again",
        effect: "are trained again, as they were",
        list: "lora",
        what: ("model", "models"),
        approval: Permission::BulkRun,
        destroys: false,
        fields: refund_field,
        parse: |pairs| Ok(json!({ "refunds": pairs.get("refunds").is_some() })),
        words: |_| "Train again:".to_owned(),
        rows: store::to_retry,
        way: &Retry,
        batch: 20,
    },
    BulkKind {
        name: "lora.delete",
        label: "Delete",
        effect: "are deleted: they vanish at once, and their files after seven days",
        list: "lora",
        what: ("model", "models"),
        approval: Permission::BulkRun,
        destroys: true,
        fields: nothing,
        parse: no_params,
        words: |_| "Delete".to_owned(),
        rows: store::to_delete,
        way: &Delete,
        batch: 20,
    },
];

fn refund_field() -> Vec<Field> {
    vec![Field::new("check", "refunds", "Give back the credits of the failed attempts").optional()]
}

struct Retry;
struct Delete;

#[async_trait]
impl Way for Retry {
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let refunds = order.params.get("refunds").and_then(Value::as_bool).unwrap_or_default();
        let mut outcomes = Vec::new();
        for row in rows {
            let Some(model) = there(tx, row.id).await? else { continue };
            let action = RetryTraining {
                id: row.id,
                version: model.version,
                config: model.config.clone(),
                anyway: false,
                refunds,
                why: order.why.clone(),
            };
            outcomes.push((row.id, told(same(tx, actor, row, (model.status.code(), action)).await?)));
        }
        Ok(outcomes)
    }
}

#[async_trait]
impl Way for Delete {
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>> {
        let mut outcomes = Vec::new();
        for row in rows {
            let Some(model) = there(tx, row.id).await? else { continue };
            let action = DeleteModel { id: row.id, why: order.why.clone() };
            outcomes.push((row.id, told(same(tx, actor, row, (model.status.code(), action)).await?)));
        }
        Ok(outcomes)
    }
}

/// The model, held; nothing, if it is gone.
async fn there(tx: &mut Tx, id: Uuid) -> Result<Option<Model>> {
    match change::lock(tx, id).await {
        Ok(model) => Ok(Some(model)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does it, if the model is still as it was seen.
async fn same<A: Action>(tx: &mut Tx, actor: &Actor, row: &Frozen, (now, action): (&str, A)) -> Result<Result<Record, String>> {
    if row.was != now {
        return Ok(Err(format!("Changed meanwhile: {} then, {now} now.", row.was)));
    }
    one(tx, actor, action).await
}
