//! Every SQL statement about proposals: one proposal here, people, the list and the run beside.
pub mod fence;
pub mod list;
pub mod people;

use super::model::{HOURS, Proposal, State};
use crate::kernel::{Error, Permission, Result, Target, Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    action: String,
    content: Value,
    takes: String,
    needs: String,
    target_kind: String,
    target_id: String,
    target_label: String,
    rehearsal: Value,
    fingerprint: String,
    reason: Option<String>,
    ticket: Option<String>,
    asked_at: String,
    state: String,
    proposed_by: Uuid,
    proposed_at: Timestamp,
    proposed_audit: Uuid,
    expires_at: Timestamp,
    cools_until: Option<jiff_sqlx::Timestamp>,
    decided_by: Option<Uuid>,
    decided_at: Option<jiff_sqlx::Timestamp>,
    decided_audit: Option<Uuid>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    ended_why: Option<String>,
    done_audit: Option<Uuid>,
    is_over: bool,
    is_cool: bool,
}

impl TryFrom<Row> for Proposal {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let jiff = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Self {
            id: row.id,
            action: row.action,
            content: row.content,
            takes: Permission::of_code(&row.takes)?,
            needs: Permission::of_code(&row.needs)?,
            about: Target { kind: row.target_kind, id: row.target_id, label: row.target_label },
            rehearsal: serde_json::from_value(row.rehearsal)?,
            effect: row.fingerprint,
            reason: row.reason,
            ticket: row.ticket,
            asked_at: row.asked_at,
            state: State::try_from(row.state)?,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            proposed_audit: row.proposed_audit,
            expires_at: row.expires_at,
            cools_until: jiff(row.cools_until),
            decided_by: row.decided_by,
            decided_at: jiff(row.decided_at),
            decided_audit: row.decided_audit,
            ended_at: jiff(row.ended_at),
            ended_why: row.ended_why,
            done_audit: row.done_audit,
            is_over: row.is_over,
            is_cool: row.is_cool,
        })
    }
}

/// One proposal.
pub async fn find(db: &mut PgConnection, id: Uuid) -> Result<Proposal> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, action, content, takes, needs, target_kind, target_id, target_label, rehearsal, fingerprint, reason, ticket, asked_at,
             state, proposed_by, proposed_at, proposed_audit, expires_at, cools_until, decided_by, decided_at, decided_audit, ended_at,
             ended_why, done_audit, expires_at <= clock_timestamp() as "is_over!", coalesce(cools_until <= clock_timestamp(), false) as "is_cool!"
           from backlot.approvals where id = $1"#,
        id
    );
    row.fetch_optional(db).await?.ok_or_else(|| Error::no("proposal"))?.try_into()
}

/// The proposal, held until this transaction ends: whoever decides second finds it decided.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Proposal> {
    sqlx::query!("select from backlot.approvals where id = $1 for update", id).execute(&mut **tx).await?;
    find(tx, id).await
}

/// The proposal about the same that is still in force, held until this transaction ends.
pub async fn in_force(tx: &mut Tx, action: &str, about: &Target) -> Result<Option<Proposal>> {
    let id = sqlx::query_scalar!(
        "select id from backlot.approvals
         where action = $1 and target_kind = $2 and target_id = $3 and state in ('open', 'approved') for update",
        action,
        about.kind,
        about.id
    );
    match id.fetch_optional(&mut **tx).await? {
        Some(id) => find(tx, id).await.map(Some),
        None => Ok(None),
    }
}

/// Writes a new proposal down. False when somebody else has just proposed the same.
pub async fn add(tx: &mut Tx, proposal: &Proposal) -> Result<bool> {
    let added = sqlx::query!(
        "insert into backlot.approvals (id, action, content, takes, needs, target_kind, target_id, target_label, rehearsal, fingerprint,
           reason, ticket, asked_at, proposed_by, proposed_audit, expires_at, cools_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (action, target_kind, target_id) where state in ('open', 'approved') do nothing",
        proposal.id,
        proposal.action,
        proposal.content,
        proposal.takes.code(),
        proposal.needs.code(),
        proposal.about.kind,
        proposal.about.id,
        proposal.about.label,
        serde_json::to_value(&proposal.rehearsal)?,
        proposal.effect,
        proposal.reason,
        proposal.ticket,
        proposal.asked_at,
        proposal.proposed_by,
        proposal.proposed_audit,
        proposal.expires_at.to_sqlx() as _,
        proposal.cools_until.map(Timestamp::to_sqlx) as _
    );
    Ok(added.execute(&mut **tx).await?.rows_affected() == 1)
}

/// It is approved: by a second admin, or by the time that a team of one waited.
pub async fn approve(tx: &mut Tx, id: Uuid, by: Option<Uuid>) -> Result<Proposal> {
    let audit = tx.audit_id();
    sqlx::query!(
        "update backlot.approvals set state = 'approved', decided_by = $2, decided_at = clock_timestamp(), decided_audit = $3 where id = $1",
        id,
        by,
        audit
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// It is over, without having been done.
pub async fn end(tx: &mut Tx, id: Uuid, state: State, why: Option<&str>, rejected_by: Option<Uuid>) -> Result<Proposal> {
    let audit = tx.audit_id();
    sqlx::query!(
        "update backlot.approvals set state = $2, ended_at = clock_timestamp(), ended_why = $3, decided_by = coalesce($4, decided_by),
           decided_at = coalesce(decided_at, clock_timestamp()), decided_audit = coalesce(decided_audit, $5) where id = $1",
        id,
        state.code(),
        why,
        rejected_by,
        audit
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// Somebody who may approve it is there after all: it waits for them.
pub async fn wait_after_all(tx: &mut Tx, id: Uuid) -> Result<Proposal> {
    sqlx::query!(
        "update backlot.approvals set cools_until = null, expires_at = clock_timestamp() + make_interval(hours => $2) where id = $1",
        id,
        HOURS
    )
    .execute(&mut **tx)
    .await?;
    find(tx, id).await
}

/// The proposals whose time has come, and those that are approved and that nobody does.
pub async fn due(db: &mut PgConnection) -> Result<Vec<Uuid>> {
    let due = sqlx::query_scalar!(
        "select id from backlot.approvals
         where state in ('open', 'approved') and (state = 'approved' or cools_until <= now() or expires_at <= now())
         order by expires_at limit 200"
    );
    Ok(due.fetch_all(db).await?)
}

/// What time it is in the database.
pub async fn now(db: &mut PgConnection) -> Result<Timestamp> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await?.to_jiff())
}
