//! Changing settings: what they may hold, what must hold between them, and nobody overwrites what they have not seen.
use crate::features::config::model::{Rows, Setting, values, version};
use crate::features::config::store::{self, history};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why};
use crate::live::Settings;
use crate::live::settings::{Definition, broken, find};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Gives settings other values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeSettings {
    pub wanted: Vec<Wanted>,
    /// What the environment holds, on the server that was asked.
    pub pinned: BTreeMap<String, Value>,
    pub why: Why,
}

/// A setting, the version that was seen of it, and the value that it gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub key: String,
    pub seen: i32,
    pub value: Value,
}

/// A setting that gets another value.
struct Step {
    definition: &'static Definition,
    before: Value,
    after: Value,
}

impl Action for ChangeSettings {
    const NAME: &'static str = "config.change";
    const EVENT: &'static str = "admin_config_updated";
    const PERMISSION: Permission = Permission::SettingsEdit;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    /// The keys that have another value now.
    type Output = Vec<String>;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Vec<String>>> {
        let rows = store::lock(tx).await?;
        let steps = self.steps(&rows)?;
        let keys: Vec<_> = steps.iter().map(|step| step.definition.key).collect();
        let mut applied = Applied::to(target(&keys), keys.iter().map(|key| (*key).to_owned()).collect());
        for step in &steps {
            let key = step.definition.key;
            let version = store::set(tx, step.definition, &step.after, actor.id()).await?;
            let stored = rows.get(key).map(|row| &row.value);
            let past = history::Step { key, version, before: stored, after: &step.after };
            history::keep(tx, &past, actor.id(), self.why.reason.as_deref()).await?;
            let (was, is) = (Setting { key, value: step.before.clone() }, Setting { key, value: step.after.clone() });
            applied = applied.change(Change::updated(&was, &is)?);
            applied = applied.event(json!({ "category": step.definition.category, "key": key }));
        }
        Ok(applied)
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// One setting, or several in one.
fn target(keys: &[&str]) -> Target {
    Target::new("setting", keys.join(","), keys.join(", "))
}

impl ChangeSettings {
    /// What is to be done, in the order in which it was asked for.
    fn steps(&self, rows: &Rows) -> Result<Vec<Step>> {
        let now = Settings::of(&values(rows), &self.pinned.clone().into());
        let (mut steps, mut invalid) = (Vec::new(), Invalid::default());
        for wanted in &self.wanted {
            let definition = find(&wanted.key).ok_or_else(|| unknown(&wanted.key))?;
            let key = definition.key;
            may_change(definition, &now)?;
            if version(rows, key) != wanted.seen {
                return Err(Error::Conflict(format!("Somebody has changed {key} since you opened this page.").into()));
            }
            let before = now.value(key).cloned().unwrap_or_default();
            match definition.fit(&wanted.value) {
                Ok(after) if after == before => {}
                Ok(after) => steps.push(Step { definition, before, after }),
                Err(why) => invalid.fields.push((key, why)),
            }
        }
        let changes: BTreeMap<_, _> = steps.iter().map(|step| (step.definition.key, step.after.clone())).collect();
        let changed: Vec<_> = changes.keys().copied().collect();
        invalid.fields.extend(broken(&now.with(&changes), &changed));
        if !invalid.fields.is_empty() {
            return Err(Error::Invalid(invalid));
        }
        if steps.is_empty() {
            return Err(Error::field("", "Nothing is different from how it is now."));
        }
        Ok(steps)
    }
}

fn unknown(key: &str) -> Error {
    let key: String = key.chars().take(100).collect();
    Error::Malformed(format!("There is no setting “{key}”.").into())
}

/// What the environment holds, and what has a page of its own, is not changed here.
fn may_change(definition: &'static Definition, now: &Settings) -> Result<()> {
    if now.is_pinned(definition.key) {
        return Err(Error::field(definition.key, "It is set by the environment, and stays as it is until that changes."));
    }
    if !definition.elsewhere.is_empty() {
        return Err(Error::field(definition.key, format!("It is changed on {} only.", definition.elsewhere)));
    }
    Ok(())
}
