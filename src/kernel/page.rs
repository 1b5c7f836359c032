//! Keyset paging: where a page starts is a row, never a number of rows.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Rows per page.
pub const SIZE: usize = 50;
/// How far rows are counted exactly; beyond that a list says "more than".
pub const COUNT_CAP: i64 = 10_000;
/// The first day of the year 1: PostgreSQL has no moments before 4713 BC, and no list has any before this.
pub const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// Which way a page lies from its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    After,
    Before,
}

/// Where a page of a list by time starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Microseconds since 1970.
    pub at: i64,
    pub id: Uuid,
}

/// A page of rows, and where its neighbours start.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page from what a query for one row more than [`SIZE`] gave, in the query's order.
    pub fn cut(mut rows: Vec<T>, from: Option<Way>, key: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > SIZE;
        rows.truncate(SIZE);
        if from == Some(Way::Before) {
            rows.reverse();
        }
        let first = rows.first().map(&key);
        let last = rows.last().map(&key);
        let (before, after) = match from {
            None => (None, more.then_some(last).flatten()),
            Some(Way::After) => (first, more.then_some(last).flatten()),
            Some(Way::Before) => (more.then_some(first).flatten(), last),
        };
        Self { rows, before, after }
    }
}

/// Writes a cursor for an address.
pub fn encode<K: Serialize>(key: &K) -> String {
    serde_json::to_vec(key).map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
}

/// Reads a cursor from an address; `None` when somebody made it up.
pub fn decode<K: DeserializeOwned>(cursor: &str) -> Option<K> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    // A NUL is the one character that JSON can name and PostgreSQL's text cannot hold.
    let holds_nul = bytes.windows(6).any(|six| six == br"\u0000");
    if holds_nul { None } else { serde_json::from_slice(&bytes).ok() }
}

/// Where the page of an address starts, and which way it lies. A cursor that cannot be read means the first page.
pub fn cursor<K: DeserializeOwned>(after: Option<&str>, before: Option<&str>) -> Option<(Way, K)> {
    let after = after.and_then(decode).map(|cursor| (Way::After, cursor));
    after.or_else(|| before.and_then(decode).map(|cursor| (Way::Before, cursor)))
}

/// The moment in a cursor, in microseconds since 1970; `None` when somebody made it up.
pub fn moment(microseconds: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds).ok().filter(|at| *at >= EARLIEST)
}
