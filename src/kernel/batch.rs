//! Many rows changed in one transaction, each with the record that it would have had alone.
use super::desk::TRIES;
use super::{Action, Actor, Applied, Change, Desk, Error, Fence, Permission, Result, Target, Tx, Why, id, record};
use async_trait::async_trait;
use serde_json::Value;
use sqlx::PgConnection;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// What is recorded of one row: the audit entry and the events of the action that it stands for.
#[derive(Clone, Debug)]
pub struct Record {
    /// The audit entry's id: the cause of the jobs that the row's change asks for.
    pub id: Uuid,
    pub action: &'static str,
    pub event: &'static str,
    pub target: Target,
    pub why: Why,
    pub changes: Vec<Change>,
    pub events: Vec<Value>,
}

impl Record {
    /// Of an action that was applied under this id.
    pub fn of<A: Action>(id: Uuid, action: &A, applied: Applied<A::Output>) -> Self {
        let why = action.why().cloned().unwrap_or_default();
        Self { id, action: A::NAME, event: A::EVENT, target: applied.target, why, changes: applied.changes, events: applied.events }
    }

    /// As the action `A` would have left it, for a row that was changed together with others.
    pub fn like<A: Action>(target: Target, why: &Why, change: Change, event: Value) -> Self {
        Self { id: id::new(), action: A::NAME, event: A::EVENT, target, why: why.clone(), changes: vec![change], events: vec![event] }
    }
}

/// Changes of many rows that are made together.
#[async_trait]
pub trait Batch: Send + Sync {
    /// The changes, and the record of each. What changes a row and records nothing is no batch.
    ///
    /// # Errors
    /// Whatever makes it impossible; then nothing of it has happened.
    async fn apply(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<Record>>;
}

impl Desk {
    /// Makes changes of many rows, each with its record, or none of them.
    ///
    /// # Errors
    /// Refused (recorded), in conflict, or failed.
    pub async fn perform_batch(&self, actor: &Actor, permission: Permission, batch: &dyn Batch, fence: &Arc<dyn Fence>) -> Result<usize> {
        if !actor.may(permission) {
            self.refuse(actor, "bulk.run", None, permission.phrase()).await?;
            return Err(Error::Forbidden(permission));
        }
        let mut tries = 0;
        loop {
            tries += 1;
            match self.batched(actor, batch, fence).await {
                Err(error) if error.is_contention() && tries < TRIES => {}
                other => return other,
            }
        }
    }

    async fn batched(&self, actor: &Actor, batch: &dyn Batch, fence: &Arc<dyn Fence>) -> Result<usize> {
        let mut tx = Tx::begin(&self.writer).await?;
        let records = batch.apply(&mut tx, actor).await?;
        write(&mut tx, actor, &records).await?;
        let audit_id = tx.audit_id();
        fence.hold(&mut tx, audit_id).await?;
        tx.commit().await?;
        self.deeds.fetch_add(1, Ordering::Relaxed);
        for one in &records {
            record::witness(actor, one.action, "done", one.id);
            metrics::counter!("backlot_actions_total", "action" => one.action, "outcome" => "done").increment(1);
        }
        Ok(records.len())
    }
}

/// Does one action as part of a batch. What it refuses leaves nothing behind, and is told in its own words.
///
/// # Errors
/// When it is our fault, or the database's: then the whole batch has failed.
pub async fn one<A: Action>(tx: &mut Tx, actor: &Actor, action: A) -> Result<Result<Record, String>> {
    sqlx::query!("savepoint one_of_many").execute(&mut **tx).await?;
    let id = tx.turn();
    match action.clone().apply(tx, actor).await {
        Ok(applied) => {
            sqlx::query!("release savepoint one_of_many").execute(&mut **tx).await?;
            Ok(Ok(Record::of(id, &action, applied)))
        }
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        Err(refused) => {
            sqlx::query!("rollback to savepoint one_of_many").execute(&mut **tx).await?;
            Ok(Err(refused.to_string()))
        }
    }
}

/// Writes the audit rows and the events of all of them, in one statement each.
async fn write(db: &mut PgConnection, actor: &Actor, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    audit(db, actor, records).await?;
    announce(db, actor, records).await
}

async fn audit(db: &mut PgConnection, actor: &Actor, records: &[Record]) -> Result<()> {
    let text = |of: fn(&Record) -> &str| records.iter().map(|one| of(one).to_owned()).collect::<Vec<_>>();
    let maybe = |of: fn(&Record) -> Option<&String>| records.iter().map(|one| of(one).cloned()).collect::<Vec<_>>();
    let changes: Vec<String> = records.iter().map(|one| serde_json::to_string(&one.changes)).collect::<Result<_, _>>()?;
    sqlx::query!(
        "insert into backlot.audit_log (id, actor_kind, actor_id, actor_name, actor_role, session_ref, request_id, address, action,
           target_kind, target_id, target_label, outcome, reason, ticket, changes, cause, view_as)
         select r.id, $1, $2, $3, $4, $5, $6, $7, r.action, r.kind, r.target, r.label, 'done', r.reason, r.ticket, r.changes, $8, $9
         from unnest($10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
           with ordinality as r (id, action, kind, target, label, reason, ticket, changes, at) order by r.at",
        actor.kind.code(),
        actor.id(),
        actor.name,
        actor.role().map(|role| role.code()),
        actor.session,
        actor.request_id,
        actor.address.map(sqlx::types::ipnet::IpNet::from),
        actor.cause,
        actor.view_as,
        &records.iter().map(|one| one.id).collect::<Vec<_>>(),
        &text(|one| one.action),
        &text(|one| &one.target.kind),
        &text(|one| &one.target.id),
        &text(|one| &one.target.label),
        &maybe(|one| one.why.reason.as_ref()) as _,
        &maybe(|one| one.why.ticket.as_ref()) as _,
        &changes,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn announce(db: &mut PgConnection, actor: &Actor, records: &[Record]) -> Result<()> {
    let (mut names, mut properties, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for one in records {
        let plain = [Value::Object(serde_json::Map::new())];
        for event in if one.events.is_empty() { &plain } else { one.events.as_slice() } {
            names.push(one.event.to_owned());
            properties.push(event.clone());
            entries.push(one.id);
        }
    }
    let ids: Vec<Uuid> = names.iter().map(|_| id::new()).collect();
    sqlx::query!(
        "insert into backlot.outbox_events (id, name, properties, admin_id, audit_id)
         select e.id, e.name, e.properties, $1, e.entry from unnest($2::uuid[], $3::text[], $4::jsonb[], $5::uuid[]) as e (id, name, properties, entry)",
        actor.id(),
        &ids,
        &names,
        &properties,
        &entries
    )
    .execute(db)
    .await?;
    Ok(())
}
