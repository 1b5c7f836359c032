//! Files against rows: what the object store has, held against what the database says of it.
use super::look::Trouble;
use crate::features::integrity::model::{Check, Fault, Piece};
use crate::features::integrity::store::find::files;
use crate::gateways::storage::{Key, ObjectStore, StoreError};
use sqlx::PgConnection;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// Where models' files are, in the order in which they are looked through.
const FOLDERS: [&str; 2] = ["loras/", "training/"];

/// Looks at one slice of models, or of files.
///
/// # Errors
/// The database's or the store's.
pub async fn piece(
    check: Check,
    store: &Arc<dyn ObjectStore>,
    db: &mut PgConnection,
    (place, size): (&str, i64),
) -> Result<Piece, Trouble> {
    match check {
        Check::FilesMissing => missing(store, db, (place, size)).await,
        _ => stray(store, db, place).await,
    }
}

/// Models of a slice have neighbouring ids and so neighbouring keys: a few pages of the list answer for all of them. What is not in
/// the list is asked for by name before it counts as missing: it may have come meanwhile, or be named otherwise.
async fn missing(store: &Arc<dyn ObjectStore>, db: &mut PgConnection, (place, size): (&str, i64)) -> Result<Piece, Trouble> {
    let after: Uuid = place.parse().unwrap_or_default();
    let (last, looked, ready) = files::ready(db, after, size).await?;
    let Some(last) = last else { return Ok(Piece::default()) };
    let there = if ready.is_empty() { HashSet::new() } else { listed(store, after, last).await? };
    let mut found = Vec::new();
    for model in ready {
        if !there.contains(&model.file) && !is_there(store, &model.file).await? {
            found.push(model.fault());
        }
    }
    let next = (looked >= size).then(|| last.to_string());
    Ok(Piece { looked, faults: i64::try_from(found.len()).unwrap_or(i64::MAX), found, next })
}

/// The keys of all models after one, up to another.
async fn listed(store: &Arc<dyn ObjectStore>, after: Uuid, last: Uuid) -> Result<HashSet<String>, StoreError> {
    // "0" comes after "/": so these come after all files of that model.
    let (mut from, end) = (format!("loras/{after}0"), format!("loras/{last}0"));
    let mut there = HashSet::new();
    loop {
        let page = store.list(FOLDERS[0], Some(&from)).await?;
        let is_past = page.keys.last().is_none_or(|key| *key > end);
        there.extend(page.keys);
        match page.next {
            Some(next) if !is_past => from = next,
            _ => return Ok(there),
        }
    }
}

async fn is_there(store: &Arc<dyn ObjectStore>, file: &str) -> Result<bool, StoreError> {
    let Ok(key) = Key::parse(file) else { return Ok(false) };
    match store.head(&key).await {
        Ok(_) => Ok(true),
        Err(StoreError::Missing) => Ok(false),
        Err(error) => Err(error),
    }
}

/// One page of the store's list, folder after folder.
async fn stray(store: &Arc<dyn ObjectStore>, db: &mut PgConnection, place: &str) -> Result<Piece, Trouble> {
    let at = FOLDERS.iter().rposition(|folder| place.starts_with(folder)).unwrap_or_default();
    let after = Some(place).filter(|place| !place.is_empty());
    let page = store.list(FOLDERS[at], after).await?;
    let unknown = files::unknown(db, &page.keys).await?;
    let fault = |key: String| Fault { label: key.clone(), row_id: key, subject: None, detail: "no model knows it".into() };
    let next = page.next.or_else(|| FOLDERS.get(at + 1).map(|folder| (*folder).to_owned()));
    let looked = i64::try_from(page.keys.len()).unwrap_or(i64::MAX);
    Ok(Piece { looked, faults: i64::try_from(unknown.len()).unwrap_or(i64::MAX), found: unknown.into_iter().map(fault).collect(), next })
}
