//! A flag as it is decided: a pure function of the flag, who asks, and the time.
use super::bucket::{self, Percentage};
use crate::kernel::Tier;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

crate::codes! {
    /// How a flag decides when nothing more particular does.
    pub enum Kind {
        Boolean = "boolean" / "On or off",
        Percentage = "percentage" / "Percentage",
        Tier = "tier" / "By tier",
    }
}

/// Everything that decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Off is off for everybody: the kill switch.
    pub enabled: bool,
    pub archived: bool,
    pub kind: Kind,
    pub percentage: Percentage,
    pub tiers: Vec<Tier>,
    pub overrides: BTreeMap<Uuid, Exception>,
    /// Who keeps the flag although the percentage went below their bucket.
    pub kept: Option<Arc<Roster>>,
    pub salt: String,
}

#[allow(clippy::derivable_impls, reason = "the set itself is made by a macro")]
impl Default for Kind {
    fn default() -> Self {
        Self::Boolean
    }
}

/// What holds for one user, whatever the rest says, until a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    pub value: bool,
    pub until: Option<Timestamp>,
}

/// User ids, sorted; looked up, never walked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub id: Uuid,
    ids: Vec<Uuid>,
}

impl Roster {
    /// From 16 bytes each, in any order.
    pub fn new(id: Uuid, bytes: &[u8]) -> Self {
        let mut ids: Vec<_> = bytes.chunks_exact(16).filter_map(|chunk| Uuid::from_slice(chunk).ok()).collect();
        ids.sort_unstable();
        Self { id, ids }
    }

    /// Whether somebody is on it.
    pub fn holds(&self, user: Uuid) -> bool {
        self.ids.binary_search(&user).is_ok()
    }

    /// Who is on it.
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// How many are on it.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Who asks: the platform's id of a user, and their tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    key: Option<String>,
    id: Option<Uuid>,
    pub tier: Option<Tier>,
}

impl Subject {
    /// Somebody with an id of any form. A UUID is the same however it is written (RFC 9562, §4).
    pub fn new(key: Option<&str>, tier: Option<Tier>) -> Self {
        let key = key.filter(|key| !key.is_empty());
        let id = key.and_then(|key| Uuid::try_parse(key).ok());
        Self { key: id.map(|id| id.to_string()).or_else(|| key.map(str::to_owned)), id, tier }
    }

    /// A user of the platform.
    pub fn user(id: Uuid, tier: Tier) -> Self {
        Self { key: Some(id.to_string()), id: Some(id), tier: Some(tier) }
    }
}

crate::codes! {
    /// What decided, in the order in which it is asked.
    pub enum Decided {
        Archived = "archived" / "The flag is archived",
        Off = "off" / "The flag is off for everybody",
        Override = "override" / "Set for this user",
        Kept = "kept" / "Keeps it although the percentage was lowered",
        Always = "always" / "On for everybody",
        Bucket = "bucket" / "The percentage",
        Tier = "tier" / "The tier",
    }
}

/// An answer, and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub value: bool,
    pub by: Decided,
    /// Where the user was drawn, for a percentage.
    pub bucket: Option<u32>,
}

/// The flag cannot be decided without knowing for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedsUser;

impl Rule {
    /// Decides.
    ///
    /// # Errors
    /// When it depends on the user and none is named.
    pub fn decide(&self, subject: &Subject, now: Timestamp) -> Result<Verdict, NeedsUser> {
        let verdict = |value, by| Ok(Verdict { value, by, bucket: None });
        if self.archived {
            return verdict(false, Decided::Archived);
        }
        if !self.enabled {
            return verdict(false, Decided::Off);
        }
        if subject.key.is_none() && !self.overrides.is_empty() {
            return Err(NeedsUser);
        }
        if let Some(exception) = subject.id.and_then(|id| self.overrides.get(&id)).filter(|found| found.holds(now)) {
            return verdict(exception.value, Decided::Override);
        }
        match self.kind {
            Kind::Boolean => verdict(true, Decided::Always),
            Kind::Tier => verdict(subject.tier.is_some_and(|tier| self.tiers.contains(&tier)), Decided::Tier),
            Kind::Percentage => {
                let bucket = bucket::bucket(&self.salt, subject.key.as_deref().ok_or(NeedsUser)?);
                let drawn = self.percentage.holds(bucket);
                let kept = !drawn && subject.id.is_some_and(|id| self.kept.as_ref().is_some_and(|roster| roster.holds(id)));
                let by = if kept { Decided::Kept } else { Decided::Bucket };
                Ok(Verdict { value: drawn || kept, by, bucket: Some(bucket) })
            }
        }
    }
}

/// For whom two rules can decide differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    Nobody,
    These(Vec<Uuid>),
    Anybody,
}

impl Rule {
    /// For whom another rule can decide differently: found out without asking anybody.
    pub fn differs_for(&self, other: &Self) -> Differs {
        let bare = |rule: &Self| Self { overrides: BTreeMap::new(), ..rule.clone() };
        if bare(self) != bare(other) {
            return Differs::Anybody;
        }
        let users = self.overrides.keys().chain(other.overrides.keys().filter(|user| !self.overrides.contains_key(user)));
        let users: Vec<_> = users.filter(|user| self.overrides.get(user) != other.overrides.get(user)).copied().collect();
        if users.is_empty() { Differs::Nobody } else { Differs::These(users) }
    }
}

impl Exception {
    /// Whether it holds at a time.
    pub fn holds(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
