//! A form as a handler gets it: proven, parsed, and with everything that was typed, to show again.
use super::guard::Submission;
use super::pairs::Pairs;
use crate::kernel::{Error, Result};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A form that was sent.
#[derive(Clone, Debug)]
pub struct Form<F> {
    pub fields: F,
    /// The key under which it acts once.
    pub key: Uuid,
    /// The effect that was shown when it was confirmed.
    pub fingerprint: Option<String>,
    /// The name that was typed to confirm.
    pub typed: Option<String>,
    /// Everything as it was typed.
    pub pairs: Pairs,
}

impl<F: DeserializeOwned, S: Sync> FromRequestParts<S> for Form<F> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let unguarded = || Error::internal("a handler asked for a form on a route without one");
        let mut pairs = parts.extensions.get::<Pairs>().cloned().ok_or_else(unguarded)?;
        let key = parts.extensions.get::<Submission>().ok_or_else(unguarded)?.0;
        let fingerprint = pairs.take("_fingerprint").filter(|text| !text.is_empty());
        let typed = pairs.take("_typed");
        let fields = pairs.read()?;
        Ok(Self { fields, key, fingerprint, typed, pairs })
    }
}
