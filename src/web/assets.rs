//! Style sheets, scripts, fonts and icons, compiled into the binary.
use super::validator;
use crate::kernel::{Error, Result};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "static/"]
struct Static;

/// One file, with a strong validator; re-checked by browsers, answered 304 while it is the same.
///
/// # Errors
/// `NotFound`.
pub async fn file(request: Request) -> Result<Response> {
    let path = request.uri().path().trim_start_matches("/static/");
    answer(path, request.headers(), "public, max-age=0, must-revalidate")
}

/// A file that pages of other sites may include (Fetch Standard, Cross-Origin-Resource-Policy), good for a few minutes.
///
/// # Errors
/// `NotFound`.
pub fn shared(path: &str, asked: &HeaderMap) -> Result<Response> {
    let file = answer(path, asked, "public, max-age=300")?;
    Ok(([(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin")], file).into_response())
}

fn answer(path: &str, asked: &HeaderMap, storing: &str) -> Result<Response> {
    let file = Static::get(path).ok_or_else(|| Error::NotFound("There is no such file.".into()))?;
    let tag = format!("\"{}\"", file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>());
    let headers = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, storing.to_owned())];
    if validator::is_known(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    };
    Ok((headers, [(header::CONTENT_TYPE, kind)], file.data).into_response())
}
