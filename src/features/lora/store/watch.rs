//! What jobs write down: how far an attempt is, as the service tells it.
use super::attempts;
use crate::features::lora::model::advance::Advance;
use crate::features::lora::model::{Attempt, ErrorClass, Progress};
use crate::kernel::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// One attempt, locked after its model, as actions lock them.
pub async fn lock(db: &mut PgConnection, training: Uuid) -> Result<Option<Attempt>> {
    sqlx::query!(
        "select from platform.lora_models where id = (select lora_model_id from platform.lora_trainings where id = $1) for no key update",
        training
    )
    .execute(&mut *db)
    .await?;
    let locked = sqlx::query!("select from platform.lora_trainings where id = $1 for no key update", training);
    if locked.fetch_optional(&mut *db).await?.is_none() {
        return Ok(None);
    }
    attempts::find(db, training).await
}

/// It is about to be asked for: whoever finds this without an id knows that an answer is on its way, or lost.
pub async fn submitting(db: &mut PgConnection, training: Uuid, provider: &str) -> Result<()> {
    sqlx::query!("update platform.lora_trainings set submitted_at = clock_timestamp(), provider = $2 where id = $1", training, provider)
        .execute(db)
        .await?;
    Ok(())
}

/// It was not asked for after all.
pub async fn not_submitted(db: &mut PgConnection, training: Uuid) -> Result<()> {
    sqlx::query!("update platform.lora_trainings set submitted_at = null where id = $1 and external_id is null", training)
        .execute(db)
        .await?;
    Ok(())
}

/// The service's own id of it.
pub async fn known_as(db: &mut PgConnection, training: Uuid, external_id: &str) -> Result<()> {
    sqlx::query!(
        "update platform.lora_trainings set external_id = $2, last_heard_at = now(), moved_at = now() where id = $1 and external_id is null",
        training,
        external_id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a look down: the attempt, its log, and what the platform shows of the model.
pub async fn write(db: &mut PgConnection, attempt: &Attempt, step: &Advance, cost: i64) -> Result<()> {
    attempt_row(db, attempt, step, cost).await?;
    lines(db, attempt, &step.lines).await?;
    model_row(db, attempt, step).await
}

async fn attempt_row(db: &mut PgConnection, attempt: &Attempt, step: &Advance, cost: i64) -> Result<()> {
    let moment = |at: Option<Timestamp>| at.map(Timestamp::to_sqlx);
    let (class, error) = step.failure.as_ref().map(|(class, text)| (class.code(), text.as_str())).unzip();
    sqlx::query!(
        "update platform.lora_trainings set status = $2, provider_state = $3, progress = $4, steps = $5, expected_at = $6, started_at = $7,
           finished_at = $8, gpu_seconds = $9, cost_minor = greatest(cost_minor, $10), error_class = $11, error = $12,
           log_lines = log_lines + $13, last_heard_at = now(), moved_at = case when $14 then now() else moved_at end
         where id = $1",
        attempt.id,
        step.progress.code(),
        step.provider_state,
        step.percent,
        step.steps,
        moment(step.expected_at) as _,
        moment(step.started_at) as _,
        moment(step.finished_at) as _,
        step.gpu_seconds,
        cost,
        class,
        error,
        i32::try_from(step.lines.len()).unwrap_or(i32::MAX),
        step.moved,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn lines(db: &mut PgConnection, attempt: &Attempt, lines: &[String]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into platform.training_logs (lora_training_id, line_no, at, level, message)
         select $1, $2 + no::int, clock_timestamp(), level, message from unnest($3::text[], $4::text[]) with ordinality as l (level, message, no)
         on conflict do nothing",
        attempt.id,
        attempt.log_lines,
        &lines.iter().map(|line| level(line).to_owned()).collect::<Vec<_>>(),
        lines
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Trainers print plain text: what a line is worth is in its words.
fn level(line: &str) -> &'static str {
    let line = line.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
    if says(&["error", "traceback", "exception", "became nan", "out of memory"]) {
        "error"
    } else if says(&["warn", "missing", "unreadable"]) {
        "warning"
    } else {
        "info"
    }
}

/// The model shows its last attempt, and what all of them cost.
async fn model_row(db: &mut PgConnection, attempt: &Attempt, step: &Advance) -> Result<()> {
    let status = match step.progress {
        Progress::Queued => "pending",
        Progress::Running => "training",
        Progress::Succeeded => "ready",
        Progress::Failed | Progress::Cancelled => "failed",
    };
    let (class, error) = step.failure.as_ref().map(|(class, text)| (class.code(), text.as_str())).unzip();
    let (key, bytes) = step.file.clone().unzip();
    sqlx::query!(
        "update platform.lora_models m set status = $2, progress = $3, error_class = $4, error = $5, file_location = coalesce($6, file_location),
           file_bytes = coalesce($7, file_bytes), silent_since = case when $8 or $9 then null else silent_since end,
           cost_minor = (select coalesce(sum(t.cost_minor), 0) from platform.lora_trainings t where t.lora_model_id = m.id),
           updated_at = case when $8 then now() else updated_at end, version = version + (case when $9 then 1 else 0 end)
         where id = $1",
        attempt.model,
        status,
        step.percent,
        class,
        error,
        key,
        bytes,
        step.moved,
        step.progress.is_final(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends an attempt that the service does not have, or will not.
pub async fn fail(db: &mut PgConnection, attempt: &Attempt, class: ErrorClass, error: &str) -> Result<()> {
    sqlx::query!(
        "update platform.lora_trainings set status = 'failed', finished_at = now(), error_class = $2, error = $3, last_heard_at = now() where id = $1",
        attempt.id,
        class.code(),
        error
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update platform.lora_models set status = 'failed', error_class = $2, error = $3, silent_since = null, updated_at = now(), version = version + 1
         where id = $1",
        attempt.model,
        class.code(),
        error
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Open attempts that nothing was heard of for so many seconds, the longest first; never more than a batch.
pub async fn unheard(db: &mut PgConnection, seconds: i32, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from platform.lora_trainings where status in ('queued', 'running')
           and (last_heard_at is null or last_heard_at < now() - make_interval(secs => $1))
         order by last_heard_at nulls first, id limit $2",
        f64::from(seconds),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Marks models in whose running attempt nothing has moved for so many minutes; how many.
pub async fn mark_silent(db: &mut PgConnection, minutes: i32) -> Result<u64> {
    let marked = sqlx::query!(
        "update platform.lora_models m set silent_since = coalesce(t.moved_at, t.started_at, t.created_at)
         from platform.lora_trainings t
         where t.lora_model_id = m.id and t.status in ('queued', 'running') and m.silent_since is null
           and coalesce(t.moved_at, t.started_at, t.created_at) < now() - make_interval(mins => $1)",
        minutes
    );
    Ok(marked.execute(db).await?.rows_affected())
}

/// Deleted models whose time to come back is over.
pub async fn to_purge(db: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from platform.lora_models where deleted_at < now() - interval '7 days' and purged_at is null order by deleted_at, id limit $1",
        most
    )
    .fetch_all(db)
    .await?)
}

/// The keys of a model's files: its weights, and those of every attempt, and its pictures.
pub async fn files(db: &mut PgConnection, model: Uuid) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select file_location as "key!" from platform.lora_models where id = $1 and file_location is not null
           union select 'loras/' || lora_model_id || '/' || id || '.safetensors' from platform.lora_trainings where lora_model_id = $1
           union select file_location from platform.training_images where lora_model_id = $1"#,
        model
    )
    .fetch_all(db)
    .await?)
}

/// Keeps why a model's files could not be removed.
pub async fn not_purged(db: &mut PgConnection, model: Uuid, why: &str) -> Result<()> {
    sqlx::query!("update platform.lora_models set purge_error = left($2, 500) where id = $1 and deleted_at is not null", model, why)
        .execute(db)
        .await?;
    Ok(())
}
