//! Giving up what does not come to an end by itself.
use super::{Row, mended};
use crate::features::integrity::model::Mended;
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Fails generations that are stuck, and gives back what they cost.
///
/// # Errors
/// When the database refuses.
pub async fn give_up(tx: &mut Tx, ids: &[Uuid], hours: i32) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select g.id, g.user_id, g.kind, g.quality, g.status from platform.generation_jobs g
             where g.id = any($1) and g.status in ('queued', 'running') and g.created_at < now() - make_interval(hours => $2) order by g.id for update),
           given_up as (
             update platform.generation_jobs g set status = 'failed', error_class = 'timeout', error = 'It gave no more signs of life and was given up.',
               finished_at = now() from wrong w where w.id = g.id returning g.id),
           owed as (
             select w.id, w.user_id, -sum(c.amount)::int as credits from wrong w join platform.credit_transactions c on c.generation_job_id = w.id
             group by w.id, w.user_id having sum(c.amount) < 0),
           paid as (
             insert into platform.credit_transactions (id, user_id, kind, amount, description, generation_job_id)
             select backlot.new_id(), o.user_id, 'refund', o.credits, 'Generation was given up', o.id from owed o
             returning generation_job_id, amount)
           select w.id::text as "row_id!", w.kind || ', ' || w.quality as "label!", jsonb_build_object('status', w.status, 'credits_given_back', 0) as "before!",
             jsonb_build_object('status', 'failed', 'credits_given_back', coalesce(p.amount, 0)) as after
           from wrong w join given_up g on g.id = w.id left join paid p on p.generation_job_id = w.id order by w.id"#,
        ids,
        hours
    )
}

/// Fails models whose weights are gone. That they are gone was seen in the object store, by the check.
///
/// # Errors
/// When the database refuses.
pub async fn without_file(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select m.id, m.status, m.file_location from platform.lora_models m
             where m.id = any($1) and m.status = 'ready' and m.deleted_at is null and m.file_location is not null order by m.id for update)
           update platform.lora_models m set status = 'failed', error_class = 'artifact_missing', error = 'The file of the weights is gone from the object store.',
             file_location = null, file_bytes = null, progress = 0, updated_at = now(), version = m.version + 1
           from wrong w where w.id = m.id
           returning m.id::text as "row_id!", left(m.name, 120) as "label!", jsonb_build_object('status', w.status, 'file_location', w.file_location) as "before!",
             jsonb_build_object('status', m.status, 'file_location', m.file_location) as after"#,
        ids
    )
}
