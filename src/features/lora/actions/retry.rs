//! Retrying a failed training: another attempt, as it was or with other parameters.
use super::{enqueue, must_be_seen, must_be_there};
use crate::features::lora::jobs::Submit;
use crate::features::lora::model::{Attempt, Config, Model, Numbers, Status};
use crate::features::lora::store::{self, attempts, change, panels};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Steps of a model whose parameters do not say.
const STEPS: i32 = 1_000;

/// Trains a model again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryTraining {
    pub id: Uuid,
    /// The version that was looked at.
    pub version: i32,
    /// All parameters of the attempt.
    pub config: Map<String, Value>,
    /// Also where another attempt should fail in the same way.
    pub anyway: bool,
    /// Whether the credits of the failed attempt go back, as the settings say.
    pub refunds: bool,
    pub why: Why,
}

impl Action for RetryTraining {
    const NAME: &'static str = "lora.retry";
    const EVENT: &'static str = "admin_lora_retried";
    const PERMISSION: Permission = Permission::LoraAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = i32;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i32>> {
        let before = change::lock(tx, self.id).await?;
        self.may(&before)?;
        let images = panels::tally(tx, self.id).await?;
        if images.count == 0 {
            return Err(Error::Conflict("The training images are gone: there is nothing to learn from.".into()));
        }
        let last = attempts::of(tx, self.id).await?.into_iter().next();
        let total_steps = Config(self.config.clone()).steps().unwrap_or(STEPS);
        let next = change::Next {
            model: &before,
            after: last.as_ref(),
            config: &self.config,
            total_steps,
            by: actor.id(),
            reason: self.why.reason.as_deref(),
        };
        let training = change::begin(tx, &next).await?;
        let number = last.as_ref().map_or(1, |last| last.number + 1);
        let refund = self.refund(tx, &before, last.as_ref()).await?;
        enqueue(tx, actor, &Submit { training }, format!("lora.submit:{training}")).await?;
        let after = store::find(tx, self.id).await?;
        let applied = Applied::to(Target::of(&after), number)
            .change(Change::updated(&before, &after)?)
            .effect(Effect::count("images are trained on", images.count))
            .event(json!({ "model_id": self.id, "attempt": number, "error_class": before.failure.map(|failure| failure.class) }));
        Ok(refund.into_iter().fold(applied, Applied::effect))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl RetryTraining {
    fn may(&self, model: &Model) -> Result<()> {
        must_be_there(model)?;
        if model.status != Status::Failed {
            return Err(Error::Conflict(
                format!("Its training has not failed: the model is {}.", model.status.label().to_lowercase()).into(),
            ));
        }
        must_be_seen(model, self.version)?;
        match model.failure.as_ref().and_then(|failure| failure.class.objection()) {
            Some(objection) if !self.anyway => Err(Error::field("anyway", objection)),
            _ => Ok(()),
        }
    }

    async fn refund(&self, tx: &mut Tx, model: &Model, last: Option<&Attempt>) -> Result<Option<Effect>> {
        let Some(last) = last.filter(|last| self.refunds && last.unrefunded() > 0) else { return Ok(None) };
        change::refund(tx, model, last).await?;
        Ok(Some(Effect::count("credits of the failed attempt go back to the user", i64::from(last.unrefunded()))))
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryFields {
    pub version: Option<i32>,
    pub rank: Option<String>,
    pub alpha: Option<String>,
    pub learning_rate: Option<String>,
    pub steps: Option<String>,
    pub resolution: Option<String>,
    pub optimizer: Option<String>,
    pub seed: Option<String>,
    pub anyway: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

/// What the settings say of retries.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub refunds: bool,
    pub most_steps: i64,
}

impl RetryFields {
    /// The parameters as they were typed.
    pub fn numbers(&self) -> Numbers {
        Numbers {
            rank: self.rank.clone(),
            alpha: self.alpha.clone(),
            learning_rate: self.learning_rate.clone(),
            steps: self.steps.clone(),
            resolution: self.resolution.clone(),
            optimizer: self.optimizer.clone(),
            seed: self.seed.clone(),
        }
    }

    /// The action that was asked for, about a model as it is now; everything that is wrong is said together.
    pub fn parse(&self, model: &Model, terms: Terms) -> Result<RetryTraining, Invalid> {
        let anyway = self.anyway.is_some();
        let (reason, ticket) = (self.reason.as_deref(), self.ticket.as_deref());
        let why = if anyway { Why::required(reason, ticket) } else { Why::optional(reason, ticket) };
        match (Config(model.config.clone()).with(&self.numbers(), terms.most_steps), why) {
            (Ok(config), Ok(why)) => Ok(RetryTraining {
                id: model.id,
                version: self.version.unwrap_or(model.version),
                config: config.0,
                anyway,
                refunds: terms.refunds,
                why,
            }),
            (config, why) => {
                Err(Invalid { fields: [config.err(), why.err()].into_iter().flatten().flat_map(|wrong| wrong.fields).collect() })
            }
        }
    }
}
