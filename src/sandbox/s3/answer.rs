//! What the store answers: objects, parts of them, lists, and errors in XML.
use super::{Mode, REGION, Shared, open, signature};
use crate::kernel::Clock;
use crate::sandbox::weights::Weights;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::stream::{StreamExt, iter, unfold};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt::Write;
use std::io;

/// The largest object that is taken, in bytes.
const LARGEST: usize = 64 << 20;
/// Keys of one answer.
const MOST: usize = 1_000;
/// Bytes that are sent at once.
const STEP: u64 = 128 << 10;

fn refused(status: StatusCode, code: &str) -> Response {
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}

/// Answers any request.
pub async fn serve(State(desk): State<Shared>, request: Request) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default().to_owned();
    let (mode, checked) = {
        let mut desk = open(&desk);
        desk.asked.push(format!("{method} {} {range}", uri.path()).trim_end().to_owned());
        (desk.mode, signature::check((&desk.key_id, &desk.secret), REGION, (&method, &uri, &headers), Clock::system().now()))
    };
    match mode {
        Mode::Busy(seconds) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            return (wait, refused(StatusCode::SERVICE_UNAVAILABLE, "SlowDown")).into_response();
        }
        Mode::Closed => return refused(StatusCode::FORBIDDEN, "AccessDenied"),
        Mode::Broken => return refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        Mode::Slow(pause) => tokio::time::sleep(pause).await,
        Mode::Honest | Mode::Cutting | Mode::Dropping | Mode::Losing | Mode::Rangeless => {}
    }
    if let Err(code) = checked {
        return refused(StatusCode::FORBIDDEN, code);
    }
    let path = percent_decode_str(uri.path()).decode_utf8_lossy().into_owned();
    let bucket = open(&desk).bucket.clone();
    let Some(key) = path.trim_start_matches('/').strip_prefix(&bucket) else {
        return refused(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    match (method, key.trim_start_matches('/')) {
        (Method::GET, "") => list(&desk, &uri),
        (Method::GET, key) => get(&desk, key, &range, mode).await,
        (Method::HEAD, key) => head(&desk, key).await,
        (Method::PUT, key) => put(&desk, key, request.into_body(), mode).await,
        (Method::DELETE, key) => {
            open(&desk).objects.remove(key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

async fn find(desk: &Shared, key: &str) -> Option<Weights> {
    let (kept, shelf) = {
        let desk = open(desk);
        (desk.objects.get(key).cloned(), desk.shelf.clone())
    };
    match (kept, shelf) {
        (Some(kept), _) => Some(kept),
        (None, Some(shelf)) => shelf.find(key).await,
        (None, None) => None,
    }
}

async fn head(desk: &Shared, key: &str) -> Response {
    match find(desk, key).await {
        Some(object) => ([(header::CONTENT_LENGTH, object.size.to_string())], ()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn put(desk: &Shared, key: &str, body: Body, mode: Mode) -> Response {
    if mode == Mode::Dropping {
        return drop_line(body).await;
    }
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return refused(StatusCode::BAD_REQUEST, "EntityTooLarge") };
    let kept = if mode == Mode::Losing { &bytes[..bytes.len() / 2] } else { &bytes[..] };
    open(desk).objects.insert(key.to_owned(), Weights { head: kept.to_vec(), size: kept.len() as u64 });
    StatusCode::OK.into_response()
}

/// Reads a little, and hangs up: an answer whose body breaks off takes the connection with it.
async fn drop_line(body: Body) -> Response {
    let mut pieces = body.into_data_stream();
    let _ = pieces.next().await;
    let broken = iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    (StatusCode::INTERNAL_SERVER_ERROR, Body::from_stream(broken)).into_response()
}

/// `bytes=0-7`, as first and last byte.
fn range(text: &str, size: u64) -> Option<Result<(u64, u64), ()>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some(if first >= size || last < first { Err(()) } else { Ok((first, last.min(size - 1))) })
}

async fn get(desk: &Shared, key: &str, asked: &str, mode: Mode) -> Response {
    let Some(object) = find(desk, key).await else { return refused(StatusCode::NOT_FOUND, "NoSuchKey") };
    let size = object.size;
    let (status, first, end) = match range(asked, size).filter(|_| mode != Mode::Rangeless) {
        Some(Err(())) => return refused(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange"),
        Some(Ok((first, last))) => (StatusCode::PARTIAL_CONTENT, first, last + 1),
        None => (StatusCode::OK, 0, size),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_LENGTH, (end - first).into());
    if let (StatusCode::PARTIAL_CONTENT, Ok(value)) = (status, format!("bytes {first}-{}/{size}", end.saturating_sub(1)).parse()) {
        headers.insert(header::CONTENT_RANGE, value);
    }
    let stop = if mode == Mode::Cutting { first + (end - first) / 2 } else { end };
    let pieces = unfold(first, move |at| {
        let piece = piece(&object, at, stop.min(at + STEP));
        async move { piece.map(|(bytes, next)| (Ok::<_, io::Error>(bytes), next)) }
    });
    let cut = iter((mode == Mode::Cutting).then(|| Err(io::Error::from(io::ErrorKind::ConnectionReset))));
    (status, headers, Body::from_stream(pieces.chain(cut))).into_response()
}

fn piece(object: &Weights, from: u64, to: u64) -> Option<(Bytes, u64)> {
    if from >= to {
        return None;
    }
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(object.head.len());
    let mut bytes = object.head[place(from)..place(to)].to_vec();
    bytes.resize(usize::try_from(to - from).unwrap_or_default(), 0);
    Some((Bytes::from(bytes), to))
}

fn list(desk: &Shared, uri: &Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let value = |name: &str| {
        let found = query.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap_or_default();
        percent_decode_str(found).decode_utf8_lossy().into_owned()
    };
    let (prefix, after) = (value("prefix="), value("start-after="));
    let desk = open(desk);
    let mut found = desk.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>",
    );
    for (key, object) in found.by_ref().take(MOST) {
        let key = utf8_percent_encode(key, NON_ALPHANUMERIC);
        let _ = write!(xml, "<Contents><Key>{key}</Key><Size>{}</Size><ETag>\"0\"</ETag></Contents>", object.size);
    }
    let more = found.next().is_some();
    let next = if more { "<NextContinuationToken>more</NextContinuationToken>" } else { "" };
    let _ = write!(xml, "<IsTruncated>{more}</IsTruncated>{next}</ListBucketResult>");
    ([(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}
