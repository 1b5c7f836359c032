//! What the demo studio's object store holds from the start: a picture for each training image, and weights for each model that is
//! ready; made when they are asked for.
use super::picture;
use super::s3::Shelf;
use super::weights::{Made, Weights, write};
use async_trait::async_trait;
use serde_json::Value;
use sqlx::PgPool;

/// The demo's files, as far as its tables tell of them.
pub struct Library {
    pool: PgPool,
}

impl Library {
    /// Over the pool of the server's own role.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn weights(&self, key: &str) -> sqlx::Result<Option<Weights>> {
        let id = key.split('/').nth(1).and_then(|id| uuid::Uuid::parse_str(id).ok());
        let model = sqlx::query!(
            "select name, base_model, trigger_word, config, file_bytes,
               array(select caption from platform.training_images i where i.lora_model_id = m.id and caption is not null order by i.id) as captions
             from platform.lora_models m where id = $1 and file_location = $2",
            id,
            key
        );
        let Some(model) = model.fetch_optional(&self.pool).await? else { return Ok(None) };
        let captions = model.captions.unwrap_or_default();
        let number = |name: &str| model.config.get(name).and_then(Value::as_u64).unwrap_or_default();
        let made = Made {
            name: model.name,
            base_model: model.base_model,
            trigger_word: model.trigger_word,
            rank: number("rank"),
            alpha: model.config.get("alpha").and_then(Value::as_f64).unwrap_or_default(),
            steps: number("steps"),
            learning_rate: model.config.get("learning_rate").and_then(Value::as_f64).unwrap_or_default(),
            optimizer: model.config.get("optimizer").and_then(Value::as_str).unwrap_or_default().to_owned(),
            images: captions.len() as u64,
            seed: number("seed"),
            captions,
        };
        Ok(Some(write(&made, model.file_bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default())))
    }
}

#[async_trait]
impl Shelf for Library {
    async fn find(&self, key: &str) -> Option<Weights> {
        if let Some(name) = key.strip_prefix("training/").filter(|name| name.ends_with(".png")) {
            let head = picture::png(name);
            let size = head.len() as u64;
            return Some(Weights { head, size });
        }
        self.weights(key).await.ok().flatten()
    }
}
