//! What stands around a model: its pictures, and the characters that it could draw.
use crate::features::lora::model::Character;
use crate::kernel::{Error, Result};
use sqlx::PgConnection;
use uuid::Uuid;

/// Pictures that a page shows.
pub const MOST: i64 = 60;

/// A training image.
pub struct Image {
    pub id: Uuid,
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
    pub caption: Option<String>,
    pub flag: Option<String>,
}

/// A model's pictures, as the user sent them.
pub async fn images(db: &mut PgConnection, model: Uuid) -> Result<Vec<Image>> {
    Ok(sqlx::query_as!(
        Image,
        r#"select id, width, height, file_bytes as bytes, caption, case when flagged then coalesce(flag_reason, 'flagged') end as flag
           from platform.training_images where lora_model_id = $1 order by created_at, id limit $2"#,
        model,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// How many there are, and their size in bytes.
pub struct Tally {
    pub count: i64,
    pub bytes: i64,
    pub without_caption: i64,
}

/// How many pictures a model has.
pub async fn tally(db: &mut PgConnection, model: Uuid) -> Result<Tally> {
    Ok(sqlx::query_as!(
        Tally,
        r#"select count(*) as "count!", coalesce(sum(file_bytes), 0)::bigint as "bytes!", count(*) filter (where caption is null) as "without_caption!"
           from platform.training_images where lora_model_id = $1"#,
        model
    )
    .fetch_one(db)
    .await?)
}

/// Where a model's picture is.
pub async fn place(db: &mut PgConnection, model: Uuid, image: Uuid) -> Result<String> {
    let found =
        sqlx::query_scalar!("select file_location from platform.training_images where id = $2 and lora_model_id = $1", model, image);
    found.fetch_optional(db).await?.ok_or_else(|| Error::no("training image"))
}

/// What the trainer is given of a picture.
pub struct Given {
    pub place: String,
    pub caption: Option<String>,
}

/// All that the trainer is given.
pub async fn given(db: &mut PgConnection, model: Uuid) -> Result<Vec<Given>> {
    Ok(sqlx::query_as!(
        Given,
        "select file_location as place, caption from platform.training_images where lora_model_id = $1 order by created_at, id limit 500",
        model
    )
    .fetch_all(db)
    .await?)
}

/// A user's characters whose name begins so.
pub async fn characters(db: &mut PgConnection, user: Uuid, begins: &str) -> Result<Vec<Character>> {
    let begins = begins.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(sqlx::query_as!(
        Character,
        "select id, name from platform.characters where user_id = $1 and platform.search_key(name) like platform.search_key($2) || '%'
         order by platform.search_key(name), id limit 20",
        user,
        begins
    )
    .fetch_all(db)
    .await?)
}

/// A character, and whose it is.
pub async fn character(db: &mut PgConnection, id: Uuid) -> Result<(Character, Uuid)> {
    let found = sqlx::query!("select id, name, user_id from platform.characters where id = $1", id).fetch_optional(db).await?;
    let found = found.ok_or_else(|| Error::field("character", "There is no such character any more."))?;
    Ok((Character { id: found.id, name: found.name }, found.user_id))
}
