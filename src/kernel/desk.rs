//! The desk: where an action is admitted, rehearsed, done and recorded.
use super::record::{Entry, Outcome};
use super::{Action, Actor, Assurance, Change, Error, Permission, Rehearsal, Result, Target, Tx, id, record, secret, trace};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Instrument;
use uuid::Uuid;

/// Said where the effect is no longer the one that was shown.
pub const CHANGED: &str = "The effect has changed since you looked. Nothing was done.";
/// How often a whole transaction is tried when others are in its way.
pub(super) const TRIES: u32 = 3;

/// The only place that can write: permission, transaction, change, audit row, event, commit; all of them or none.
#[derive(Clone)]
pub struct Desk {
    pub(super) writer: PgPool,
    pub(super) deeds: Arc<AtomicU64>,
}

/// What the caller holds an action to.
#[derive(Clone, Default)]
pub struct Terms {
    /// The form's own key: the same key acts once.
    pub submission: Option<Uuid>,
    /// The effect that was shown: another one is refused.
    pub fingerprint: Option<String>,
    /// What must still hold when everything else is done: how a job proves its lease.
    pub fence: Option<Arc<dyn Fence>>,
    /// What the record says beside the action's own changes: who has approved it.
    pub beside: Vec<Change>,
}

/// Something that must hold in the very transaction that an action commits in.
#[async_trait]
pub trait Fence: Send + Sync {
    /// Holds on, or refuses the commit of what this audit entry records.
    ///
    /// # Errors
    /// When it no longer holds.
    async fn hold(&self, db: &mut PgConnection, audit_id: Uuid) -> Result<()>;
}

/// An action that is done.
#[derive(Debug)]
pub struct Performed<T> {
    pub output: T,
    pub audit_id: Uuid,
    /// The same form had been sent before: nothing happened this time.
    pub replayed: bool,
}

impl Desk {
    /// A desk over the pool whose role may write.
    pub fn new(writer: PgPool) -> Self {
        Self { writer, deeds: Arc::default() }
    }

    /// How many actions this desk has done: a number that changes whenever something may look different.
    pub fn deeds(&self) -> u64 {
        self.deeds.load(Ordering::Relaxed)
    }

    /// Does an action and records it, or does neither.
    ///
    /// # Errors
    /// Refused (recorded), invalid, in conflict, or failed (recorded, after the rollback).
    pub async fn perform<A: Action>(&self, actor: &Actor, action: A, terms: &Terms) -> Result<Performed<A::Output>> {
        self.admit::<A>(actor).await?;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(actor, action.clone(), terms).instrument(trace::action(A::NAME)).await {
                Err(error) if error.is_contention() && tries < TRIES => continue,
                Err(error) => {
                    self.record_failure::<A>(actor, &action, &error).await;
                    return Err(error);
                }
                done => {
                    metrics::counter!("backlot_actions_total", "action" => A::NAME, "outcome" => "done").increment(1);
                    return done;
                }
            }
        }
    }

    async fn attempt<A: Action>(&self, actor: &Actor, action: A, terms: &Terms) -> Result<Performed<A::Output>> {
        let mut tx = Tx::begin(&self.writer).await?;
        if let Some(earlier) = replay::<A>(&mut tx, actor, &action, terms).await? {
            tx.roll_back().await?;
            return Ok(earlier);
        }
        let mut applied = action.clone().apply(&mut tx, actor).await?;
        if let Some(shown) = &terms.fingerprint
            && Rehearsal::of(A::NAME, &applied)?.fingerprint != *shown
        {
            return Err(Error::Conflict(CHANGED.into()));
        }
        applied.changes.extend(terms.beside.iter().cloned());
        let audit_id = tx.audit_id();
        record::done(&mut tx, actor, &action, audit_id, &applied).await?;
        keep::<A>(&mut tx, terms, audit_id, &applied.output).await?;
        if let Some(fence) = &terms.fence {
            fence.hold(&mut tx, audit_id).await?;
        }
        tx.commit().await?;
        self.deeds.fetch_add(1, Ordering::Relaxed);
        record::witness(actor, A::NAME, "done", audit_id);
        Ok(Performed { output: applied.output, audit_id, replayed: false })
    }

    /// Finds out what an action would do: the same statements, taken back.
    ///
    /// # Errors
    /// As [`Desk::perform`]; nothing but a refusal is recorded.
    pub async fn rehearse<A: Action>(&self, actor: &Actor, action: A) -> Result<Rehearsal> {
        self.admit::<A>(actor).await?;
        let mut tx = Tx::begin(&self.writer).await?;
        let applied = action.apply(&mut tx, actor).await?;
        tx.roll_back().await?;
        Rehearsal::of(A::NAME, &applied)
    }

    /// Whether this actor may do this action now. A refusal is on the record.
    ///
    /// # Errors
    /// `Forbidden`, or `StepUp` when a second factor is due.
    pub async fn admit<A: Action>(&self, actor: &Actor) -> Result<()> {
        if !actor.may(A::PERMISSION) {
            self.refuse(actor, A::NAME, None, A::PERMISSION.phrase()).await?;
            return Err(Error::Forbidden(A::PERMISSION));
        }
        if A::ASSURANCE == Assurance::Fresh && !actor.assured() {
            return Err(Error::StepUp);
        }
        Ok(())
    }

    /// Whether this actor may see a page. A refusal is on the record.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn admit_reading(&self, actor: &Actor, permission: Permission, path: &str) -> Result<()> {
        if actor.may(permission) {
            return Ok(());
        }
        self.refuse(actor, "page.view", Some(&Target::new("page", path, path)), permission.phrase()).await?;
        Err(Error::Forbidden(permission))
    }

    /// Records that something was looked at, where looking is itself an act.
    ///
    /// # Errors
    /// When the record cannot be written: then it must not be shown.
    pub async fn seen(&self, actor: &Actor, action: &str, target: &Target) -> Result<()> {
        let target = Some(target);
        self.note(actor, &Entry { id: id::new(), action, outcome: Outcome::Done, target, reason: None, ticket: None, changes: &[] }).await
    }

    /// Records a refused attempt.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub async fn refuse(&self, actor: &Actor, action: &str, target: Option<&Target>, why: &str) -> Result<()> {
        metrics::counter!("backlot_actions_total", "action" => action.to_owned(), "outcome" => "denied").increment(1);
        let reason = Some(why);
        self.note(actor, &Entry { id: id::new(), action, outcome: Outcome::Denied, target, reason, ticket: None, changes: &[] }).await
    }

    async fn record_failure<A: Action>(&self, actor: &Actor, action: &A, error: &Error) {
        let reason = match error {
            Error::Invalid(_) | Error::StepUp | Error::NotFound(_) | Error::Malformed(_) => return,
            Error::Internal(_) => "an internal error".to_owned(),
            Error::Unavailable(_) => "the database was away".to_owned(),
            other => other.to_string(),
        };
        metrics::counter!("backlot_actions_total", "action" => A::NAME, "outcome" => "failed").increment(1);
        let reason = Some(reason.as_str());
        let entry = Entry {
            id: id::new(),
            action: A::NAME,
            outcome: Outcome::Failed,
            target: None,
            reason,
            ticket: action.why().and_then(|why| why.ticket.as_deref()),
            changes: &[],
        };
        if let Err(error) = self.note(actor, &entry).await {
            tracing::error!(action = A::NAME, %error, "a failed action could not be recorded");
        }
    }

    async fn note(&self, actor: &Actor, entry: &Entry<'_>) -> Result<()> {
        let mut tx = Tx::begin(&self.writer).await?;
        record::write(&mut tx, actor, entry).await?;
        tx.commit().await?;
        record::witness(actor, entry.action, entry.outcome.code(), entry.id);
        Ok(())
    }
}

/// Takes the form's key, or answers as the first time when it is taken. A parallel twin waits here for the first to end.
async fn replay<A: Action>(tx: &mut Tx, actor: &Actor, action: &A, terms: &Terms) -> Result<Option<Performed<A::Output>>> {
    let (Some(key), Some(admin)) = (terms.submission, actor.id()) else { return Ok(None) };
    let content = secret::sha256(&serde_json::to_vec(action)?);
    let taken = sqlx::query!(
        "insert into backlot.submissions (key, admin_id, action, content) values ($1, $2, $3, $4) on conflict do nothing",
        key,
        admin,
        A::NAME,
        content
    )
    .execute(&mut **tx)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(None);
    }
    let first = sqlx::query!("select admin_id, action, content, output, audit_id from backlot.submissions where key = $1", key)
        .fetch_one(&mut **tx)
        .await?;
    if first.admin_id != admin || first.action != A::NAME || first.content != content {
        return Err(Error::Conflict("This form was already sent with other content. Open it again to send it anew.".into()));
    }
    let (Some(output), Some(audit_id)) = (first.output, first.audit_id) else {
        return Err(Error::internal("a submission was committed without its answer"));
    };
    Ok(Some(Performed { output: serde_json::from_value(output)?, audit_id, replayed: true }))
}

/// Keeps the answer beside the form's key.
async fn keep<A: Action>(tx: &mut Tx, terms: &Terms, audit_id: Uuid, output: &A::Output) -> Result<()> {
    let Some(key) = terms.submission else { return Ok(()) };
    let output = serde_json::to_value(output)?;
    sqlx::query!("update backlot.submissions set output = $2, audit_id = $3 where key = $1", key, output, audit_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
