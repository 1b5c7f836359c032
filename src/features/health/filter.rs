//! How far back the page looks, and what its lists can be narrowed by.
use crate::codes;
use crate::kernel::page::{self, Cursor, Way};
use serde::Deserialize;

codes! {
    /// How far back charts and errors go.
    pub enum Span { Hour = "1h" / "1 hour", Day = "24h" / "24 hours", Week = "7d" / "7 days" }
}

impl Span {
    pub fn minutes(self) -> i32 {
        match self {
            Self::Hour => 60,
            Self::Day => 1_440,
            Self::Week => 10_080,
        }
    }

    /// Minutes that a sample stands for, of those that are kept.
    pub fn step(self) -> i16 {
        if self == Self::Hour { 1 } else { 15 }
    }

    /// Minutes that a point of a chart stands for.
    pub fn bucket(self) -> i32 {
        match self {
            Self::Hour => 1,
            Self::Day => 15,
            Self::Week => 120,
        }
    }
}

/// What the page is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub span: Option<Span>,
}

/// Failed generations of one kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    pub error: Option<String>,
    pub span: Option<Span>,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl Failed {
    /// Where the page starts, and which way it lies. A cursor that cannot be read means the first page.
    pub fn cursor(&self) -> Option<(Way, Cursor)> {
        page::cursor(self.after.as_deref(), self.before.as_deref())
    }

    pub fn error(&self) -> Option<&str> {
        self.error.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}
