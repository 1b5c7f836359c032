//! What a setting is: its key, what it may hold, what holds until somebody changes it, and what to know before doing so.
use super::fit;
use crate::kernel::Tier;
use serde_json::Value;

crate::codes! {
    /// Where a setting stands.
    pub enum Category {
        Generation = "generation" / "Generation and training",
        Credits = "credits" / "Credits",
        Subscription = "subscription" / "Subscription features",
        RateLimits = "rate_limits" / "Rate limits",
        Maintenance = "maintenance" / "Maintenance",
        Billing = "billing" / "Billing",
        Exports = "exports" / "Exports",
        Notifications = "notifications" / "Notifications",
        Alerts = "alerts" / "Alerts",
        Integrity = "integrity" / "Data",
        Bulk = "bulk" / "Bulk operations",
    }
}

/// The words of a choice: value and label.
pub type Words = (&'static str, &'static str);

/// From where to where a number goes, and in which steps, counted from the least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub min: f64,
    pub max: f64,
    pub step: f64,
    /// No decimals.
    pub whole: bool,
}

/// What a setting may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Number(Range),
    /// A whole number for each tier, which never falls from a tier to the next.
    PerTier(Range),
    Switch,
    Choice(&'static [Words]),
    /// At most so many characters, on one line or more; a pattern of ECMA 262 with what it means.
    Text {
        longest: usize,
        lines: bool,
        pattern: Option<Words>,
    },
    /// JSON that fits a schema (JSON Schema, draft 2020-12).
    Json(&'static str),
}

impl Kind {
    /// Whole numbers.
    pub const fn whole(min: i32, max: i32) -> Self {
        Self::steps(min, max, 1)
    }

    /// Whole numbers in steps.
    pub const fn steps(min: i32, max: i32, step: i32) -> Self {
        Self::Number(Range::whole(min, max, step))
    }

    /// Whole numbers of a tier, in steps.
    pub const fn per_tier(min: i32, max: i32, step: i32) -> Self {
        Self::PerTier(Range::whole(min, max, step))
    }

    /// The word in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Switch => "boolean",
            Self::Choice(_) | Self::Text { .. } => "string",
            Self::PerTier(_) | Self::Json(_) => "json",
        }
    }
}

impl Range {
    const fn whole(min: i32, max: i32, step: i32) -> Self {
        // `f64::from` is not for constants; this loses nothing of 32 bits.
        Self { min: min as f64, max: max as f64, step: step as f64, whole: true }
    }
}

/// Whom a setting is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The platform reads it.
    Platform,
    /// Backlot itself does.
    Backlot,
}

/// A setting, as the program defines it.
#[derive(Debug, PartialEq)]
pub struct Definition {
    pub category: Category,
    pub key: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    default: &'static str,
    pub unit: &'static str,
    pub about: &'static str,
    /// Other words that people search for it by.
    pub words: &'static str,
    /// Why to think twice; empty: no need to.
    pub danger: &'static str,
    pub side: Side,
    /// The page where it is changed, if not among all others.
    pub elsewhere: &'static str,
}

impl Definition {
    /// A setting of the platform's, with its default as JSON.
    pub(super) const fn new(category: Category, key: &'static str, label: &'static str, kind: Kind, default: &'static str) -> Self {
        let side = Side::Platform;
        Self { category, key, label, kind, default, unit: "", about: "", words: "", danger: "", side, elsewhere: "" }
    }

    pub(super) const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    pub(super) const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    pub(super) const fn words(self, words: &'static str) -> Self {
        Self { words, ..self }
    }

    pub(super) const fn danger(self, danger: &'static str) -> Self {
        Self { danger, ..self }
    }

    /// Backlot reads it itself.
    pub(super) const fn own(self) -> Self {
        Self { side: Side::Backlot, ..self }
    }

    pub(super) const fn elsewhere(self, page: &'static str) -> Self {
        Self { elsewhere: page, ..self }
    }

    /// What holds until somebody changes it.
    pub fn default(&self) -> Value {
        serde_json::from_str(self.default).unwrap_or_default()
    }

    /// A value as it is kept, if it fits.
    ///
    /// # Errors
    /// Why it does not, in a sentence.
    pub fn fit(&self, value: &Value) -> Result<Value, String> {
        fit::fit(self.kind, value)
    }

    /// Whether somebody who searches for these words means it: each word is part of what is known of it.
    pub fn is_meant_by(&self, search: &str) -> bool {
        let texts = [self.key, self.label, self.about, self.words, self.category.label()];
        let known = texts.join(" ").to_lowercase();
        search.to_lowercase().split_whitespace().all(|word| known.contains(word))
    }

    /// The field of a tier.
    pub fn of_tier(&self, tier: Tier) -> String {
        format!("{}:{}", self.key, tier.code())
    }
}
