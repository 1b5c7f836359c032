//! What was made for a project: runs of crews, generations, characters, models; and what it cost.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// So many generations at most are added up, the newest.
pub const COUNTED: i64 = 10_000;

/// A run of a crew.
pub struct Workflow {
    pub id: Uuid,
    pub crew: String,
    pub state: String,
    pub attempt: i32,
    pub error: Option<String>,
    pub at: Timestamp,
}

pub async fn workflows(db: &mut PgConnection, project: Uuid) -> Result<Vec<Workflow>> {
    Ok(sqlx::query_as!(
        Workflow,
        r#"select id, crew, state, attempt, left(error_signature, 160) as error, created_at as at from platform.workflow_jobs
           where project_id = $1 order by created_at desc, id desc limit 10"#,
        project
    )
    .fetch_all(db)
    .await?)
}

/// A generation.
pub struct Generation {
    pub id: Uuid,
    pub kind: String,
    pub quality: String,
    pub prompt: String,
    pub status: String,
    pub error: Option<String>,
    pub credits: i32,
    pub at: Timestamp,
}

pub async fn generations(db: &mut PgConnection, project: Uuid) -> Result<Vec<Generation>> {
    Ok(sqlx::query_as!(
        Generation,
        r#"select id, kind, quality, left(prompt, 120) as "prompt!", status, left(error, 200) as error, credits, created_at as at
           from platform.generation_jobs where project_id = $1 order by created_at desc, id desc limit 10"#,
        project
    )
    .fetch_all(db)
    .await?)
}

/// What the generations come to.
pub struct Cost {
    pub generations: i64,
    pub done: i64,
    pub failed: i64,
    pub credits: i64,
    pub workflows: i64,
    pub failed_workflows: i64,
}

pub async fn cost(db: &mut PgConnection, project: Uuid) -> Result<Cost> {
    Ok(sqlx::query_as!(
        Cost,
        r#"select g.generations as "generations!", g.done as "done!", g.failed as "failed!", g.credits as "credits!", w.workflows as "workflows!",
             w.failed as "failed_workflows!"
           from (select count(*) as generations, count(*) filter (where status = 'done') as done, count(*) filter (where status = 'failed') as failed,
                   coalesce(sum(credits) filter (where status = 'done'), 0)::bigint as credits
                 from (select status, credits from platform.generation_jobs where project_id = $1 order by created_at desc, id desc limit $2) newest) g,
                (select count(*) as workflows, count(*) filter (where state = 'failed') as failed
                 from (select state from platform.workflow_jobs where project_id = $1 order by created_at desc, id desc limit $2) newest) w"#,
        project,
        COUNTED
    )
    .fetch_one(db)
    .await?)
}

/// A character, with the models that draw it.
pub struct Character {
    pub id: Uuid,
    pub name: String,
    pub description: String,
}

pub async fn characters(db: &mut PgConnection, project: Uuid) -> Result<Vec<Character>> {
    Ok(sqlx::query_as!(
        Character,
        r#"select id, name, left(description, 120) as "description!" from platform.characters where project_id = $1 order by id desc limit 12"#,
        project
    )
    .fetch_all(db)
    .await?)
}

/// A LoRA model of one of the project's characters.
pub struct Model {
    pub id: Uuid,
    pub name: String,
    pub status: String,
    pub character: String,
    pub base_model: String,
}

pub async fn models(db: &mut PgConnection, project: Uuid) -> Result<Vec<Model>> {
    Ok(sqlx::query_as!(
        Model,
        r#"select m.id, m.name, m.status, c.name as character, m.base_model
           from (select id, name from platform.characters where project_id = $1 order by id desc limit 50) c
           cross join lateral (select id, name, status, base_model from platform.lora_models where character_id = c.id order by id desc limit 5) m
           order by m.id desc limit 12"#,
        project
    )
    .fetch_all(db)
    .await?)
}
