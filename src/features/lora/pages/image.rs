//! A training image, passed on from the object store to whoever may see the model.
use crate::features::lora::store::panels;
use crate::gateways::storage::{Key, Objects, Opened, StoreError};
use crate::kernel::{Error, Result};
use crate::web::{Admin, Paths};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use uuid::Uuid;

/// The largest image that is passed on, in bytes.
const LARGEST: u64 = 40_000_000;

/// What browsers show as a picture and never as anything else, by its first bytes; what the store says of it counts for nothing.
const KINDS: [(&[u8], &str); 4] =
    [(b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp")];

fn kind(first: &[u8]) -> Option<&'static str> {
    let (_, kind) = KINDS.iter().find(|(sign, _)| first.starts_with(sign))?;
    (*kind != "image/webp" || first.get(8..12) == Some(b"WEBP")).then_some(*kind)
}

/// The image.
pub async fn image(admin: Admin, Extension(objects): Extension<Objects>, Paths(model, image): Paths<Uuid, Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let place = panels::place(&mut db, model, image).await?;
    db.keep();
    let gone = || Error::NotFound("The image is not in the object store.".into());
    let key = Key::parse(&place).map_err(|_| gone())?;
    let away = |error: StoreError| match error {
        StoreError::Missing => gone(),
        StoreError::Off => Error::NotFound("No object store is configured, so there are no images.".into()),
        other => Error::Unavailable(other.to_string()),
    };
    let opened = objects.store().map_err(away)?.open(&key).await.map_err(away)?;
    pass_on(opened).await
}

async fn pass_on(Opened { size, mut body }: Opened) -> Result<Response> {
    let refused = || Error::NotFound("This file is no picture that is safe to show.".into());
    let first = beginning(&mut body).await?;
    let kind = kind(&first).filter(|_| size <= LARGEST).ok_or_else(refused)?;
    let rest = stream::once(async move { Ok(first) }).chain(body);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        // A browser keeps it for this session's pages; nothing between keeps it at all.
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, Body::from_stream(rest)).into_response())
}

/// Enough of it to tell what it is.
async fn beginning(body: &mut BoxStream<'static, std::io::Result<Bytes>>) -> Result<Bytes> {
    let mut first = Vec::new();
    while first.len() < 12 {
        match body.next().await {
            Some(piece) => first.extend_from_slice(&piece.map_err(|error| Error::Unavailable(error.to_string()))?),
            None => break,
        }
    }
    Ok(Bytes::from(first))
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn only_pictures_that_run_nothing_are_shown() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF....WEBPVP8 "), Some("image/webp"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'>"[..], b"<html>", b"RIFF....WAVE", b"%PDF-1.7", b""] {
            assert_eq!(kind(other), None);
        }
    }
}
