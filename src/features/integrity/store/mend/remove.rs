//! Removing rows whose owner does not exist, unless something else still names them.
use super::{Row, mended};
use crate::features::integrity::model::{Check, Mended};
use crate::kernel::{Actor, Result, Tx};
use uuid::Uuid;

/// Removes orphans of a kind.
///
/// # Errors
/// When the database refuses.
pub async fn orphans(tx: &mut Tx, actor: &Actor, check: Check, (rows, ids): (&[String], &[Uuid])) -> Result<Vec<Mended>> {
    match check {
        Check::SessionsWithoutUser => sessions(tx, ids).await,
        Check::MessagesWithoutUser => messages(tx, ids).await,
        Check::PreferencesWithoutUser => preferences(tx, rows).await,
        Check::CharactersWithoutUser => characters(tx, ids).await,
        Check::ModelsWithoutUser => models(tx, ids, actor.id()).await,
        Check::GenerationsWithoutUser => generations(tx, ids).await,
        Check::ImagesWithoutModel => images(tx, ids).await,
        Check::TrainingsWithoutModel => trainings(tx, ids).await,
        Check::LogsWithoutTraining => logs(tx, ids).await,
        _ => Ok(Vec::new()),
    }
}

async fn sessions(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.user_sessions s where s.id = any($1) and not exists (select from platform.users u where u.id = s.user_id)
           returning s.id::text as "row_id!", coalesce(nullif(s.device, ''), 'Session') as "label!", null::jsonb as after,
             jsonb_build_object('user_id', s.user_id, 'device', s.device, 'created_at', s.created_at) as "before!""#,
        ids
    )
}

async fn messages(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.notifications s where s.id = any($1) and not exists (select from platform.users u where u.id = s.user_id)
           returning s.id::text as "row_id!", left(s.title, 120) as "label!", null::jsonb as after,
             jsonb_build_object('user_id', s.user_id, 'kind', s.kind, 'created_at', s.created_at) as "before!""#,
        ids
    )
}

async fn preferences(tx: &mut Tx, rows: &[String]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.notification_preferences s
           where s.user_id = any(select split_part(r, ' ', 1)::uuid from unnest($1::text[]) r) and s.user_id || ' ' || s.category = any($1)
             and not exists (select from platform.users u where u.id = s.user_id)
           returning s.user_id || ' ' || s.category as "row_id!", s.category || ' messages' as "label!", null::jsonb as after,
             jsonb_build_object('user_id', s.user_id, 'in_app', s.in_app, 'email', s.email) as "before!""#,
        rows
    )
}

async fn characters(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.characters s where s.id = any($1) and not exists (select from platform.users u where u.id = s.user_id)
             and not exists (select from platform.lora_models m where m.character_id = s.id)
           returning s.id::text as "row_id!", left(s.name, 120) as "label!", null::jsonb as after,
             jsonb_build_object('user_id', s.user_id, 'name', s.name, 'project_id', s.project_id) as "before!""#,
        ids
    )
}

/// As staff deletes one: seven days later its files go, which a job of every night sees to.
async fn models(tx: &mut Tx, ids: &[Uuid], by: Option<Uuid>) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"update platform.lora_models s set deleted_at = now(), deleted_by = $2, delete_reason = 'Its user does not exist.', version = version + 1
           where s.id = any($1) and s.deleted_at is null and not exists (select from platform.users u where u.id = s.user_id)
           returning s.id::text as "row_id!", left(s.name, 120) as "label!", jsonb_build_object('deleted', false) as "before!",
             jsonb_build_object('deleted', true) as after"#,
        ids,
        by
    )
}

async fn generations(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.generation_jobs s where s.id = any($1) and not exists (select from platform.users u where u.id = s.user_id)
             and not exists (select from platform.credit_transactions c where c.generation_job_id = s.id)
           returning s.id::text as "row_id!", s.kind || ', ' || s.status as "label!", null::jsonb as after,
             jsonb_build_object('user_id', s.user_id, 'status', s.status, 'credits', s.credits, 'created_at', s.created_at) as "before!""#,
        ids
    )
}

async fn images(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"delete from platform.training_images s where s.id = any($1)
             and not exists (select from platform.lora_models m where m.id = s.lora_model_id)
           returning s.id::text as "row_id!", left(s.file_location, 120) as "label!", null::jsonb as after,
             jsonb_build_object('lora_model_id', s.lora_model_id, 'file_location', s.file_location, 'created_at', s.created_at) as "before!""#,
        ids
    )
}

async fn trainings(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    sqlx::query!(
        "delete from platform.training_logs l using platform.lora_trainings s where l.lora_training_id = s.id and s.id = any($1)
           and not exists (select from platform.lora_models m where m.id = s.lora_model_id)
           and not exists (select from platform.credit_transactions c where c.lora_training_id = s.id and c.kind = 'refund')",
        ids
    )
    .execute(&mut **tx)
    .await?;
    mended!(
        tx,
        r#"delete from platform.lora_trainings s where s.id = any($1)
             and not exists (select from platform.lora_models m where m.id = s.lora_model_id)
             and not exists (select from platform.credit_transactions c where c.lora_training_id = s.id and c.kind = 'refund')
           returning s.id::text as "row_id!", 'Attempt ' || s.attempt as "label!", null::jsonb as after,
             jsonb_build_object('lora_model_id', s.lora_model_id, 'status', s.status, 'cost_minor', s.cost_minor) as "before!""#,
        ids
    )
}

async fn logs(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with gone as (
             delete from platform.training_logs s where s.lora_training_id = any($1)
               and not exists (select from platform.lora_trainings t where t.id = s.lora_training_id)
             returning s.lora_training_id)
           select lora_training_id::text as "row_id!", 'Log' as "label!", jsonb_build_object('lines', count(*)) as "before!", null::jsonb as after
           from gone group by lora_training_id order by 1"#,
        ids
    )
}
