//! S3, and whatever speaks like it: requests signed by signature version 4 in their address.
use super::{Head, Key, Listed, ObjectStore, Opened, Piece, StoreError};
use crate::gateways::call::{self, Silence};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::unfold;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode, Url};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use secrecy::{ExposeSecret, SecretString};
use std::fs::File;
use std::ops::Range;
use std::time::Duration;
use tokio_util::io::ReaderStream;

/// How long a signed address is good for a call of our own.
const SOON: Duration = Duration::from_secs(60);
/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the whole of a large file may take, either way.
const LONG: Duration = Duration::from_secs(3_600);
/// The largest object that one request may put (Amazon S3 User Guide, "Uploading objects"): 5 GB.
const LARGEST_PUT: u64 = 5 << 30;
/// Bytes of a file that are read at once.
const STEP: usize = 256 << 10;
/// The longest list of keys, and the longest complaint, in bytes.
const LONGEST: usize = 4 << 20;
/// The largest piece that is asked for at once, in bytes.
const LARGEST: usize = 32 << 20;

/// Where a bucket is, and who may.
#[derive(Clone)]
pub struct Place {
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub key_id: String,
    pub secret: SecretString,
    /// The bucket is the first part of the path instead of the host's name: most servers but Amazon's.
    pub in_path: bool,
}

/// Why there can be no such store.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the object store's address is none: {0}")]
    Address(String),
    #[error("the object store's client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A bucket.
pub struct S3 {
    http: Client,
    bucket: Bucket,
    credentials: Credentials,
}

impl S3 {
    /// A bucket at a place; nothing is asked yet.
    ///
    /// # Errors
    /// When the address is none, or no client can be made.
    pub fn new(place: &Place) -> Result<Self, Unusable> {
        Self::with_patience(place, PATIENCE)
    }

    /// As `new`, with another time in which a whole answer must be there.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_patience(place: &Place, patience: Duration) -> Result<Self, Unusable> {
        let endpoint = Url::parse(&place.endpoint).map_err(|error| Unusable::Address(error.to_string()))?;
        let style = if place.in_path { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = Bucket::new(endpoint, style, place.bucket.clone(), place.region.clone());
        let bucket = bucket.map_err(|error| Unusable::Address(error.to_string()))?;
        let credentials = Credentials::new(place.key_id.clone(), place.secret.expose_secret());
        Ok(Self { http: call::client(patience)?, bucket, credentials })
    }

    async fn get(&self, key: &Key, range: &Range<u64>) -> Result<Response, StoreError> {
        let address = self.bucket.get_object(Some(&self.credentials), key.as_str()).sign(SOON);
        send(self.http.get(address).header(RANGE, format!("bytes={}-{}", range.start, range.end.saturating_sub(1)))).await
    }
}

fn silent(silence: Silence) -> StoreError {
    match silence {
        Silence::NeverSent(why) | Silence::Lost(why) => StoreError::Away(why),
        Silence::TooLong(_) => StoreError::Protocol(silence.to_string()),
    }
}

/// What the store answers when it does what it was asked for; else what it has against it.
async fn send(request: RequestBuilder) -> Result<Response, StoreError> {
    let answer = request.send().await.map_err(|error| silent(call::silence(error)))?;
    let (status, pause) = (answer.status(), call::pause(&answer));
    if status.is_success() {
        return Ok(answer);
    }
    let said = call::body(answer, LONGEST).await.unwrap_or_default();
    let code = code(&String::from_utf8_lossy(&said)).unwrap_or_else(|| status.to_string());
    Err(match status {
        StatusCode::NOT_FOUND if code != "NoSuchBucket" => StoreError::Missing,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => StoreError::Busy(pause),
        status if status.is_server_error() => StoreError::Away(code),
        status if status.is_client_error() => StoreError::Refused(code),
        _ => StoreError::Protocol(format!("it answered {status}")),
    })
}

/// `<Error><Code>SlowDown</Code>…` (Amazon S3 API Reference, "Error responses").
fn code(xml: &str) -> Option<String> {
    let (_, rest) = xml.split_once("<Code>")?;
    let code = rest.split('<').next()?;
    code.chars().all(|letter| letter.is_ascii_alphanumeric()).then(|| code.chars().take(60).collect())
}

fn length(answer: &Response) -> Option<u64> {
    answer.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The number after the slash of `bytes 0-7/1234` (RFC 9110, 14.4).
fn total(answer: &Response) -> Option<u64> {
    answer.headers().get(CONTENT_RANGE)?.to_str().ok()?.rsplit_once('/')?.1.parse().ok()
}

#[async_trait]
impl ObjectStore for S3 {
    async fn head(&self, key: &Key) -> Result<Head, StoreError> {
        let address = self.bucket.head_object(Some(&self.credentials), key.as_str()).sign(SOON);
        let answer = send(self.http.request(Method::HEAD, address)).await?;
        length(&answer).map(|size| Head { size }).ok_or_else(|| StoreError::Protocol("it does not say how large the file is".into()))
    }

    async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Piece, StoreError> {
        let wanted = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX).min(LARGEST);
        let answer = self.get(key, &range).await?;
        let total = match answer.status() {
            StatusCode::PARTIAL_CONTENT => total(&answer),
            // The whole object, as from a store that knows no ranges: only its beginning is what was asked for.
            _ if range.start == 0 => length(&answer).filter(|length| *length <= range.end),
            _ => None,
        };
        let total = total.ok_or_else(|| StoreError::Protocol("it sent another part than was asked for".into()))?;
        let bytes = call::body(answer, wanted).await.map_err(silent)?;
        Ok(Piece { bytes, total })
    }

    async fn open(&self, key: &Key) -> Result<Opened, StoreError> {
        let address = self.bucket.get_object(Some(&self.credentials), key.as_str()).sign(SOON);
        // Whoever reads it may be slow: the file takes as long as they do.
        let answer = send(self.http.get(address).timeout(LONG)).await?;
        let size = length(&answer).ok_or_else(|| StoreError::Protocol("it does not say how large the file is".into()))?;
        let body = unfold(answer, |mut answer| async move {
            let piece = answer.chunk().await.map_err(|error| std::io::Error::other(error.without_url())).transpose()?;
            Some((piece, answer))
        });
        Ok(Opened { size, body: body.boxed() })
    }

    async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StoreError> {
        let address = self.bucket.put_object(Some(&self.credentials), key.as_str()).sign(SOON);
        send(self.http.put(address).body(bytes)).await.map(drop)
    }

    async fn put_file(&self, key: &Key, file: File, bytes: u64) -> Result<(), StoreError> {
        if bytes > LARGEST_PUT {
            return Err(StoreError::Refused("the file is larger than one request may put there (5 GB)".into()));
        }
        let address = self.bucket.put_object(Some(&self.credentials), key.as_str()).sign(SOON);
        let body = Body::wrap_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), STEP));
        send(self.http.put(address).header(CONTENT_LENGTH, bytes).timeout(LONG).body(body)).await.map(drop)
    }

    /// What is put there is there as a whole or not at all.
    async fn tidy(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let address = self.bucket.delete_object(Some(&self.credentials), key.as_str()).sign(SOON);
        match send(self.http.delete(address)).await {
            Ok(_) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Listed, StoreError> {
        let mut action = ListObjectsV2::new(&self.bucket, Some(&self.credentials));
        action.with_prefix(prefix);
        if let Some(after) = after {
            action.with_start_after(after);
        }
        let answer = send(self.http.get(action.sign(SOON))).await?;
        let bytes = call::body(answer, LONGEST).await.map_err(silent)?;
        let listed = ListObjectsV2::parse_response(&String::from_utf8_lossy(&bytes));
        let listed = listed.map_err(|error| StoreError::Protocol(error.to_string()))?;
        let keys: Vec<_> = listed.contents.into_iter().map(|content| content.key).collect();
        let next = listed.next_continuation_token.and(keys.last().cloned());
        Ok(Listed { keys, next })
    }

    fn lend(&self, key: &Key, time: Duration) -> Option<String> {
        Some(self.bucket.get_object(Some(&self.credentials), key.as_str()).sign(time).into())
    }

    fn take_in(&self, key: &Key, time: Duration) -> Option<String> {
        Some(self.bucket.put_object(Some(&self.credentials), key.as_str()).sign(time).into())
    }
}
