//! A flag, as the staff sees it and as its history keeps it.
use crate::kernel::{Change, Target, Tier};
use crate::live::{Exception, Kind, Percentage, Roster, Rule};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The most overrides of one flag: beyond that a tier or a percentage is meant.
pub const MOST_OVERRIDES: usize = 1_000;

/// A flag, with what never changes about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    pub id: Uuid,
    pub salt: String,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub state: State,
}

/// Everything about a flag that can change: what a version is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    pub name: String,
    pub description: String,
    pub owner: String,
    pub tags: Vec<String>,
    #[serde(rename = "type")]
    pub kind: Kind,
    pub enabled: bool,
    pub archived: bool,
    pub percentage: Percentage,
    pub tiers: Vec<Tier>,
    pub user_overrides: BTreeMap<Uuid, Override>,
    pub kept: Option<Kept>,
}

/// What holds for one user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    pub value: bool,
    pub reason: String,
    pub until: Option<Timestamp>,
    pub by: String,
    pub since: Timestamp,
}

/// Those who keep the flag although the percentage was lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub roster: Uuid,
    pub size: i32,
}

impl Override {
    /// `on until 2026-12-01, because …`.
    pub fn words(&self) -> String {
        let until = self.until.map(|until| format!(" until {}", until.strftime("%-d %b %Y, %H:%M UTC"))).unwrap_or_default();
        format!("{}{until}: {}", if self.value { "on" } else { "off" }, self.reason)
    }
}

impl State {
    /// What decides, with the roster that it names.
    pub fn rule(&self, salt: &str, roster: Option<Arc<Roster>>) -> Rule {
        let exception = |(user, set): (&Uuid, &Override)| (*user, Exception { value: set.value, until: set.until });
        Rule {
            enabled: self.enabled,
            archived: self.archived,
            kind: self.kind,
            percentage: self.percentage,
            tiers: self.tiers.clone(),
            overrides: self.user_overrides.iter().map(exception).collect(),
            kept: roster,
            salt: salt.to_owned(),
        }
    }

    /// What it does, in a few words: `25 %`, `Starter, Pro`, `Only 3 users`.
    pub fn words(&self) -> String {
        if self.archived {
            return "Archived".into();
        }
        if !self.enabled {
            return "Off for everybody".into();
        }
        let set = self.user_overrides.values().filter(|set| set.value).count();
        let base = match self.kind {
            Kind::Boolean => "On for everybody".to_owned(),
            Kind::Tier if self.tiers.is_empty() => "On for no tier".to_owned(),
            Kind::Tier => self.tiers.iter().map(|tier| tier.label()).collect::<Vec<_>>().join(", "),
            Kind::Percentage if self.percentage == Percentage::NONE && set == 0 => "On for nobody yet".to_owned(),
            Kind::Percentage if self.percentage == Percentage::NONE => format!("Only {}", users(set)),
            Kind::Percentage => format!("{} % of users", self.percentage),
        };
        match &self.kept {
            Some(kept) => format!("{base}, and {} who keep it", users(usize::try_from(kept.size).unwrap_or_default())),
            None => base,
        }
    }

    /// Its fields for people and for the record: the overrides each by themselves.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("description".to_owned(), json!(self.description)),
            ("owner".to_owned(), json!(self.owner)),
            ("tags".to_owned(), json!(self.tags.join(", "))),
            ("type".to_owned(), json!(self.kind.label())),
            ("enabled".to_owned(), json!(if self.enabled { "on" } else { "off" })),
            ("archived".to_owned(), json!(self.archived)),
            ("percentage".to_owned(), json!(format!("{} %", self.percentage))),
            ("tiers".to_owned(), json!(self.tiers.iter().map(|tier| tier.label()).collect::<Vec<_>>().join(", "))),
            ("kept".to_owned(), self.kept.map_or(Value::Null, |kept| json!(users(usize::try_from(kept.size).unwrap_or_default())))),
        ]);
        fields.extend(self.user_overrides.iter().map(|(user, set)| (format!("override {user}"), json!(set.words()))));
        fields
    }
}

fn users(count: usize) -> String {
    if count == 1 { "1 user".to_owned() } else { format!("{count} users") }
}

/// What changed between two states; overrides that stay are left out.
pub fn change(target: Target, before: Option<&State>, after: &State) -> Change {
    let (mut was, mut is) = (before.map(State::fields), after.fields());
    if let Some(was) = &mut was {
        let same: Vec<_> = is
            .iter()
            .filter(|(name, value)| name.starts_with("override ") && was.get(*name) == Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        for name in same {
            was.remove(&name);
            is.remove(&name);
        }
    }
    Change { target, before: was, after: Some(is) }
}

impl Flag {
    /// As the audit log names it.
    pub fn target(&self) -> Target {
        Target::new("flag", self.id, self.state.name.as_str())
    }
}
