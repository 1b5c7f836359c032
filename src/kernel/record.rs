//! The record of what was done, refused or failed: one audit row, and beside each deed its analytics events.
use super::{Action, Actor, Applied, Change, Result, Target, id};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

/// What the audit log is told about one attempt.
pub(super) struct Entry<'a> {
    pub id: Uuid,
    pub action: &'a str,
    pub outcome: Outcome,
    pub target: Option<&'a Target>,
    pub reason: Option<&'a str>,
    pub ticket: Option<&'a str>,
    pub changes: &'a [Change],
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Denied,
    Failed,
}

impl Outcome {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// The row for an action that was applied.
pub(super) async fn done<A: Action>(
    db: &mut PgConnection,
    actor: &Actor,
    action: &A,
    entry_id: Uuid,
    applied: &Applied<A::Output>,
) -> Result<()> {
    let entry = Entry {
        id: entry_id,
        action: A::NAME,
        outcome: Outcome::Done,
        target: Some(&applied.target),
        reason: action.why().and_then(|why| why.reason.as_deref()),
        ticket: action.why().and_then(|why| why.ticket.as_deref()),
        changes: &applied.changes,
    };
    write(db, actor, &entry).await?;
    let plain = [Value::Object(Map::new())];
    let events = if applied.events.is_empty() { plain.as_slice() } else { applied.events.as_slice() };
    for properties in events {
        announce(db, actor, A::EVENT, properties, entry_id).await?;
    }
    Ok(())
}

/// Tells the log outside the database that an entry was committed: a second witness until the entry is sealed.
pub(super) fn witness(actor: &Actor, action: &str, outcome: &str, entry: Uuid) {
    tracing::info!(target: "backlot::audit", %entry, action, outcome, actor = actor.name, actor_id = ?actor.id(), "recorded");
}

/// Writes one audit row. The database stamps time, transaction and hash itself.
pub(super) async fn write(db: &mut PgConnection, actor: &Actor, entry: &Entry<'_>) -> Result<()> {
    let changes = serde_json::to_string(entry.changes)?;
    sqlx::query!(
        "insert into backlot.audit_log (id, actor_kind, actor_id, actor_name, actor_role, session_ref, request_id, address,
           action, target_kind, target_id, target_label, outcome, reason, ticket, changes, cause,
           view_as)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        entry.id,
        actor.kind.code(),
        actor.id(),
        actor.name,
        actor.role().map(|role| role.code()),
        actor.session,
        actor.request_id,
        actor.address.map(sqlx::types::ipnet::IpNet::from),
        entry.action,
        entry.target.map(|target| target.kind.as_str()),
        entry.target.map(|target| target.id.as_str()),
        entry.target.map(|target| target.label.as_str()),
        entry.outcome.code(),
        entry.reason,
        entry.ticket,
        changes,
        actor.cause,
        actor.view_as,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes one analytics event into the outbox.
async fn announce(db: &mut PgConnection, actor: &Actor, name: &str, properties: &Value, audit_id: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into backlot.outbox_events (id, name, properties, admin_id, audit_id) values ($1, $2, $3, $4, $5)",
        id::new(),
        name,
        properties,
        actor.id(),
        audit_id,
    )
    .execute(db)
    .await?;
    Ok(())
}
