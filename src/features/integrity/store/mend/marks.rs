//! What a user is marked with, written anew from what it is a copy of. Each row is locked before it is looked at, as the triggers do
//! that keep these marks.
use super::{Row, mended};
use crate::features::integrity::model::Mended;
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Sets tiers to what subscriptions say.
///
/// # Errors
/// When the database refuses.
pub async fn tiers(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    hold(tx, ids).await?;
    mended!(
        tx,
        r#"with wrong as (
             select u.id, u.tier, coalesce(b.tier, 'free') as due from platform.users u left join lateral (
               select b.tier from platform.subscriptions b where b.user_id = u.id and b.status <> 'lapsed' order by b.period_end desc limit 1) b on true
             where u.id = any($1) and u.status <> 'deleted' and u.tier <> coalesce(b.tier, 'free') and not exists (
               select from backlot.audit_log a where a.target_kind = 'user' and a.target_id = u.id::text and a.action = 'users.change_tier' and a.outcome = 'done'))
           update platform.users u set tier = w.due, version = u.version + 1 from wrong w where w.id = u.id
           returning u.id::text as "row_id!", left(coalesce(nullif(u.name, ''), u.email), 120) as "label!",
             jsonb_build_object('tier', w.tier) as "before!", jsonb_build_object('tier', w.due) as after"#,
        ids
    )
}

/// Writes whether payments fail.
///
/// # Errors
/// When the database refuses.
pub async fn payment_failing(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    hold(tx, ids).await?;
    mended!(
        tx,
        r#"update platform.users u set payment_failing = not u.payment_failing
           where u.id = any($1) and u.payment_failing <> coalesce((
             select p.status = 'failed' from platform.payments p where p.user_id = u.id and p.status <> 'pending'
             order by p.created_at desc, p.id desc limit 1), false)
           returning u.id::text as "row_id!", left(coalesce(nullif(u.name, ''), u.email), 120) as "label!",
             jsonb_build_object('payment_failing', not u.payment_failing) as "before!", jsonb_build_object('payment_failing', u.payment_failing) as after"#,
        ids
    )
}

/// Writes whether trainings fail.
///
/// # Errors
/// When the database refuses.
pub async fn training_failing(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    hold(tx, ids).await?;
    mended!(
        tx,
        r#"update platform.users u set training_failing = not u.training_failing
           where u.id = any($1) and u.training_failing <> coalesce((
             select m.status = 'failed' from platform.lora_models m where m.user_id = u.id and m.deleted_at is null
             order by m.updated_at desc, m.id desc limit 1), false)
           returning u.id::text as "row_id!", left(coalesce(nullif(u.name, ''), u.email), 120) as "label!",
             jsonb_build_object('training_failing', not u.training_failing) as "before!", jsonb_build_object('training_failing', u.training_failing) as after"#,
        ids
    )
}

async fn hold(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    sqlx::query!("select from platform.users where id = any($1) order by id for no key update", ids).execute(&mut **tx).await?;
    Ok(())
}
