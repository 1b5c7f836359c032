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
    /// Its conditions, for people.
    ///
    /// # Errors
    /// When the list of users no longer understands its query.
    pub fn words(&self, crowd: Crowd) -> Result<Vec<String>> {
        let mut words = self.own_words();
        if let Some(query) = &self.narrowed {
            let set = crowd.words(query)?;
            words.extend(set.into_iter().map(|(name, value)| format!("{name}: {value}")));
        }
        Ok(if words.is_empty() { vec!["all users".to_owned()] } else { words })
    }

    fn own_words(&self) -> Vec<String> {
        let tiers = (!self.tiers.is_empty()).then(|| {
            let labels: Vec<_> = self.tiers.iter().map(|tier| tier.label()).collect();
            format!("on {}", labels.join(" or "))
        });
        let active = self
            .active_days
            .map(|days| if days == 1 { "active in the last day".to_owned() } else { format!("active in the last {days} days") });
        let named = self.named.as_ref().map(|named| match named.people {
            1 => "one user by name".to_owned(),
            people => format!("{} users by name", number(people)),
        });
        [tiers, active, named].into_iter().flatten().collect()
    }

    /// As the audit log keeps it.
    pub fn recorded(&self) -> String {
        let mut words = self.own_words();
        if let Some(named) = &self.named {
            words.push(format!("SHA-256 of their ids {}", named.hash));
        }
        words.extend(self.narrowed.as_ref().map(|query| format!("users list: {query}")));
        if words.is_empty() { "all users".to_owned() } else { words.join(", ") }
    }
}
