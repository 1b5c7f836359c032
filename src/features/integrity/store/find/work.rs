//! Work that does not end. What is open is few, and an index of its own leads there: all of it at once.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::StuckGenerations => generations(db, asked).await,
        Check::StuckWorkflows => workflows(db, asked).await,
        _ => trainings(db, asked).await,
    }
}

async fn generations(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, id, user_id, kind, quality, status, created_at from platform.generation_jobs
           where status in ('queued', 'running') and $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select s.id::text as row, s.user_id as subject, s.kind || ', ' || s.quality as label, s.status || ' since ' || to_char(s.created_at, 'YYYY-MM-DD HH24:MI') || ' UTC' as detail
           from slice s where s.created_at < now() - make_interval(hours => $3) order by s.created_at)",
        asked.limits.generation_hours
    )
}

async fn workflows(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, id, user_id, crew, state, coalesce(last_heard_at, started_at, created_at) as since from platform.workflow_jobs
           where state in ('queued', 'running', 'unknown') and $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select s.id::text as row, s.user_id as subject, s.crew as label, s.state || ', last heard of ' || to_char(s.since, 'YYYY-MM-DD HH24:MI') || ' UTC' as detail
           from slice s where s.since < now() - make_interval(hours => $3) order by s.since)",
        asked.limits.workflow_hours
    )
}

async fn trainings(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, t.lora_model_id, t.status, t.attempt, coalesce(t.moved_at, t.started_at, t.created_at) as since from platform.lora_trainings t
           where t.status in ('queued', 'running') and $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select s.lora_model_id::text as row, m.user_id as subject, left(coalesce(m.name, 'A model that is gone'), 120) as label,
             'attempt ' || s.attempt || ' ' || s.status || ', last moved ' || to_char(s.since, 'YYYY-MM-DD HH24:MI') || ' UTC' as detail
           from slice s left join platform.lora_models m on m.id = s.lora_model_id
           where s.since < now() - make_interval(hours => $3) order by s.since)",
        asked.limits.training_hours
    )
}
