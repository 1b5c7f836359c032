//! Ids are UUID version 7 (RFC 9562): they sort by the time they were made. They are names, never secrets.
use uuid::Uuid;

/// A new id.
pub fn new() -> Uuid {
    Uuid::now_v7()
}
