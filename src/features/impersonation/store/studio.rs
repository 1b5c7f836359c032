//! What a user has made, as a view of them reads it: no condition names the user, the database shows nobody else's rows.
use crate::kernel::{Error, Result};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most rows that a page of a view shows.
pub const MOST: i64 = 100;

/// A project.
pub struct Project {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub state: Value,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub async fn projects(db: &mut PgConnection, most: i64) -> Result<Vec<Project>> {
    Ok(sqlx::query_as!(
        Project,
        r#"select id, name, kind, status, '{}'::jsonb as "state!", created_at as "created_at: jiff_sqlx::Timestamp",
             updated_at as "updated_at: jiff_sqlx::Timestamp"
           from platform.projects order by created_at desc, id desc limit $1"#,
        most
    )
    .fetch_all(db)
    .await?)
}

/// One project with its state.
///
/// # Errors
/// `NotFound`, also when it is somebody else's.
pub async fn project(db: &mut PgConnection, id: Uuid) -> Result<Project> {
    sqlx::query_as!(
        Project,
        r#"select id, name, kind, status, state, created_at as "created_at: jiff_sqlx::Timestamp",
             updated_at as "updated_at: jiff_sqlx::Timestamp"
           from platform.projects where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::no("project"))
}

/// A character.
pub struct Character {
    pub name: String,
    pub description: String,
    pub project: Option<String>,
    pub created_at: Timestamp,
}

pub async fn characters(db: &mut PgConnection) -> Result<Vec<Character>> {
    Ok(sqlx::query_as!(
        Character,
        r#"select c.name, c.description, p.name as "project?", c.created_at as "created_at: jiff_sqlx::Timestamp"
           from platform.characters c left join platform.projects p on p.id = c.project_id
           order by c.created_at desc, c.id desc limit $1"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// A LoRA model, and how many training images it has.
pub struct Model {
    pub name: String,
    pub base_model: String,
    pub trigger_word: String,
    pub status: String,
    pub progress: i32,
    pub error: Option<String>,
    pub updated_at: Timestamp,
    pub images: i64,
}

pub async fn models(db: &mut PgConnection) -> Result<Vec<Model>> {
    Ok(sqlx::query_as!(
        Model,
        r#"select m.name, m.base_model, m.trigger_word, m.status, m.progress, m.error, m.updated_at as "updated_at: jiff_sqlx::Timestamp",
             (select count(*) from platform.training_images i where i.lora_model_id = m.id) as "images!"
           from platform.lora_models m order by m.updated_at desc, m.id desc limit $1"#,
        MOST
    )
    .fetch_all(db)
    .await?)
}

/// A generation, or a workflow of a project.
pub struct Made {
    pub what: String,
    pub about: String,
    pub status: String,
    pub model: Option<String>,
    pub quality: Option<String>,
    pub credits: Option<i32>,
    pub error: Option<String>,
    pub created_at: Timestamp,
}

pub async fn generations(db: &mut PgConnection, most: i64) -> Result<Vec<Made>> {
    Ok(sqlx::query_as!(
        Made,
        r#"select what as "what!", about as "about!", status as "status!", model, quality, credits, error,
             created_at as "created_at!: jiff_sqlx::Timestamp" from (
             (select id, kind as what, left(prompt, 300) as about, status, model, quality, credits, error, created_at
              from platform.generation_jobs order by created_at desc, id desc limit $1)
             union all
             (select id, 'workflow', crew, status, null, null, null, null, created_at
              from platform.workflow_jobs order by created_at desc, id desc limit $1)) made
           order by created_at desc, id desc limit $1"#,
        most
    )
    .fetch_all(db)
    .await?)
}
