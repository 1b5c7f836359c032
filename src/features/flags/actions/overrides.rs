//! What holds for single users, whatever the rest of a flag says.
use super::{Wish, applied, in_use, moment, write};
use crate::codes;
use crate::features::flags::model::{Flag, MOST_OVERRIDES, Override, State};
use crate::features::flags::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Error, Invalid, Permission, Result, Tx, Why};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Sets a flag for users by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetOverrides {
    pub id: Uuid,
    pub users: Vec<Uuid>,
    pub value: bool,
    pub until: Option<Timestamp>,
    pub why: Why,
}

/// Lets the flag decide for a user again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveOverride {
    pub id: Uuid,
    pub user: Uuid,
}

impl Action for SetOverrides {
    const NAME: &'static str = "flags.set_overrides";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsOverride;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        in_use(&before)?;
        let now = store::now(tx).await?;
        if self.until.is_some_and(|until| until <= now) {
            return Err(Error::field("until", "This time is over already."));
        }
        let set = Override {
            value: self.value,
            reason: self.why.reason.clone().unwrap_or_default(),
            until: self.until,
            by: actor.name.clone(),
            since: now,
        };
        let mut after = before.state.clone();
        after.user_overrides.extend(self.users.iter().map(|user| (*user, set.clone())));
        if after.user_overrides.len() > MOST_OVERRIDES {
            return Err(Error::field(
                "users",
                format!("A flag holds at most {MOST_OVERRIDES} overrides. Use a tier or a percentage for more."),
            ));
        }
        let what = if self.users.len() == 1 { "override set" } else { "overrides set" };
        let (flag, change, effects) = write(tx, actor, &before, Wish::plain(after), (what, &self.why)).await?;
        Ok(applied(&flag, change, effects))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl Action for RemoveOverride {
    const NAME: &'static str = "flags.remove_override";
    const EVENT: &'static str = "admin_flag_updated";
    const PERMISSION: Permission = Permission::FlagsOverride;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let before = store::lock(tx, self.id).await?;
        in_use(&before)?;
        let mut after: State = before.state.clone();
        if after.user_overrides.remove(&self.user).is_none() {
            return Err(Error::Conflict("There is no override for this user any more.".into()));
        }
        let (flag, change, effects) = write(tx, actor, &before, Wish::plain(after), ("override removed", &Why::default())).await?;
        Ok(applied(&flag, change, effects))
    }
}

codes! {
    /// What is set.
    pub enum Value { On = "on" / "On", Off = "off" / "Off" }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideFields {
    /// E-mail addresses or ids, separated by blanks, commas or new lines.
    pub users: Option<String>,
    pub value: Option<Value>,
    pub until: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl OverrideFields {
    /// The words that are to name users.
    pub fn words(&self) -> Vec<String> {
        let text = self.users.as_deref().unwrap_or("");
        let mut words: Vec<_> =
            text.split([' ', ',', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        words.sort();
        words.dedup();
        words
    }

    /// The overrides that were asked for, of the users that the words name and those that name nobody.
    pub fn parse(&self, flag: &Flag, zone: &TimeZone, (found, unknown): (Vec<Uuid>, Vec<String>)) -> Result<SetOverrides, Invalid> {
        let mut invalid = Invalid::default();
        if found.is_empty() && unknown.is_empty() {
            invalid.fields.push(("users", "Name at least one user, by e-mail address or id.".into()));
        } else if !unknown.is_empty() {
            let some: Vec<_> = unknown.iter().take(5).map(String::as_str).collect();
            let more = if unknown.len() > 5 { format!(" and {} more", unknown.len() - 5) } else { String::new() };
            invalid.fields.push(("users", format!("No user, or more than one, is named by: {}{more}.", some.join(", "))));
        }
        let value = self.value.map(|value| value == Value::On);
        if value.is_none() {
            invalid.fields.push(("value", "Choose on or off.".into()));
        }
        let until = moment(self.until.as_deref(), zone, "until").map_err(|wrong| invalid.fields.extend(wrong.fields)).unwrap_or_default();
        let why = Why::required(self.reason.as_deref(), self.ticket.as_deref())
            .map_err(|wrong| invalid.fields.extend(wrong.fields))
            .unwrap_or_default();
        match value {
            Some(value) if invalid.fields.is_empty() => Ok(SetOverrides { id: flag.id, users: found, value, until, why }),
            _ => Err(invalid),
        }
    }
}
