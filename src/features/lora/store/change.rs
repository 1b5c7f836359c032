//! What admins change about a model.
use super::find;
use crate::features::lora::model::{Attempt, Model};
use crate::kernel::{Error, Result, Tx, id};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

/// One model, locked against others until the transaction ends. Whoever locks its attempts, too, locks them after it.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Model> {
    let locked = sqlx::query!("select from platform.lora_models where id = $1 for no key update", id).fetch_optional(&mut **tx).await?;
    locked.ok_or_else(|| Error::no("LoRA model"))?;
    find(tx, id).await
}

/// The attempt that waits or runs, locked.
pub async fn active(tx: &mut Tx, model: Uuid) -> Result<Option<Attempt>> {
    let found = sqlx::query_scalar!(
        "select id from platform.lora_trainings where lora_model_id = $1 and status in ('queued', 'running') for no key update",
        model
    );
    match found.fetch_optional(&mut **tx).await? {
        Some(id) => super::attempts::find(tx, id).await,
        None => Ok(None),
    }
}

/// Another attempt, with its parameters frozen.
pub struct Next<'a> {
    pub model: &'a Model,
    pub after: Option<&'a Attempt>,
    pub config: &'a Map<String, Value>,
    pub total_steps: i32,
    pub by: Option<Uuid>,
    pub reason: Option<&'a str>,
}

/// Writes another attempt down, and the model waits for it.
pub async fn begin(tx: &mut Tx, next: &Next<'_>) -> Result<Uuid> {
    let training = id::new();
    let config = Value::Object(next.config.clone());
    sqlx::query!(
        "insert into platform.lora_trainings (id, lora_model_id, attempt, status, provider, retry_of, config, total_steps, requested_by, request_reason)
         values ($1, $2, $3, 'queued', 'none', $4, $5, $6, $7, $8)",
        training,
        next.model.id,
        next.after.map_or(1, |before| before.number + 1),
        next.after.map(|before| before.id),
        config,
        next.total_steps,
        next.by,
        next.reason
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update platform.lora_models set status = 'pending', progress = 0, error_class = null, error = null, config = $2, silent_since = null,
           updated_at = now(), version = version + 1 where id = $1",
        next.model.id,
        config
    )
    .execute(&mut **tx)
    .await?;
    Ok(training)
}

/// Gives the credits of an attempt back to its user, once.
pub async fn refund(tx: &mut Tx, model: &Model, attempt: &Attempt) -> Result<()> {
    sqlx::query!(
        "insert into platform.credit_transactions (id, user_id, kind, amount, description, lora_training_id) values ($1, $2, 'refund', $3, $4, $5)",
        id::new(),
        model.user_id,
        attempt.unrefunded(),
        format!("Failed training of {}", crate::web::show::short(&model.name, 100)),
        attempt.id
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("update platform.lora_trainings set credits_refunded = credits_charged where id = $1", attempt.id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The service is to be asked to stop it.
pub async fn ask_to_stop(tx: &mut Tx, attempt: Uuid) -> Result<()> {
    sqlx::query!("update platform.lora_trainings set cancel_asked_at = coalesce(cancel_asked_at, now()) where id = $1", attempt)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends an attempt that the service was never asked for.
pub async fn drop_unsent(tx: &mut Tx, model: Uuid, attempt: Uuid) -> Result<()> {
    sqlx::query!(
        "update platform.lora_trainings set status = 'cancelled', cancel_asked_at = now(), finished_at = now(), error_class = 'canceled',
           error = 'It was stopped before it began.' where id = $1",
        attempt
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update platform.lora_models set status = 'failed', progress = 0, error_class = 'canceled', error = 'It was stopped before it began.',
           silent_since = null, updated_at = now(), version = version + 1 where id = $1",
        model
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Links a model to a character, or to none.
pub async fn link(tx: &mut Tx, model: Uuid, character: Option<Uuid>) -> Result<Model> {
    sqlx::query!("update platform.lora_models set character_id = $2, version = version + 1 where id = $1", model, character)
        .execute(&mut **tx)
        .await?;
    find(tx, model).await
}

/// Puts a model where it can come back from.
pub async fn delete(tx: &mut Tx, model: Uuid, by: Option<Uuid>, reason: Option<&str>) -> Result<Model> {
    sqlx::query!(
        "update platform.lora_models set deleted_at = now(), deleted_by = $2, delete_reason = $3, version = version + 1 where id = $1",
        model,
        by,
        reason
    )
    .execute(&mut **tx)
    .await?;
    find(tx, model).await
}

/// Brings a deleted model back.
pub async fn restore(tx: &mut Tx, model: Uuid) -> Result<Model> {
    sqlx::query!(
        "update platform.lora_models set deleted_at = null, deleted_by = null, delete_reason = null, purge_error = null, version = version + 1
         where id = $1",
        model
    )
    .execute(&mut **tx)
    .await?;
    find(tx, model).await
}

/// Generations that wait or run and draw with this model.
pub async fn open_generations(tx: &mut Tx, model: &Model) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from platform.generation_jobs
           where user_id = $1 and model = $2 and status in ('queued', 'running') and created_at > now() - interval '30 days'"#,
        model.user_id,
        model.trigger_word
    );
    Ok(count.fetch_one(&mut **tx).await?)
}

/// Whether a model's time to come back is over, and its files are still to be removed.
pub async fn is_past_return(db: &mut PgConnection, model: Uuid) -> Result<bool> {
    let past = sqlx::query_scalar!(
        r#"select deleted_at < now() - interval '7 days' and purged_at is null as "past!" from platform.lora_models
           where id = $1 and deleted_at is not null"#,
        model
    );
    Ok(past.fetch_optional(db).await?.unwrap_or(false))
}

/// Its files are gone: so is what tells of them. How many pictures, and lines of logs.
pub async fn purge(tx: &mut Tx, model: Uuid) -> Result<(i64, i64)> {
    let images = sqlx::query!("delete from platform.training_images where lora_model_id = $1", model).execute(&mut **tx).await?;
    let lines = sqlx::query!(
        "delete from platform.training_logs where lora_training_id in (select id from platform.lora_trainings where lora_model_id = $1)",
        model
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update platform.lora_models set purged_at = now(), purge_error = null, file_location = null, file_bytes = null, character_id = null,
           version = version + 1 where id = $1",
        model
    )
    .execute(&mut **tx)
    .await?;
    let number = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    Ok((number(images.rows_affected()), number(lines.rows_affected())))
}
