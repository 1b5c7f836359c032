//! What the database says of files, to hold against what the object store has.
use crate::features::integrity::model::Fault;
use sqlx::PgConnection;
use uuid::Uuid;

/// A model that is ready, and where its weights should be.
pub struct Ready {
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub file: String,
}

impl Ready {
    /// That they are not there.
    pub fn fault(self) -> Fault {
        Fault { row_id: self.id.to_string(), subject: Some(self.user_id), label: self.name, detail: format!("{} is not there", self.file) }
    }
}

/// Models of one slice: the last id that was looked at, how many, and those that are ready.
///
/// # Errors
/// The database's.
pub async fn ready(db: &mut PgConnection, after: Uuid, size: i64) -> sqlx::Result<(Option<Uuid>, i64, Vec<Ready>)> {
    let slice = sqlx::query!(
        r#"select id, user_id, left(name, 120) as "name!", file_location,
             status = 'ready' and deleted_at is null and file_location is not null as "is_ready!"
           from platform.lora_models where id > $1 order by id limit $2"#,
        after,
        size
    );
    let rows = slice.fetch_all(db).await?;
    let (last, looked) = (rows.last().map(|row| row.id), i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let ready = rows.into_iter().filter(|row| row.is_ready);
    let ready = ready.map(|row| Ready { id: row.id, user_id: row.user_id, name: row.name, file: row.file_location.unwrap_or_default() });
    Ok((last, looked, ready.collect()))
}

/// Of these keys, those that no model, attempt or training image knows. Keys are `loras/{model}/{training}.safetensors` and
/// `training/{model}/{name}`; what is named otherwise is not ours to judge. While a model trains, its files come and go.
///
/// # Errors
/// The database's.
pub async fn unknown(db: &mut PgConnection, keys: &[String]) -> sqlx::Result<Vec<String>> {
    let part = |key: &str, at: usize| key.split('/').nth(at).and_then(|part| part.split('.').next()?.parse::<Uuid>().ok());
    let ours: Vec<&String> = keys.iter().filter(|key| part(key, 1).is_some()).collect();
    let models: Vec<Uuid> = ours.iter().filter_map(|key| part(key, 1)).collect();
    let trainings: Vec<Option<Uuid>> = ours.iter().map(|key| part(key, 2)).collect();
    let ours: Vec<String> = ours.into_iter().cloned().collect();
    sqlx::query_scalar!(
        r#"select k.key as "key!" from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (key, model, training)
           where not exists (select from platform.lora_models m where m.id = k.model and m.purged_at is null and (
             m.file_location = k.key or m.status in ('pending', 'training')
             or (k.key like 'loras/%' and exists (select from platform.lora_trainings t where t.id = k.training and t.lora_model_id = m.id))
             or (k.key like 'training/%' and exists (select from platform.training_images i where i.lora_model_id = m.id and i.file_location = k.key))))
           order by k.key collate "C""#,
        &ours,
        &models,
        &trainings as &[Option<Uuid>]
    )
    .fetch_all(db)
    .await
}
