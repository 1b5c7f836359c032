//! Taking a file along: recorded first, then sent as it lies in the store.
use super::Offered;
use crate::features::exports::actions::DownloadExport;
use crate::features::exports::model::File;
use crate::gateways::storage::{Key, Opened, StoreError};
use crate::kernel::{Error, Result, Target, Terms};
use crate::live::settings::keys;
use crate::web::{Admin, Path};
use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use base64::{Engine, prelude::BASE64_STANDARD};
use uuid::Uuid;

/// The file.
pub async fn download(admin: Admin, Extension(offered): Extension<Offered>, Path(id): Path<Uuid>) -> Result<Response> {
    let export = super::subject(&admin, id).await?;
    if export.owner != admin.id() {
        let why = "only who asked for an export can download it";
        admin.desk().refuse(admin.actor(), "exports.download", Some(&Target::of(&export)), why).await?;
        return Err(Error::NotFound("Only who asked for an export can download it. This attempt is on the record.".into()));
    }
    let needs = offered.find(&export.order.dataset)?.permission;
    let keep_hours = admin.site().live.now().settings.get(keys::EXPORT_RETENTION_HOURS);
    let action = DownloadExport { id, needs, keep_hours };
    let file = admin.desk().perform(admin.actor(), action, &Terms::default()).await?.output;
    let key = Key::parse(&file.key).map_err(Error::internal)?;
    let opened = offered.objects.store().map_err(away)?.open(&key).await.map_err(away)?;
    if i64::try_from(opened.size).ok() != Some(file.bytes) {
        return Err(Error::internal(format!("export {id}: the store has {} bytes where {} were put", opened.size, file.bytes)));
    }
    Ok(sent(&file, opened))
}

fn away(error: StoreError) -> Error {
    match error {
        StoreError::Missing => Error::NotFound("The file is not in the object store any more.".into()),
        other => Error::Unavailable(other.to_string()),
    }
}

fn sent(file: &File, opened: Opened) -> Response {
    let kind = match file.name.rsplit('.').next() {
        Some("csv") => "text/csv; charset=utf-8; header=present",
        Some("json") => "application/json",
        Some("ndjson") => "application/x-ndjson",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("zip") => "application/zip",
        Some("gz") => "application/gzip",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
        // Integrity of what is sent (RFC 9530).
        (HeaderName::from_static("repr-digest"), format!("sha-256=:{}:", BASE64_STANDARD.encode(bytes(&file.sha256)))),
    ];
    (headers, Body::from_stream(opened.body)).into_response()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pair = |at: usize| hexadecimal.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..hexadecimal.len()).step_by(2).filter_map(pair).collect()
}
