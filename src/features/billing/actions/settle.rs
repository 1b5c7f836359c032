//! Saying how an operation ended that nobody could say anything of: one admin has looked and says so, with evidence; another has looked
//! too, and agrees. Only then it counts.
use super::money::{EVENT, all, event};
use crate::features::billing::jobs::Rules;
use crate::features::billing::model::operation::{Operation, Outcome, SettledBy, State};
use crate::features::billing::store::operations::lock;
use crate::features::billing::store::settle::{self, Found};
use crate::features::billing::store::{steps, watch};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long one waits for the gateway to tell before people may say that nothing happened, in hours.
pub const HOURS: i32 = 24;

/// Says how an operation ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleOperation {
    pub id: Uuid,
    pub outcome: Outcome,
    /// Its number at the gateway, if it was found there.
    pub number: Option<i64>,
    /// What was seen, and where.
    pub why: Why,
    #[serde(skip)]
    pub rules: Rules,
}

impl Action for SettleOperation {
    const NAME: &'static str = "billing.settle";
    const EVENT: &'static str = EVENT;
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = State;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<State>> {
        let before = lock(tx, self.id).await?;
        if before.state != State::Uncertain {
            return Err(Error::Conflict(format!("It is {} by now.", before.state.label().to_lowercase()).into()));
        }
        if self.outcome == Outcome::Failed && !watch::is_long_ago(tx, self.id, HOURS).await? {
            let why = format!("The gateway may still tell: that nothing happened can be said {HOURS} hours after it was sent.");
            return Err(Error::field("outcome", why));
        }
        let first = before.claim.as_ref().filter(|claim| claim.outcome == self.outcome && Some(claim.by) != actor.id());
        let agrees = first.is_some();
        let numbers_differ = self.number.zip(first.and_then(|claim| claim.number)).is_some_and(|(this, other)| this != other);
        if agrees && numbers_differ {
            return Err(Error::field("number", "The first admin found another number: find out which is right."));
        }
        let evidence = self.why.reason.as_deref().unwrap_or_default();
        if agrees {
            self.end(tx, &before, evidence).await?;
        } else {
            steps::claimed(tx, self.id, actor.id(), self.outcome, (self.number, evidence)).await?;
        }
        let after = lock(tx, self.id).await?;
        let effect = if agrees {
            Effect::count("operation counts as it was found: money, ledger and subscription follow", 1)
        } else {
            Effect::count("operation waits for a second admin who finds the same", 1)
        };
        Ok(Applied::to(Target::of(&before), after.state)
            .event(event(if agrees { "settle" } else { "claim_outcome" }, &before))
            .change(Change::updated(&before, &after)?)
            .effect(effect))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl SettleOperation {
    async fn end(&self, tx: &mut Tx, before: &Operation, evidence: &str) -> Result<()> {
        let number = self.number.or(before.claim.as_ref().and_then(|claim| claim.number));
        let said = format!("Two admins found out: {evidence}");
        let found = Found { by: SettledBy::People, number, code: None, said: &said };
        match self.outcome {
            Outcome::Succeeded => settle::succeed(tx, before, &found).await?,
            Outcome::Failed => settle::fail(tx, before, &found, &self.rules).await?,
        };
        Ok(())
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleFields {
    pub outcome: Option<Outcome>,
    pub number: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl SettleFields {
    /// The action that was asked for; everything that is wrong is said together.
    pub fn parse(&self, id: Uuid, rules: Rules) -> Result<SettleOperation, Invalid> {
        let text = self.number.as_deref().unwrap_or_default().trim();
        let number = if text.is_empty() { Some(None) } else { text.parse().ok().filter(|number| *number > 0).map(Some) };
        let why = Why::required(self.reason.as_deref(), self.ticket.as_deref());
        let wrong = [
            self.outcome.is_none().then(|| Invalid::field("outcome", "Choose what you found.")),
            number.is_none().then(|| Invalid::field("number", "Write the gateway's number, digits only, or leave it empty.")),
            why.as_ref().err().cloned(),
        ];
        let right = self.outcome.zip(number).zip(why.ok());
        all(wrong, right.map(|((outcome, number), why)| SettleOperation { id, outcome, number, why, rules }))
    }
}
