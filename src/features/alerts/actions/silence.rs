//! Silencing: it is still looked at and shown, and nobody is told of it for a while.
use crate::features::alerts::model::{Rule, Silence};
use crate::features::alerts::store::watch;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The longest silence, in hours.
const LONGEST: i32 = 24 * 30;

/// Silences what an alert is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SilenceAlert {
    pub id: Uuid,
    pub hours: i32,
    pub why: Why,
}

/// Silences a rule, whatever of its it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SilenceRule {
    pub rule: Rule,
    pub hours: i32,
    pub why: Why,
}

/// Ends a silence before its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndSilence {
    pub rule: Rule,
    pub subject: String,
}

async fn hush(tx: &mut Tx, actor: &Actor, of: (&str, &str), asked: (i32, &Why)) -> Result<Applied<Silence>> {
    let (Some(admin), (hours, why)) = (actor.id(), asked) else {
        return Err(Error::internal("nobody in particular silenced an alert"));
    };
    let reason = why.reason.as_deref().unwrap_or_default();
    let before = watch::silence(tx, of.0, of.1).await?;
    let after = watch::hush(tx, of, hours, reason, admin).await?;
    let change = match &before {
        Some(before) => Change::updated(before, &after)?,
        None => Change::made(&after)?,
    };
    let event = json!({ "rule": of.0, "subject": of.1, "hours": hours });
    Ok(Applied::to(Target::of(&after), after).change(change).event(event))
}

impl Action for SilenceAlert {
    const NAME: &'static str = "alerts.silence";
    const EVENT: &'static str = "admin_alert_silenced";
    const PERMISSION: Permission = Permission::AlertsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Silence;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Silence>> {
        let alert = watch::lock(tx, self.id).await?;
        hush(tx, actor, (&alert.rule, &alert.subject), (self.hours, &self.why)).await
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for SilenceRule {
    const NAME: &'static str = "alerts.silence_rule";
    const EVENT: &'static str = "admin_alert_silenced";
    const PERMISSION: Permission = Permission::AlertsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Silence;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Silence>> {
        hush(tx, actor, (self.rule.code(), ""), (self.hours, &self.why)).await
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for EndSilence {
    const NAME: &'static str = "alerts.end_silence";
    const EVENT: &'static str = "admin_alert_silence_ended";
    const PERMISSION: Permission = Permission::AlertsAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let before = watch::silence(tx, self.rule.code(), &self.subject).await?;
        let before = before.ok_or_else(|| Error::Conflict("This silence is over already.".into()))?;
        watch::speak(tx, self.rule.code(), &self.subject).await?;
        let event = json!({ "rule": self.rule.code(), "subject": self.subject });
        Ok(Applied::to(Target::of(&before), self.rule.title(&self.subject)).change(Change::removed(&before)?).event(event))
    }
}

/// The form of a silence.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceFields {
    pub hours: Option<String>,
    pub reason: Option<String>,
}

impl SilenceFields {
    /// For how long, and why.
    pub fn parse(&self) -> Result<(i32, Why), Invalid> {
        let hours = self.hours.as_deref().and_then(|text| text.parse().ok()).filter(|hours| (1..=LONGEST).contains(hours));
        let mut wrong = Invalid::default();
        if hours.is_none() {
            wrong.fields.push(("hours", "Choose for how long.".into()));
        }
        match (hours, Why::required(self.reason.as_deref(), None)) {
            (Some(hours), Ok(why)) => Ok((hours, why)),
            (_, Err(invalid)) => Err(Invalid { fields: [wrong.fields, invalid.fields].concat() }),
            (None, Ok(_)) => Err(wrong),
        }
    }
}

/// Which silence ends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndFields {
    /// Nothing: the one of the whole rule.
    pub subject: Option<String>,
}
