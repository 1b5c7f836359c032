//! The credit ledger, and payments that contradict themselves.
use super::{Asked, Seen, piece, subscriptions};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::NegativeBalances => balances(db, asked).await,
        Check::RefundsAboveSpend => refunds(db, asked).await,
        Check::RefundStatusDiffers => statuses(db, asked).await,
        Check::Reconciliation => reconciliation(db, asked).await,
        _ => subscriptions::look(db, check, asked).await,
    }
}

/// Each user's balance is summed along the index of the ledger that carries the amounts.
async fn balances(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, name, email from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, left(coalesce(nullif(s.name, ''), s.email), 120) as label, b.balance || ' credits' as detail
           from slice s cross join lateral (select sum(c.amount) as balance from platform.credit_transactions c where c.user_id = s.id) b
           where b.balance < 0)"
    )
}

/// A generation is named once, by the first of its refunds.
async fn refunds(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, kind, generation_job_id from platform.credit_transactions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.generation_job_id::text as row, s.user_id as subject, 'Generation ' || s.generation_job_id as label,
             b.back || ' credits back for ' || b.spent || ' spent' as detail
           from slice s cross join lateral (
             select coalesce(sum(c.amount) filter (where c.kind = 'refund'), 0) as back, coalesce(-sum(c.amount) filter (where c.kind = 'spend'), 0) as spent,
               min(c.id::text) filter (where c.kind = 'refund') as first
             from platform.credit_transactions c where c.generation_job_id = s.generation_job_id) b
           where s.kind = 'refund' and s.generation_job_id is not null and b.back > b.spent and b.first = s.place)"
    )
}

/// What the bank took back keeps its status, whatever was paid back before.
async fn statuses(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, status, description, currency, amount_minor, refunded_minor, charged_back_at from platform.payments
           where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.description, 120) as label,
             s.status || ', ' || backlot.amount_words(s.refunded_minor, s.currency) || ' of ' || backlot.amount_words(s.amount_minor, s.currency) || ' paid back' as detail
           from slice s where s.charged_back_at is null and s.status <> case
             when s.refunded_minor = 0 and s.status in ('refunded', 'partially_refunded') then 'paid'
             when s.refunded_minor = 0 then s.status
             when s.refunded_minor < s.amount_minor then 'partially_refunded' else 'refunded' end)"
    )
}

/// What billing has written down of the last thirty days: its own page says more.
async fn reconciliation(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, r.* from backlot.reconciliations r
           where r.day > (now() at time zone 'UTC')::date - 30 and $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select s.day || ' ' || s.gateway_mode || ' ' || s.currency as row, null::uuid as subject, s.day || ', ' || s.currency || ', ' || s.gateway_mode as label,
             s.differing || ' payments differ; captured ' || backlot.amount_words(s.captured_minor, s.currency) || ' here and '
             || backlot.amount_words(s.gateway_captured_minor, s.currency) || ' there, paid back ' || backlot.amount_words(s.refunded_minor, s.currency)
             || ' here and ' || backlot.amount_words(s.gateway_refunded_minor, s.currency) || ' there' as detail
           from slice s where s.differing > 0
             or (s.unseen = 0 and (s.captured_minor <> s.gateway_captured_minor or s.refunded_minor <> s.gateway_refunded_minor)))"
    )
}
