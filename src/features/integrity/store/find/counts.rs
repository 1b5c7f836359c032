//! Columns that are copies of something else: marks that triggers keep, and history.
use super::{Asked, Seen, counts_of_work, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::PaymentFailingDiffers => paying(db, asked).await,
        Check::TrainingFailingDiffers => training(db, asked).await,
        Check::ProjectHistoryDiffers => projects(db, asked).await,
        Check::DiscountsDiffer => discounts(db, asked).await,
        _ => counts_of_work::look(db, check, asked).await,
    }
}

async fn paying(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, name, email, payment_failing from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, left(coalesce(nullif(s.name, ''), s.email), 120) as label,
             case when s.payment_failing then 'is marked, and the newest payment did not fail' else 'is not marked, and the newest payment failed' end as detail
           from slice s left join lateral (
             select p.status = 'failed' as failed from platform.payments p
             where p.user_id = s.id and p.status <> 'pending' order by p.created_at desc, p.id desc limit 1) p on true
           where s.payment_failing <> coalesce(p.failed, false))"
    )
}

async fn training(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, name, email, training_failing from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, left(coalesce(nullif(s.name, ''), s.email), 120) as label,
             case when s.training_failing then 'is marked, and the newest model did not fail' else 'is not marked, and the newest model failed' end as detail
           from slice s left join lateral (
             select m.status = 'failed' as failed from platform.lora_models m
             where m.user_id = s.id and m.deleted_at is null order by m.updated_at desc, m.id desc limit 1) m on true
           where s.training_failing <> coalesce(m.failed, false))"
    )
}

async fn projects(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, name, state, status from platform.projects where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label,
             case when h.version is null then 'it has no history' else 'version ' || h.version || ' of its history differs' end as detail
           from slice s left join lateral (
             select h.version, h.state, h.status from platform.project_states h where h.project_id = s.id order by h.version desc limit 1) h on true
           where (h.state, h.status) is distinct from (s.state, s.status))"
    )
}

async fn discounts(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, tier, status, is_discounted from platform.subscriptions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.tier || ', ' || s.status as label,
             case when s.is_discounted then 'is marked, and no discount runs' else 'is not marked, and a discount runs' end as detail
           from slice s where s.is_discounted <> exists (
             select from backlot.discounts d where d.subscription_id = s.id and d.ended_at is null))"
    )
}
