//! One thing an admin can do.
use super::permission::Permission;
use super::{Actor, Change, Invalid, Result, Target, Tx};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
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
    type Output: Serialize + DeserializeOwned + Send + Sync;

    /// The change itself. Nothing here may reach outside the database: what must happen elsewhere is enqueued as a job.
    ///
    /// # Errors
    /// Whatever makes the change impossible; then nothing of it has happened.
    fn apply(self, tx: &mut Tx, actor: &Actor) -> impl Future<Output = Result<Applied<Self::Output>>> + Send;

    /// Why it is done, where the admin was asked.
    fn why(&self) -> Option<&Why> {
        None
    }
}

/// Why an admin does something: their words, and the ticket that asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 1_000;
/// The longest ticket, in characters.
const LONGEST_TICKET: usize = 300;

impl Why {
    /// A reason that must be given, and a ticket that may be.
    ///
    /// # Errors
    /// What is wrong with `reason` or `ticket`.
    pub fn required(reason: Option<&str>, ticket: Option<&str>) -> Result<Self, Invalid> {
        let why = Self::optional(reason, ticket)?;
        match why.reason {
            Some(_) => Ok(why),
            None => Err(Invalid::field("reason", "Say why, in a few words: it goes on the record.")),
        }
    }

    /// Both may be given.
    ///
    /// # Errors
    /// What is wrong with `reason` or `ticket`.
    pub fn optional(reason: Option<&str>, ticket: Option<&str>) -> Result<Self, Invalid> {
        let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let why = Self { reason: given(reason), ticket: given(ticket) };
        match (why.reason.as_ref().map(|reason| reason.chars().count()), &why.ticket) {
            (Some(0..3), _) => Err(Invalid::field("reason", "Say a little more: it goes on the record.")),
            (Some(length), _) if length > LONGEST_REASON => {
                Err(Invalid::field("reason", format!("Use at most {LONGEST_REASON} characters; these are {length}.")))
            }
            (_, Some(ticket)) if ticket.chars().count() > LONGEST_TICKET || ticket.contains(char::is_control) => {
                Err(Invalid::field("ticket", format!("Use one line of at most {LONGEST_TICKET} characters.")))
            }
            _ => Ok(why),
        }
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
    /// As `Typed`, and then it waits until a second admin has approved exactly the effect that was shown. What such an action
    /// needs to know must be serialized with it: it is done later, by a job, in the name of whoever proposed it.
    SecondAdmin,
}

/// What an action did: the answer, and everything that the record needs.
pub struct Applied<T> {
    pub output: T,
    pub target: Target,
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    /// The properties of each analytics event; all of one deed have the action's name.
    pub events: Vec<Value>,
}

impl<T> Applied<T> {
    /// An answer about one target, with nothing changed yet.
    pub fn to(target: Target, output: T) -> Self {
        Self { output, target, changes: Vec::new(), effects: Vec::new(), events: Vec::new() }
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

    /// Announces an analytics event with these properties. What is not told of is announced once, without any.
    #[must_use]
    pub fn event(mut self, properties: Value) -> Self {
        self.events.push(properties);
        self
    }
}

/// A consequence in the admin's words, with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub text: String,
    pub count: i64,
    /// The first few of those that are counted.
    pub some: Vec<Target>,
    /// It counts a crowd that comes and goes by itself: shown, but nobody is held to the number.
    pub moving: bool,
    /// What is counted is money in the minor unit of this currency (ISO 4217).
    pub currency: Option<String>,
}

impl Effect {
    /// `Effect::count("open sessions end", 3)`.
    pub fn count(text: impl Into<String>, count: i64) -> Self {
        Self { text: text.into(), count, some: Vec::new(), moving: false, currency: None }
    }

    /// An amount in minor units: `Effect::money("is charged to the stored card", 1450, "EUR")`.
    pub fn money(text: impl Into<String>, minor: i64, currency: &str) -> Self {
        Self { currency: Some(currency.to_owned()), ..Self::count(text, minor) }
    }

    /// A number of people that may be another one a second later, with the first few of them.
    pub fn crowd(text: impl Into<String>, count: i64, some: Vec<Target>) -> Self {
        Self { text: text.into(), count, some, moving: true, currency: None }
    }
}
