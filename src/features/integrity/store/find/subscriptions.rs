//! Subscriptions against tiers and payments.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::TwoSubscriptions => two(db, asked).await,
        Check::TierDiffers => tiers(db, asked).await,
        Check::ActiveUnpaid => unpaid(db, asked).await,
        _ => unserved(db, asked).await,
    }
}

/// A user is named once, by the first of their subscriptions.
async fn two(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, tier, status from platform.subscriptions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.user_id::text as row, s.user_id as subject, s.tier || ', ' || s.status as label,
             'and ' || string_agg(o.tier || ', ' || o.status, '; ' order by o.id) as detail
           from slice s join platform.subscriptions o on o.user_id = s.user_id and o.id <> s.id and o.status <> 'lapsed'
           where s.status <> 'lapsed'
           group by s.place, s.id, s.user_id, s.tier, s.status having bool_and(s.id < o.id))"
    )
}

/// A tier that somebody gave by hand is theirs to answer for.
async fn tiers(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, name, email, tier, status from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, left(coalesce(nullif(s.name, ''), s.email), 120) as label,
             'is on ' || s.tier || coalesce(', pays for ' || b.tier || ' (' || b.status || ')', ', has no subscription') as detail
           from slice s left join lateral (
             select b.tier, b.status from platform.subscriptions b where b.user_id = s.id and b.status <> 'lapsed' order by b.period_end desc limit 1) b on true
           where s.status <> 'deleted' and s.tier <> coalesce(b.tier, 'free') and not exists (
             select from backlot.audit_log a where a.target_kind = 'user' and a.target_id = s.place and a.action = 'users.change_tier' and a.outcome = 'done'))"
    )
}

async fn unpaid(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, tier, status, price_minor, currency, period_start from platform.subscriptions
           where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.tier || ', active' as label, 'its period began on ' || to_char(s.period_start, 'YYYY-MM-DD')
             || ', ' || backlot.amount_words(s.price_minor, s.currency) || ' a month' as detail
           from slice s where s.status = 'active' and s.price_minor > 0 and s.period_start < now() - interval '2 days' and not exists (
             select from platform.payments p where p.subscription_id = s.id and p.created_at >= s.period_start - interval '7 days'
               and p.status in ('paid', 'partially_refunded', 'refunded')))"
    )
}

/// A month has at least 28 days: who paid within 27 has paid for today.
async fn unserved(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, subscription_id, status, description, created_at, charged_back_at from platform.payments
           where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.description, 120) as label, 'paid on ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where s.status = 'paid' and s.subscription_id is not null and s.charged_back_at is null
             and s.created_at between now() - interval '27 days' and now() - interval '1 hour'
             and not exists (select from platform.subscriptions b where b.user_id = s.user_id and b.status <> 'lapsed'))"
    )
}
