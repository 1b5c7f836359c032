//! The audit log as it is exported: what the log's own filter leaves, oldest first.
use super::{Scope, narrow};
use crate::features::audit::filter::Filter;
use crate::kernel::listing::Listing;
use crate::kernel::{Error, Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};
use uuid::Uuid;

const COLUMNS: &[Column] = &[
    Column::new("seq", "Number", Kind::Whole, "seq"),
    Column::new("id", "ID", Kind::Id, "id"),
    Column::new("at", "At", Kind::Time, "at"),
    Column::new("actor_kind", "Kind of actor", Kind::Text, "actor_kind"),
    Column::new("actor_id", "Actor's ID", Kind::Id, "actor_id"),
    Column::new("actor_name", "Actor", Kind::Text, "actor_name"),
    Column::new("actor_role", "Role", Kind::Text, "actor_role"),
    Column::new("view_as", "Viewed as", Kind::Id, "view_as"),
    Column::new("action", "Action", Kind::Text, "action"),
    Column::new("target_kind", "Kind of target", Kind::Text, "target_kind"),
    Column::new("target_id", "Target's ID", Kind::Text, "target_id"),
    Column::new("target_label", "Target", Kind::Text, "target_label"),
    Column::new("outcome", "Outcome", Kind::Text, "outcome"),
    Column::new("reason", "Reason", Kind::Text, "reason"),
    Column::new("ticket", "Ticket", Kind::Text, "ticket"),
    Column::new("changes", "Changes", Kind::Json, "changes::jsonb::text"),
    Column::new("address", "Address", Kind::Text, "host(address)"),
    Column::new("request_id", "Request ID", Kind::Id, "request_id"),
    Column::new("cause", "Cause", Kind::Id, "cause"),
    Column::new("leaf", "Hash", Kind::Text, "encode(leaf, 'hex')"),
];

/// The entries of a filter.
pub const AUDIT: Dataset = Dataset {
    name: "audit_log",
    label: "Audit log",
    about: "Who did what, to whom, why and from where, with each entry's own hash; the order to export is in it too.",
    what: ("entry", "entries"),
    icon: "history",
    permission: Permission::ExportsAll,
    always_fresh: true,
    asks: Asks::Days { list: Some("/admin/audit") },
    columns: COLUMNS,
    parts: |wanted| one("audit_log", "Audit log", wanted, rows),
    words: |filter| Ok(filter.read::<Filter>()?.words().into_iter().map(|(name, _, value)| (name, value)).collect()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Filter = wanted.filter.read()?;
    if filter.actor.as_deref() == Some("me") {
        return Err(Error::Malformed("“me” is nobody in an export: choose the admin by name.".into()));
    }
    let mut list = Listing::of(wanted.select(), "backlot.audit_log");
    narrow(&mut list, &filter, Scope { me: Uuid::nil(), all: true }, &wanted.zone)?;
    if !wanted.counts() {
        list.push(" order by at, seq");
    }
    Ok(list)
}
