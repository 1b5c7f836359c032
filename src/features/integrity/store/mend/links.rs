//! Taking off links that lead nowhere.
use super::{Row, mended};
use crate::features::integrity::model::{Check, Mended};
use crate::kernel::{Result, Tx};
use uuid::Uuid;

/// Takes the links of a kind off.
///
/// # Errors
/// When the database refuses.
pub async fn unlink(tx: &mut Tx, check: Check, ids: &[Uuid]) -> Result<Vec<Mended>> {
    match check {
        Check::GenerationsOfNoProject => generations(tx, ids).await,
        Check::WorkflowsOfNoProject => workflows(tx, ids).await,
        Check::CharactersOfNoProject => characters(tx, ids).await,
        _ => models(tx, ids).await,
    }
}

async fn generations(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select s.id, s.project_id from platform.generation_jobs s where s.id = any($1) and s.project_id is not null
               and not exists (select from platform.projects p where p.id = s.project_id) order by s.id for update)
           update platform.generation_jobs s set project_id = null from wrong w where w.id = s.id
           returning s.id::text as "row_id!", s.kind || ', ' || s.status as "label!", jsonb_build_object('project_id', w.project_id) as "before!",
             '{"project_id": null}'::jsonb as after"#,
        ids
    )
}

async fn workflows(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select s.id, s.project_id from platform.workflow_jobs s where s.id = any($1) and s.project_id is not null
               and not exists (select from platform.projects p where p.id = s.project_id) order by s.id for update)
           update platform.workflow_jobs s set project_id = null from wrong w where w.id = s.id
           returning s.id::text as "row_id!", s.crew as "label!", jsonb_build_object('project_id', w.project_id) as "before!",
             '{"project_id": null}'::jsonb as after"#,
        ids
    )
}

async fn characters(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select s.id, s.project_id from platform.characters s where s.id = any($1) and s.project_id is not null
               and not exists (select from platform.projects p where p.id = s.project_id) order by s.id for update)
           update platform.characters s set project_id = null from wrong w where w.id = s.id
           returning s.id::text as "row_id!", left(s.name, 120) as "label!", jsonb_build_object('project_id', w.project_id) as "before!",
             '{"project_id": null}'::jsonb as after"#,
        ids
    )
}

async fn models(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Mended>> {
    mended!(
        tx,
        r#"with wrong as (
             select s.id, s.character_id from platform.lora_models s where s.id = any($1) and s.character_id is not null
               and not exists (select from platform.characters c where c.id = s.character_id) order by s.id for update)
           update platform.lora_models s set character_id = null, version = s.version + 1 from wrong w where w.id = s.id
           returning s.id::text as "row_id!", left(s.name, 120) as "label!", jsonb_build_object('character_id', w.character_id) as "before!",
             '{"character_id": null}'::jsonb as after"#,
        ids
    )
}
