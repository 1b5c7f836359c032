//! The columns of what the staff calls a user, and of what went wrong for them.
use crate::web::dataset::{Column, Kind};

pub const TAGS: &[Column] = &[Column::new("tag", "Tag", Kind::Text, "t.tag"), Column::new("added_at", "Added", Kind::Time, "t.added_at")];

pub const ALERTS: &[Column] = &[
    Column::new("alert_id", "Alert", Kind::Id, "t.alert_id"),
    Column::new("fired_at", "Fired", Kind::Time, "a.fired_at"),
    Column::new("rule", "Rule", Kind::Text, "a.rule"),
];
