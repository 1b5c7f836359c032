//! Everything that can go wrong, in one enum; how it is shown is decided in one place, `web::respond`.
use super::permission::Permission;
use std::borrow::Cow;
use std::fmt::Display;

/// The result of everything.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is malformed; says what is wrong with it.
    #[error("{0}")]
    Malformed(Cow<'static, str>),
    /// Nobody is signed in, or not far enough.
    #[error("sign in first")]
    SignedOut,
    /// A second factor is due before this.
    #[error("a second factor is due")]
    StepUp,
    /// They look at the platform as this user: nothing else is open meanwhile.
    #[error("you are viewing the platform as {0}")]
    Viewing(String),
    /// The permission that is missing.
    #[error("your role may not {}", .0.phrase())]
    Forbidden(Permission),
    /// The proof that the form came from us is missing or stale.
    #[error("{0}")]
    Unproven(&'static str),
    /// There is no such thing; says which.
    #[error("{0}")]
    NotFound(Cow<'static, str>),
    /// Someone else was faster, or the effect is no longer what was shown.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// What a person can correct.
    #[error("{0}")]
    Invalid(Invalid),
    /// Too many attempts; seconds to wait.
    #[error("too many attempts; try again in {0} seconds")]
    Throttled(u64),
    /// Something that we stand on is away for the moment.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Our fault: shown as a request id and nothing else.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Our fault, in words for the log.
    pub fn internal(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(what.into())
    }

    /// "There is no user with this id."
    pub fn no(what: &str) -> Self {
        Self::NotFound(format!("There is no {what} with this id.").into())
    }

    /// A field that a person can correct.
    pub fn field(name: &'static str, sentence: impl Into<String>) -> Self {
        Self::Invalid(Invalid::field(name, sentence))
    }

    /// Turns the violation of a named unique constraint into a field's error.
    #[must_use]
    pub fn on_constraint(self, constraint: &str, name: &'static str, sentence: &str) -> Self {
        match &self {
            Self::Internal(source) => match source.downcast_ref::<sqlx::Error>() {
                Some(sqlx::Error::Database(error)) if error.constraint() == Some(constraint) => Self::field(name, sentence),
                _ => self,
            },
            _ => self,
        }
    }

    /// Whether trying the whole transaction again may well work: another one was in the way.
    pub fn is_contention(&self) -> bool {
        let Self::Internal(source) = self else { return false };
        matches!(sql_state(source.downcast_ref::<sqlx::Error>()).as_deref(), Some("40001" | "40P01" | "55P03"))
    }
}

/// Fields and what is wrong with them, each in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid {
    pub fields: Vec<(&'static str, String)>,
}

impl Invalid {
    /// One field.
    pub fn field(name: &'static str, sentence: impl Into<String>) -> Self {
        Self { fields: vec![(name, sentence.into())] }
    }

    /// The sentence beside a field.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, sentence)| sentence.as_str())
    }
}

impl Display for Invalid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sentences: Vec<_> = self.fields.iter().map(|(_, sentence)| sentence.as_str()).collect();
        out.write_str(&sentences.join(" "))
    }
}

fn sql_state(error: Option<&sqlx::Error>) -> Option<String> {
    match error {
        Some(sqlx::Error::Database(error)) => error.code().map(Cow::into_owned),
        _ => None,
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let away = match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => true,
            // 08: connection lost; 53: out of a resource; 57P0x: server stopping; 57014: took too long (PostgreSQL, appendix A).
            sqlx::Error::Database(error) => error.code().is_some_and(|code| {
                code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") || code == "57014" || code == "25P03"
            }),
            _ => false,
        };
        if away { Self::Unavailable(error.to_string()) } else { Self::Internal(Box::new(error)) }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
