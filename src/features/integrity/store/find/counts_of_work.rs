//! Numbers that are kept beside what they count: of trainings, models and notifications.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::LogLinesDiffer => lines(db, asked).await,
        Check::TrainingRefundsDiffer => refunds(db, asked).await,
        Check::ModelCostsDiffer => costs(db, asked).await,
        _ => letters(db, asked).await,
    }
}

async fn lines(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, lora_model_id, attempt, status, log_lines from platform.lora_trainings where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, m.user_id as subject, left(coalesce(m.name, 'A model that is gone'), 80) || ', attempt ' || s.attempt as label,
             'says ' || s.log_lines || ', has ' || l.lines as detail
           from slice s left join platform.lora_models m on m.id = s.lora_model_id
           cross join lateral (select count(*) as lines from platform.training_logs l where l.lora_training_id = s.id) l
           where s.status not in ('queued', 'running') and s.log_lines <> l.lines)"
    )
}

async fn refunds(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, lora_model_id, attempt, credits_charged, credits_refunded from platform.lora_trainings
           where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, m.user_id as subject, left(coalesce(m.name, 'A model that is gone'), 80) || ', attempt ' || s.attempt as label,
             'says ' || s.credits_refunded || ' credits back, the ledger ' || c.back || ', of ' || s.credits_charged || ' charged' as detail
           from slice s left join platform.lora_models m on m.id = s.lora_model_id
           cross join lateral (select coalesce(sum(c.amount), 0) as back from platform.credit_transactions c
             where c.lora_training_id = s.id and c.kind = 'refund') c
           where s.credits_refunded <> c.back)"
    )
}

/// Costs in two currencies have no sum.
async fn costs(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, name, cost_minor, currency from platform.lora_models where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label, 'says ' || backlot.amount_words(s.cost_minor, s.currency) || ', its attempts ' || backlot.amount_words(t.cost::bigint, s.currency) as detail
           from slice s cross join lateral (
             select coalesce(sum(t.cost_minor), 0) as cost, count(*) filter (where t.currency <> s.currency) as others
             from platform.lora_trainings t where t.lora_model_id = s.id) t
           where t.others = 0 and s.cost_minor <> t.cost)"
    )
}

async fn letters(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select n.id::text as place, n.id, n.title, n.state, p.mail_sent, p.mail_failed, p.mail_skipped
           from backlot.notifications n join backlot.notification_progress p on p.notification_id = n.id
           where n.id > $1::text::uuid order by n.id limit $2::bigint),
         faults as materialized (
           select s.place as row, null::uuid as subject, s.title as label, 'says ' || s.mail_sent || ' sent, ' || s.mail_failed || ' failed, '
             || s.mail_skipped || ' skipped; they are ' || d.sent || ', ' || d.failed || ' and ' || d.skipped as detail
           from slice s cross join lateral (
             select count(*) filter (where d.state = 'sent') as sent, count(*) filter (where d.state = 'failed') as failed,
               count(*) filter (where d.state = 'skipped') as skipped
             from backlot.notification_deliveries d where d.notification_id = s.id and d.channel = 'email') d
           where s.state in ('sent', 'cancelled') and (s.mail_sent, s.mail_failed, s.mail_skipped) <> (d.sent, d.failed, d.skipped))"
    )
}
