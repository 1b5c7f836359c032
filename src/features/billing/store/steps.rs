//! The steps of an operation from state to state; whoever takes one holds its row.
use super::rows::find;
use crate::features::billing::model::operation::{Operation, Outcome, SettledBy, State};
use crate::kernel::Result;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Notes that it is about to be sent: from now on money may move. The database looks once more whether it may.
pub async fn sending(db: &mut PgConnection, operation: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set state = 'sending', sent_at = now(), tries = tries + 1, version = version + 1 where id = $1",
        operation
    )
    .execute(db)
    .await
    .map(drop)
}

/// Nothing was sent after all: it will be, with the same reference.
pub async fn not_sent(db: &mut PgConnection, operation: Uuid, why: &str) -> Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set state = 'queued', answer = $2, version = version + 1 where id = $1 and state = 'sending'",
        operation,
        why
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What was heard of one that is not over.
pub struct Heard<'a> {
    pub state: State,
    pub number: Option<i64>,
    pub code: Option<&'a str>,
    pub answer: &'a str,
    /// When the gateway is asked about it; nothing: it is not asked by itself.
    pub look_in: Option<Duration>,
}

/// Writes down how one is that is not over.
pub async fn heard(db: &mut PgConnection, operation: Uuid, heard: &Heard<'_>) -> Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set state = $2, gateway_ref = coalesce($3, gateway_ref), code = coalesce($4, code), answer = $5,
           next_look_at = now() + make_interval(secs => $6), version = version + 1
         where id = $1",
        operation,
        heard.state.code(),
        heard.number,
        heard.code,
        heard.answer,
        heard.look_in.map(|pause| pause.as_secs_f64())
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When the gateway is asked next.
pub async fn look_again(db: &mut PgConnection, operation: Uuid, pause: Option<Duration>) -> Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set looks = looks + 1, next_look_at = now() + make_interval(secs => $2) where id = $1",
        operation,
        pause.map(|pause| pause.as_secs_f64())
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How it ended, in a code and in words.
pub struct Ending<'a> {
    pub number: Option<i64>,
    pub code: Option<&'a str>,
    pub answer: &'a str,
}

/// It is over; returns it as it is then.
pub async fn settled(
    db: &mut PgConnection,
    operation: Uuid,
    state: State,
    by: SettledBy,
    ending: Option<&Ending<'_>>,
) -> Result<Operation> {
    sqlx::query!(
        "update backlot.billing_operations set state = $2, settled_by = $3, settled_at = now(), gateway_ref = coalesce($4, gateway_ref),
           code = coalesce($5, code), answer = coalesce($6, answer), next_look_at = null, link = null, version = version + 1
         where id = $1",
        operation,
        state.code(),
        by.code(),
        ending.and_then(|ending| ending.number),
        ending.and_then(|ending| ending.code),
        ending.map(|ending| ending.answer)
    )
    .execute(&mut *db)
    .await?;
    find(db, operation).await
}

/// It is called off before it was sent.
pub async fn called_off(db: &mut PgConnection, operation: Uuid, why: &str) -> Result<Operation> {
    sqlx::query!(
        "update backlot.billing_operations set state = 'called_off', settled_at = now(), answer = $2, next_look_at = null, link = null,
           version = version + 1
         where id = $1",
        operation,
        why
    )
    .execute(&mut *db)
    .await?;
    find(db, operation).await
}

/// A second admin has decided.
pub async fn decided(db: &mut PgConnection, operation: Uuid, by: Option<Uuid>, state: State) -> Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set state = $3, decided_by = $2, decided_at = now(), version = version + 1 where id = $1",
        operation,
        by,
        state.code()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Its number at the gateway, learnt late.
pub async fn numbered(db: &mut PgConnection, operation: Uuid, number: i64) -> Result<()> {
    sqlx::query!("update backlot.billing_operations set gateway_ref = $2, version = version + 1 where id = $1", operation, number)
        .execute(db)
        .await?;
    Ok(())
}

/// An admin says how it ended, and what they saw; another must find the same.
pub async fn claimed(db: &mut PgConnection, operation: Uuid, by: Option<Uuid>, outcome: Outcome, found: (Option<i64>, &str)) -> Result<()> {
    sqlx::query!(
        "update backlot.billing_operations set claimed_by = $2, claimed_outcome = $3, claimed_ref = $4, claimed_evidence = $5,
           claimed_at = now(), version = version + 1
         where id = $1",
        operation,
        by,
        outcome.code(),
        found.0,
        found.1
    )
    .execute(db)
    .await?;
    Ok(())
}
