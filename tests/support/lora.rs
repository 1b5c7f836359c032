//! LoRA models that tests put into a studio: Ben's, in any state, with a character, pictures and attempts.
use super::{BEN, Studio};
use uuid::Uuid;

/// A model in the making.
pub struct Made {
    pub id: Uuid,
    pub character: Uuid,
    /// Its last attempt.
    pub training: Uuid,
}

/// Ben's model in a state (`failed`, `ready`, `pending` …) with one attempt; a failed one has failed for this reason, and was paid for.
pub async fn model(studio: &Studio, status: &str, class: &str) -> Made {
    let made = Made { id: Uuid::now_v7(), character: Uuid::now_v7(), training: Uuid::now_v7() };
    let Made { id, character, training } = &made;
    let attempt = match status {
        "failed" => "failed",
        "ready" => "succeeded",
        "training" => "running",
        _ => "queued",
    };
    let error = if status == "failed" { format!("'{class}', 'Step 412: {class} happened'") } else { "null, null".into() };
    let file = if status == "ready" { format!("'loras/{id}/w.safetensors', 4096") } else { "null, null".into() };
    let config = r#"{"rank": 64, "alpha": 16, "learning_rate": 0.0002, "steps": 2000, "resolution": [512, 768], "optimizer": "adamw8bit", "seed": 7}"#;
    studio
        .run(&format!(
            "insert into platform.characters (id, user_id, name) values ('{character}', '{BEN}', 'Zoë of {}');
             insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status, error_class, error, file_location, file_bytes, config)
               values ('{id}', '{BEN}', 'Portrait of Zoë', 'black-forest-labs/FLUX.1-dev', 'ZOE_1', '{status}', {error}, {file}, '{config}');
             insert into platform.lora_trainings (id, lora_model_id, attempt, status, error_class, error, total_steps, config, credits_charged)
               values ('{training}', '{id}', 1, '{attempt}', {error}, 2000, '{config}', 150);
             insert into platform.training_images (id, lora_model_id, file_location, width, height, file_bytes, caption)
               select gen_random_uuid(), '{id}', 'training/{id}/' || n || '.png', 1024, 1024, 100000, 'ZOE_1, portrait ' || n from generate_series(1, 8) n",
            &character.to_string()[30..]
        ))
        .await;
    made
}

impl Studio {
    /// A field of a model, as text.
    pub async fn of_model(&self, id: Uuid, field: &str) -> String {
        self.text(&format!("select coalesce({field}::text, '') from platform.lora_models where id = '{id}'")).await
    }

    /// A field of each of a model's attempts, as text, in their order.
    pub async fn of_attempts(&self, id: Uuid, field: &str) -> String {
        self.text(&format!(
            "select string_agg(coalesce({field}::text, ''), ' ' order by attempt) from platform.lora_trainings where lora_model_id = '{id}'"
        ))
        .await
    }
}
