//! What crews' hosts tell: believed only as far as to ask them.
use crate::features::workflows::jobs::Hear;
use crate::gateways::crewai::{Crews, hints};
use crate::jobs::{NewJob, inbox};
use crate::kernel::secret::sha256;
use crate::kernel::{Error, Result};
use crate::web::Site;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Who sends, in the inbox.
const SOURCE: &str = "crewai";

/// Takes a message of a host: the token first, then what it is about, and a look at each run that it names.
pub async fn hear(State(site): State<Site>, Extension(crews): Extension<Crews>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if !token.is_some_and(|(_, token)| crews.is_token(token.trim())) {
        return Err(Error::SignedOut);
    }
    let message: Value = serde_json::from_slice(&body).map_err(|_| Error::Malformed("This is not JSON.".into()))?;
    for (at, hint) in hints(&message).into_iter().enumerate() {
        // The same message is the same bytes; whoever tells the same in other bytes only has us look once more.
        let id: String = sha256(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        inbox::take(&site.door, SOURCE, &format!("{id}/{at}"), &NewJob::of(&Hear::from(hint))?).await?;
    }
    Ok(StatusCode::ACCEPTED.into_response())
}
