//! Deleting a model: it vanishes at once, and its files after seven days.
use super::{must_be_there, stop};
use crate::features::lora::jobs::Purge;
use crate::features::lora::model::{Model, RESTORABLE_DAYS};
use crate::features::lora::store::{change, panels};
use crate::jobs::NewJob;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// Deletes a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteModel {
    pub id: Uuid,
    pub why: Why,
}

impl Action for DeleteModel {
    const NAME: &'static str = "lora.delete";
    const EVENT: &'static str = "admin_lora_deleted";
    const PERMISSION: Permission = Permission::LoraDelete;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Typed;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = change::lock(tx, self.id).await?;
        must_be_there(&before)?;
        let mut effects = what_goes(tx, &before).await?;
        if let Some(attempt) = change::active(tx, self.id).await? {
            effects.push(stop(tx, actor, &attempt).await?);
        }
        let after = change::delete(tx, self.id, actor.id(), self.why.reason.as_deref()).await?;
        purge_later(tx, actor, self.id).await?;
        let event = json!({ "model_id": self.id, "status": before.status });
        let applied = Applied::to(Target::of(&after), after.label()).change(Change::updated(&before, &after)?).event(event);
        Ok(effects.into_iter().fold(applied, Applied::effect))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// What goes with it, and when.
async fn what_goes(tx: &mut Tx, model: &Model) -> Result<Vec<Effect>> {
    let images = panels::tally(tx, model.id).await?;
    let (files, bytes) = model.file.as_ref().map_or((0, 0), |file| (1, file.bytes));
    let drawing = change::open_generations(tx, model).await?;
    let size = crate::web::show::number((bytes + images.bytes).div_euclid(1_000_000));
    let mut effects = vec![
        Effect::count("file of weights is removed in seven days", files),
        Effect::count(format!("training images are removed in seven days; all files together have {size} MB"), images.count),
    ];
    if let Some(character) = &model.character {
        effects.push(Effect::count(format!("character has no model any more: {}", character.name), 1));
    }
    if drawing > 0 {
        effects.push(Effect::count("generations that wait or run draw with it and will fail", drawing));
    }
    Ok(effects)
}

/// A minute later than it may come back, so that no clock is in doubt.
async fn purge_later(tx: &mut Tx, actor: &Actor, model: Uuid) -> Result<()> {
    let pause = Duration::from_secs(u64::try_from(RESTORABLE_DAYS).unwrap_or(7) * 86_400 + 60);
    let mut job = NewJob::of(&Purge { model })?.after(pause).cause(tx.audit_id());
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await?;
    Ok(())
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteFields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl DeleteFields {
    /// The action that was asked for.
    pub fn parse(&self, id: Uuid) -> Result<DeleteModel, Invalid> {
        Ok(DeleteModel { id, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
