//! Numbers and marks, written anew from what they count.
use super::{Row, marks, mended};
use crate::features::integrity::model::{Check, Mended};
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Writes the copies of a kind anew.
///
/// # Errors
/// When the database refuses.
pub async fn write(tx: &mut Tx, check: Check, ids: &[Uuid]) -> Result<Vec<Mended>> {
    match check {
        Check::PaymentFailingDiffers => marks::payment_failing(tx, ids).await,
        Check::TrainingFailingDiffers => marks::training_failing(tx, ids).await,
        Check::LogLinesDiffer => lines(tx, ids).await,
        Check::TrainingRefundsDiffer => refunds(tx, ids).await,
        Check::ModelCostsDiffer => costs(tx, ids).await,
        Check::DiscountsDiffer => discounts(tx, ids).await,
        Check::DeliveriesMiscounted => letters(tx, ids).await,
        _ => Ok(Vec::new()),
    }
}

async fn lines(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select t.id, t.log_lines, l.lines from platform.lora_trainings t
             cross join lateral (select count(*)::int as lines from platform.training_logs l where l.lora_training_id = t.id) l
             where t.id = any($1) and t.status not in ('queued', 'running') and t.log_lines <> l.lines)
           update platform.lora_trainings t set log_lines = w.lines from wrong w where w.id = t.id
           returning t.id::text as "row_id!", 'Attempt ' || t.attempt as "label!", jsonb_build_object('log_lines', w.log_lines) as "before!",
             jsonb_build_object('log_lines', w.lines) as after"#,
        ids
    )
}

/// More than was charged cannot be written down: that is for people to look at.
async fn refunds(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select t.id, t.credits_refunded, c.back from platform.lora_trainings t
             cross join lateral (select coalesce(sum(c.amount), 0)::int as back from platform.credit_transactions c
               where c.lora_training_id = t.id and c.kind = 'refund') c
             where t.id = any($1) and t.credits_refunded <> c.back and c.back between 0 and t.credits_charged)
           update platform.lora_trainings t set credits_refunded = w.back from wrong w where w.id = t.id
           returning t.id::text as "row_id!", 'Attempt ' || t.attempt as "label!", jsonb_build_object('credits_refunded', w.credits_refunded) as "before!",
             jsonb_build_object('credits_refunded', w.back) as after"#,
        ids
    )
}

async fn costs(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select m.id, m.cost_minor, t.cost from platform.lora_models m cross join lateral (
               select coalesce(sum(t.cost_minor), 0)::bigint as cost, count(*) filter (where t.currency <> m.currency) as others
               from platform.lora_trainings t where t.lora_model_id = m.id) t
             where m.id = any($1) and t.others = 0 and m.cost_minor <> t.cost)
           update platform.lora_models m set cost_minor = w.cost, version = m.version + 1 from wrong w where w.id = m.id
           returning m.id::text as "row_id!", left(m.name, 120) as "label!", jsonb_build_object('cost_minor', w.cost_minor) as "before!",
             jsonb_build_object('cost_minor', w.cost) as after"#,
        ids
    )
}

async fn discounts(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"update platform.subscriptions s set is_discounted = not s.is_discounted
           where s.id = any($1) and s.is_discounted <> exists (select from backlot.discounts d where d.subscription_id = s.id and d.ended_at is null)
           returning s.id::text as "row_id!", s.tier || ', ' || s.status as "label!",
             jsonb_build_object('is_discounted', not s.is_discounted) as "before!", jsonb_build_object('is_discounted', s.is_discounted) as after"#,
        ids
    )
}

async fn letters(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select n.id, n.title, p.mail_sent, p.mail_failed, p.mail_skipped, d.* from backlot.notifications n
             join backlot.notification_progress p on p.notification_id = n.id
             cross join lateral (
               select count(*) filter (where d.state = 'sent') as sent, count(*) filter (where d.state = 'failed') as failed,
                 count(*) filter (where d.state = 'skipped') as skipped, count(*) filter (where d.again) as again
               from backlot.notification_deliveries d where d.notification_id = n.id and d.channel = 'email') d
             where n.id = any($1) and n.state in ('sent', 'cancelled') and (p.mail_sent, p.mail_failed, p.mail_skipped) <> (d.sent, d.failed, d.skipped))
           update backlot.notification_progress p set mail_sent = w.sent, mail_failed = w.failed, mail_skipped = w.skipped, mail_again = w.again,
             mail_planned = greatest(p.mail_planned, w.sent + w.failed + w.skipped)
           from wrong w where w.id = p.notification_id
           returning w.id::text as "row_id!", w.title as "label!",
             jsonb_build_object('mail_sent', w.mail_sent, 'mail_failed', w.mail_failed, 'mail_skipped', w.mail_skipped) as "before!",
             jsonb_build_object('mail_sent', w.sent, 'mail_failed', w.failed, 'mail_skipped', w.skipped) as after"#,
        ids
    )
}
