//! Ids and filters from an address, refused in a sentence when they cannot be right.
use super::pairs::Pairs;
use crate::kernel::{Error, Result};
use axum::extract::FromRequestParts;
use axum::extract::RawPathParams;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// The one parameter of a path, as `/admin/users/{id}`.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let params = params(parts, state).await?;
        parse(&params, 0).map(Self)
    }
}

/// The two parameters of a path, as `/admin/features/{flag}/versions/{version}`.
#[derive(Clone, Copy, Debug)]
pub struct Paths<A, B>(pub A, pub B);

impl<A: FromStr, B: FromStr, S: Send + Sync> FromRequestParts<S> for Paths<A, B> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let params = params(parts, state).await?;
        Ok(Self(parse(&params, 0)?, parse(&params, 1)?))
    }
}

async fn params<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::Malformed("This address is not valid UTF-8.".into()))
}

fn parse<T: FromStr>(params: &RawPathParams, at: usize) -> Result<T> {
    let value = params.iter().nth(at).map_or("", |(_, value)| value);
    // PostgreSQL takes no NUL in a text, so nothing can be called so.
    let refused = || Error::NotFound("This address holds no valid id.".into());
    if value.contains('\0') { Err(refused()) } else { value.parse().map_err(|_| refused()) }
}

/// The filters of an address.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Pairs::parse(parts.uri.query().unwrap_or("").as_bytes())?.read().map(Self)
    }
}
