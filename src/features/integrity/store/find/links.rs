//! Rows that name a project or a character that does not exist.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::GenerationsOfNoProject => generations(db, asked).await,
        Check::WorkflowsOfNoProject => workflows(db, asked).await,
        Check::CharactersOfNoProject => characters(db, asked).await,
        _ => models(db, asked).await,
    }
}

async fn generations(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, project_id, kind, status from platform.generation_jobs where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.kind || ', ' || s.status as label, 'of project ' || s.project_id as detail
           from slice s where s.project_id is not null and not exists (select from platform.projects p where p.id = s.project_id))"
    )
}

async fn workflows(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, project_id, crew from platform.workflow_jobs where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.crew as label, 'for project ' || s.project_id as detail
           from slice s where s.project_id is not null and not exists (select from platform.projects p where p.id = s.project_id))"
    )
}

async fn characters(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, project_id, name from platform.characters where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label, 'of project ' || s.project_id as detail
           from slice s where s.project_id is not null and not exists (select from platform.projects p where p.id = s.project_id))"
    )
}

async fn models(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, character_id, name from platform.lora_models where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label, 'draws character ' || s.character_id as detail
           from slice s where s.character_id is not null and not exists (select from platform.characters c where c.id = s.character_id))"
    )
}
