//! What a user has made: projects, characters and LoRA models, read in one go.
use crate::kernel::Result;
use jiff::Timestamp;
use sqlx::PgExecutor;
use uuid::Uuid;

/// The newest of each.
#[derive(Default)]
pub struct Made {
    pub projects: Vec<Project>,
    pub characters: Vec<Character>,
    pub models: Vec<Model>,
}

/// A project.
pub struct Project {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub updated_at: Timestamp,
}

/// A character.
pub struct Character {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub created_at: Timestamp,
}

/// A LoRA model that is not deleted, with the ids of the first of its training images.
pub struct Model {
    pub id: Uuid,
    pub name: String,
    pub base_model: String,
    pub status: String,
    pub progress: i32,
    pub error_class: Option<String>,
    pub error: Option<String>,
    pub updated_at: Timestamp,
    pub pictures: Vec<String>,
}

/// Any of them: of one kind the columns of the others are empty.
struct Row {
    what: String,
    id: Uuid,
    name: String,
    about: String,
    status: Option<String>,
    progress: Option<i32>,
    error_class: Option<String>,
    error: Option<String>,
    at: Timestamp,
    pictures: Vec<String>,
}

pub async fn made(db: impl PgExecutor<'_>, user: Uuid) -> Result<Made> {
    let rows = sqlx::query_as!(
        Row,
        r#"select what as "what!", id as "id!", name as "name!", about as "about!", status, progress, error_class, error,
             at as "at!: jiff_sqlx::Timestamp", pictures as "pictures!"
           from (
             (select 'project' as what, id, name, kind as about, status, null::int as progress, null as error_class, null as error,
                updated_at as at, '{}'::text[] as pictures, created_at as place
              from platform.projects where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             (select 'character', id, name, description, null, null, null, null, created_at, '{}', created_at
              from platform.characters where user_id = $1 order by created_at desc, id desc limit 8)
             union all
             (select 'model', m.id, m.name, m.base_model, m.status, m.progress, m.error_class, m.error, m.updated_at,
                array(select i.id::text from platform.training_images i where i.lora_model_id = m.id order by i.created_at, i.id limit 5),
                m.updated_at
              from platform.lora_models m where m.user_id = $1 and m.deleted_at is null order by m.updated_at desc, m.id desc limit 6)
           ) t order by place desc, id desc"#,
        user
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().fold(Made::default(), Made::with))
}

impl Made {
    fn with(mut self, row: Row) -> Self {
        let Row { id, name, about, at, .. } = row;
        match row.what.as_str() {
            "project" => {
                self.projects.push(Project { id, name, kind: about, status: row.status.unwrap_or_default(), updated_at: at });
            }
            "character" => self.characters.push(Character { id, name, description: about, created_at: at }),
            _ => self.models.push(Model {
                id,
                name,
                base_model: about,
                status: row.status.unwrap_or_default(),
                progress: row.progress.unwrap_or_default(),
                error_class: row.error_class,
                error: row.error,
                updated_at: at,
                pictures: row.pictures,
            }),
        }
        self
    }
}
