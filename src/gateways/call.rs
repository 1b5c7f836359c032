//! Calls over HTTP: how long one may take, how much of an answer is read, and what it means when there is none.
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::error::Error as _;
use std::time::Duration;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// It was never sent: nothing can have happened there.
    #[error("{0}")]
    NeverSent(String),
    /// It was sent, or partly, and the answer was lost: it may have happened.
    #[error("{0}")]
    Lost(String),
    /// The answer is longer than any that could be right.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
}

/// A client whose calls end, and that follows nobody: the credentials go to the address that was named and no further.
///
/// # Errors
/// When the system has no certificates to trust.
pub fn client(patience: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("backlot/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(patience.min(Duration::from_secs(3)))
        .timeout(patience)
        .redirect(Policy::none())
        .build()
}

/// What a failed call means.
#[must_use]
pub fn silence(error: reqwest::Error) -> Silence {
    if error.is_connect() || error.is_builder() {
        return Silence::NeverSent("it cannot be reached".into());
    }
    if error.is_timeout() {
        return Silence::Lost("it took too long to answer".into());
    }
    // Without the address: it can hold a signature.
    let error = error.without_url();
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Silence::Lost(format!("the line broke ({error}{cause})"))
}

/// The whole answer, if it is no longer than `most` bytes.
///
/// # Errors
/// When it breaks off, or is longer.
pub async fn body(mut answer: Response, most: usize) -> Result<Vec<u8>, Silence> {
    let mut read = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(silence)? {
        if read.len() + piece.len() > most {
            return Err(Silence::TooLong(most));
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

/// Seconds that the other side asks to wait (RFC 9110, 10.2.3), as far as it names a number.
#[must_use]
pub fn pause(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
