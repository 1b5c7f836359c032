//! One thing an admin can do.
use super::{Actor, Change, Result, Target, Tx};
use super::permission::Permission;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One thing an admin can do. No constant has a default: each action answers every question.
///
/// Actions serialize, so that one can be parked, approved and replayed.
pub trait Action: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// `users.suspend`: names the audit rows, the span and the metric.
    const NAME: &'static str;
    /// `admin_user_suspended`: the analytics event's name.
    const EVENT: &'static str;
    /// What the actor must hold.
    const PERMISSION: Permission;
    /// How sure we must be that it is really them.
    const ASSURANCE: Assurance;
    /// How carefully we ask before doing it.
    const CAUTION: Caution;
    /// What the caller gets back; kept, so that the same form sent twice is answered the same.
    type Output: Serialize + DeserializeOwned + Send;

    /// The change itself. Nothing here may reach outside the database: what must happen elsewhere is enqueued as a job.
    ///
    /// # Errors
    /// Whatever makes the change impossible; then nothing of it has happened.
    fn apply(self, tx: &mut Tx, actor: &Actor) -> impl Future<Output = Result<Applied<Self::Output>>> + Send;

    /// Why the admin does it, in their words.
    fn reason(&self) -> Option<&str> {
        None
    }

    /// The ticket that asked for it.
    fn ticket(&self) -> Option<&str> {
        None
    }
}

/// How sure we must be that it is really them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Signed in with both factors.
    Session,
    /// A second factor shown within the last five minutes.
    Fresh,
}

/// How carefully we ask before doing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// Done at once; the opposite is a click away.
    Undoable,
    /// Rehearsed, shown, then confirmed.
    Confirm,
    /// As `Confirm`, and the name of what is changed must be typed.
    Typed,
}

/// What an action did: the answer, and everything that the record needs.
pub struct Applied<T> {
    pub output: T,
    pub target: Target,
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    pub event: Value,
}

impl<T> Applied<T> {
    /// An answer about one target, with nothing changed yet.
    pub fn to(target: Target, output: T) -> Self {
        Self { output, target, changes: Vec::new(), effects: Vec::new(), event: Value::Object(serde_json::Map::new()) }
    }

    /// Adds what a row was and became.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds a consequence that is not one of the changed rows.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// The properties of the analytics event.
    #[must_use]
    pub fn event(mut self, properties: Value) -> Self {
        self.event = properties;
        self
    }
}

/// A consequence in the admin's words, with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub text: String,
    pub count: i64,
}

impl Effect {
    /// `Effect::count("open sessions end", 3)`.
    pub fn count(text: impl Into<String>, count: i64) -> Self {
        Self { text: text.into(), count }
    }
}
