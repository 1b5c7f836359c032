//! The SQL of the search box: whom an exact id belongs to, and who is closest to a few letters.
use crate::kernel::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whom an id belongs to, and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub user: Uuid,
    pub id: Uuid,
    /// `user`, `project`, `workflow` …
    pub what: String,
}

impl Found {
    /// The page that shows it.
    pub fn href(&self) -> String {
        match self.what.as_str() {
            "project" => return format!("/admin/projects/{}", self.id),
            "workflow" => return format!("/admin/workflows/{}", self.id),
            "LoRA model" => return format!("/admin/lora/{}", self.id),
            _ => {}
        }
        let place = match self.what.as_str() {
            "generation job" => "#jobs",
            "payment" => "#payments",
            "subscription" => "#subscription",
            _ => "",
        };
        format!("/admin/users/{}{place}", self.user)
    }
}

/// Whom exactly this names: an id of anything, an e-mail address, or a payment's reference at the gateway.
///
/// # Errors
/// When the database cannot answer.
pub async fn exact(db: &mut PgConnection, text: &str) -> Result<Option<Found>> {
    let text = text.trim();
    match Uuid::try_parse(text) {
        Ok(id) => by_id(db, id).await,
        Err(_) if text.contains('@') => by_email(db, text).await,
        Err(_) if text.len() >= 8 => by_reference(db, text).await,
        Err(_) => Ok(None),
    }
}

async fn by_id(db: &mut PgConnection, id: Uuid) -> Result<Option<Found>> {
    Ok(sqlx::query_as!(
        Found,
        r#"select id as "user!", id as "id!", 'user' as "what!" from platform.users where id = $1
           union all select user_id, id, 'project' from platform.projects where id = $1
           union all select user_id, id, 'workflow' from platform.workflow_jobs where id = $1
           union all select user_id, id, 'generation job' from platform.generation_jobs where id = $1
           union all select user_id, id, 'LoRA model' from platform.lora_models where id = $1
           union all select m.user_id, m.id, 'LoRA model' from platform.lora_trainings t join platform.lora_models m on m.id = t.lora_model_id
             where t.id = $1
           union all select user_id, id, 'payment' from platform.payments where id = $1
           union all select user_id, id, 'subscription' from platform.subscriptions where id = $1
           limit 1"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

async fn by_email(db: &mut PgConnection, email: &str) -> Result<Option<Found>> {
    let mut found = sqlx::query_as!(
        Found,
        r#"select id as "user!", id as "id!", 'user' as "what!" from platform.users where email_key = lower($1) limit 2"#,
        email
    )
    .fetch_all(db)
    .await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

async fn by_reference(db: &mut PgConnection, reference: &str) -> Result<Option<Found>> {
    Ok(sqlx::query_as!(
        Found,
        r#"select user_id as "user!", id as "id!", 'payment' as "what!" from platform.payments where gateway_ref = $1
           union all select user_id, id, 'workflow' from platform.workflow_jobs where external_id = $1
           union all select m.user_id, m.id, 'LoRA model' from platform.lora_trainings t join platform.lora_models m on m.id = t.lora_model_id
             where t.external_id = $1 limit 1"#,
        reference
    )
    .fetch_optional(db)
    .await?)
}

/// Somebody who is close to what was typed.
pub struct Close {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub status: String,
    pub tier: String,
}

/// The closest few: addresses and names that begin so, the most recently active first among thirty of each.
pub async fn closest(db: &mut PgConnection, text: &str, most: i64) -> Result<Vec<Close>> {
    let begins = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(sqlx::query_as!(
        Close,
        r#"select id as "id!", email as "email!", name as "name!", status as "status!", tier as "tier!" from (
             (select id, email, name, status, tier, last_active_at from platform.users
              where email_key like lower($1) || '%' order by email_key, id limit 30)
             union
             (select id, email, name, status, tier, last_active_at from platform.users
              where name_key like platform.search_key($1) || '%' order by name_key, id limit 30)) hits
           order by last_active_at desc, id limit $2"#,
        begins,
        most
    )
    .fetch_all(db)
    .await?)
}

/// How a run of a crew stands; `None` when there is none.
pub async fn workflow_state(db: &mut PgConnection, run: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select state from platform.workflow_jobs where id = $1", run).fetch_optional(db).await?)
}

/// How a user stands; `None` when there is none.
pub async fn status(db: &mut PgConnection, user: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select status from platform.users where id = $1", user).fetch_optional(db).await?)
}

/// How a LoRA model stands; `None` when there is none, or it is deleted.
pub async fn model_status(db: &mut PgConnection, model: Uuid) -> Result<Option<String>> {
    let status = sqlx::query_scalar!("select status from platform.lora_models where id = $1 and deleted_at is null", model);
    Ok(status.fetch_optional(db).await?)
}
