//! Proposals to a second admin, and what was decided.
use crate::codes;
use crate::kernel::{Error, Result, Tx};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a proposal waits, in hours.
pub const HOURS: i32 = 24;

codes! {
    /// What became of a proposal.
    pub enum Decision {
        Approved = "approved" / "approved",
        Declined = "declined" / "declined",
        Withdrawn = "withdrawn" / "withdrawn",
        Expired = "expired" / "expired",
        Void = "void" / "void: it was edited",
    }
}

/// A proposal that waits.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub hash: Vec<u8>,
    pub people: i64,
    pub proposed_by: Uuid,
    pub proposer: String,
    pub expires_at: Timestamp,
    /// Its time is over, whether or not somebody has written that down.
    pub is_over: bool,
}

/// Who has decided what, and when.
#[derive(Clone, Debug)]
pub struct Decided {
    pub proposer: String,
    pub people: i64,
    pub decision: Decision,
    pub by: Option<String>,
    pub at: Timestamp,
}

/// The proposal that waits, if one does.
pub async fn open(db: &mut PgConnection, notification: Uuid) -> Result<Option<Proposal>> {
    Ok(sqlx::query_as!(
        Proposal,
        r#"select p.hash, p.people, p.proposed_by, a.name as proposer, p.expires_at,
             p.expires_at <= clock_timestamp() as "is_over!"
           from backlot.notification_approvals p join backlot.admins a on a.id = p.proposed_by
           where p.notification_id = $1 and p.decision is null"#,
        notification
    )
    .fetch_optional(db)
    .await?)
}

/// Proposes; answers when the proposal ends by itself.
pub async fn propose(tx: &mut Tx, notification: Uuid, (hash, people): (&[u8], i64), by: Uuid) -> Result<Timestamp> {
    let expires = sqlx::query_scalar!(
        "insert into backlot.notification_approvals (id, notification_id, hash, people, proposed_by, expires_at)
         values (gen_random_uuid(), $1, $2, $3, $4, clock_timestamp() + make_interval(hours => $5)) returning expires_at",
        notification,
        hash,
        people,
        by,
        HOURS
    );
    Ok(expires.fetch_one(&mut **tx).await?.to_jiff())
}

/// Decides about the proposal that waits; whether one did.
pub async fn decide(tx: &mut Tx, notification: Uuid, decision: Decision, by: Option<Uuid>) -> Result<bool> {
    let decided = sqlx::query!(
        "update backlot.notification_approvals set decision = $2, decided_by = $3, decided_at = clock_timestamp()
         where notification_id = $1 and decision is null",
        notification,
        decision.code(),
        by
    );
    Ok(decided.execute(&mut **tx).await?.rows_affected() == 1)
}

/// What was decided, the last first.
pub async fn decided(db: &mut PgConnection, notification: Uuid) -> Result<Vec<Decided>> {
    let rows = sqlx::query!(
        r#"select a.name as proposer, p.people, p.decision as "decision!", d.name as "by?", p.decided_at as "at!"
           from backlot.notification_approvals p join backlot.admins a on a.id = p.proposed_by
             left join backlot.admins d on d.id = p.decided_by
           where p.notification_id = $1 and p.decision is not null order by p.proposed_at desc limit 20"#,
        notification
    )
    .fetch_all(db)
    .await?;
    let decided = rows.into_iter().map(|row| {
        let decision = Decision::try_from(row.decision)?;
        Ok::<_, Error>(Decided { proposer: row.proposer, people: row.people, decision, by: row.by, at: row.at.to_jiff() })
    });
    decided.collect()
}

/// Who has approved it, if it took an approval.
pub async fn approver(db: &mut PgConnection, notification: Uuid) -> Result<Option<Uuid>> {
    let by = sqlx::query_scalar!(
        "select decided_by from backlot.notification_approvals where notification_id = $1 and decision = 'approved'
         order by decided_at desc limit 1",
        notification
    );
    Ok(by.fetch_optional(db).await?.flatten())
}
