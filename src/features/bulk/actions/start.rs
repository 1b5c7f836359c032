//! Starting what was previewed: at once, or when a second admin has approved it.
use super::{event, go};
use crate::features::bulk::model::{Operation, State};
use crate::features::bulk::store::{self, freeze};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many rows the effect names.
const NAMED: i64 = 10;

/// Starts an operation that one admin may start alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartBulk {
    pub id: Uuid,
    /// What happens to the rows, in the kind's words.
    pub effect: String,
}

/// Starts an operation that destroys, or reaches many rows: it takes a second admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartSeconded {
    pub id: Uuid,
    pub effect: String,
    /// What approving it takes.
    pub approval: Permission,
    pub why: Why,
}

impl Action for StartBulk {
    const NAME: &'static str = "bulk.start";
    const EVENT: &'static str = "admin_bulk_started";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        start(tx, actor, (self.id, &self.effect), false).await
    }
}

impl Action for StartSeconded {
    const NAME: &'static str = "bulk.start_seconded";
    const EVENT: &'static str = "admin_bulk_approved";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::SecondAdmin;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        start(tx, actor, (self.id, &self.effect), true).await
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

async fn start(tx: &mut Tx, actor: &Actor, (id, effect): (Uuid, &str), seconded: bool) -> Result<Applied<String>> {
    let before = store::lock(tx, id).await?;
    before.must_be(&[State::Draft])?;
    let refuse = |why: &'static str| Err(Error::Conflict(why.into()));
    if actor.id() != Some(before.created_by) {
        return refuse("Somebody else has previewed it: preview it yourself first.");
    }
    if before.is_old && !seconded {
        return refuse("This preview is older than a day: preview it again.");
    }
    if before.needs_second != seconded {
        return refuse("This operation takes a second admin.");
    }
    if before.planned == 0 {
        return refuse("There is nothing to do.");
    }
    let after = store::run(tx, id).await?;
    go(tx, actor, &after).await?;
    let applied = Applied::to(Target::of(&after), after.label.clone()).change(Change::updated(&before, &after)?).event(event(&after));
    let effects = effects(tx, &after, effect).await?;
    Ok(effects.into_iter().fold(applied, Applied::effect))
}

/// What it does with the rows that were frozen.
async fn effects(tx: &mut Tx, operation: &Operation, effect: &str) -> Result<Vec<Effect>> {
    let mut does = Effect::count(effect, operation.planned);
    if operation.list == "users" {
        let sample = freeze::sample(tx, operation.id, NAMED).await?;
        does.some = sample.into_iter().map(|(id, label)| Target::new("user", id, label)).collect();
    }
    let left = freeze::left(tx, operation.id).await?.into_iter();
    let left = left.map(|(why, count)| Effect::count(format!("are left out: {}", why.trim_end_matches('.').to_lowercase()), count));
    Ok(std::iter::once(does).chain(left).collect())
}

/// A form with nothing to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}
