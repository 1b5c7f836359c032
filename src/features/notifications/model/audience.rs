//! Whom a notification is for: everybody, or those for whom everything that is named holds.
use crate::kernel::{Crowd, Result, Tier};
use crate::web::show::number;
use serde::{Deserialize, Serialize};

/// Whom it is for. What is not set holds for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Active within so many days before it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Named>,
    /// The query of the list of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrowed: Option<String>,
    /// The zone whose days that query means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
}

/// A list of users. The users themselves are rows of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub people: i64,
    /// SHA-256 of their sorted ids, in hexadecimal.
    pub hash: String,
    /// As it was given, to be edited.
    pub text: String,
    /// What named nobody; the first of them.
    pub unknown: Vec<String>,
    pub unknown_count: i64,
}

impl Audience {
    /// Whom it is for, in words.
    ///
    /// # Errors
    /// When the list of users no longer understands its query.
    pub fn words(&self, crowd: Crowd) -> Result<String> {
        let set = self.narrowed.as_deref().map(|query| crowd.words(query)).transpose()?.unwrap_or_default();
        Ok(self.joined(set.into_iter().map(|(name, value)| format!("{name}: {value}"))))
    }

    fn joined(&self, more: impl Iterator<Item = String>) -> String {
        let tiers = (!self.tiers.is_empty()).then(|| {
            let labels: Vec<_> = self.tiers.iter().map(|tier| tier.label()).collect();
            format!("on {}", labels.join(" or "))
        });
        let active = self
            .active_days
            .map(|days| if days == 1 { "active in the last day".to_owned() } else { format!("active in the last {days} days") });
        let conditions: Vec<String> = [tiers, active].into_iter().flatten().chain(more).collect();
        let who = match (&self.named, conditions.is_empty()) {
            (None, true) => "all users".to_owned(),
            (None, false) => "users".to_owned(),
            (Some(Named { people: 1, .. }), _) => "one user by name".to_owned(),
            (Some(Named { people, .. }), _) => format!("{} users by name", number(*people)),
        };
        if conditions.is_empty() { who } else { format!("{who} {}", conditions.join(", ")) }
    }

    /// As the audit log keeps it.
    pub fn recorded(&self) -> String {
        let named = self.named.as_ref().map(|named| format!("SHA-256 of their ids {}", named.hash));
        let narrowed = self.narrowed.as_ref().map(|query| format!("users list: {query}"));
        self.joined([named, narrowed].into_iter().flatten())
    }
}
