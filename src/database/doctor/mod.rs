//! What a database has that Backlot needs, and what it lacks: the platform's schema held against the contract, roles and their rights.
mod catalogue;
mod compare;
mod rights;

pub use catalogue::Catalogue;
pub use compare::compare;
pub use rights::{readers, roles, server};

use serde::Serialize;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// It works, but not as well as it could, or nothing keeps it so.
    Warning,
    /// Something will not work, or is not safe.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Under which heading.
    pub about: &'static str,
    pub verdict: Verdict,
    pub says: String,
    /// What to do; empty where nothing is to be done.
    pub todo: String,
}

impl Finding {
    /// All is well.
    pub fn ok(about: &'static str, says: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Ok, says: says.into(), todo: String::new() }
    }

    /// It works, but.
    pub fn warning(about: &'static str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Warning, says: says.into(), todo: todo.into() }
    }

    /// It does not.
    pub fn problem(about: &'static str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Problem, says: says.into(), todo: todo.into() }
    }
}
