//! Maintenance as everybody is told of it: the window that is open, and the next one.
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// Whether the platform is in maintenance, and when it will be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Maintenance {
    pub open: Option<Window>,
    pub next: Option<Window>,
}

/// From when to when, and what users are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    pub id: Uuid,
    pub message: String,
    /// When it began, or is to begin.
    pub starts_at: Timestamp,
    /// When it is to end; nothing: until somebody ends it.
    pub ends_at: Option<Timestamp>,
}
