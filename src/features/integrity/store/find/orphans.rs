//! Rows of the platform whose user does not exist. With foreign keys there can be none; a platform of one's own may have none of
//! those, or give views.
use super::{Asked, Seen, orphans_of_ours, orphans_of_training, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::SessionsWithoutUser => sessions(db, asked).await,
        Check::MessagesWithoutUser => messages(db, asked).await,
        Check::PreferencesWithoutUser => preferences(db, asked).await,
        Check::ProjectsWithoutUser => projects(db, asked).await,
        Check::CharactersWithoutUser => characters(db, asked).await,
        Check::ModelsWithoutUser => models(db, asked).await,
        Check::GenerationsWithoutUser => generations(db, asked).await,
        Check::WorkflowsWithoutUser => workflows(db, asked).await,
        Check::SubscriptionsWithoutUser => subscriptions(db, asked).await,
        Check::PaymentsWithoutUser => payments(db, asked).await,
        Check::CreditsWithoutUser => credits(db, asked).await,
        Check::ImagesWithoutModel | Check::TrainingsWithoutModel | Check::LogsWithoutTraining => {
            orphans_of_training::look(db, check, asked).await
        }
        _ => orphans_of_ours::look(db, check, asked).await,
    }
}

async fn sessions(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, device, created_at from platform.user_sessions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, coalesce(nullif(s.device, ''), 'Session') as label,
             'signed in on ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn messages(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, title, created_at from platform.notifications where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.title, 120) as label, 'of ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn preferences(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select user_id || ' ' || category as place, user_id, category from platform.notification_preferences
           where (user_id, category) > (split_part($1, ' ', 1)::uuid, split_part($1, ' ', 2)) order by user_id, category limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.category || ' messages' as label, 'a wish of nobody' as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn projects(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, name, status from platform.projects where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label, s.status as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn characters(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, name from platform.characters where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label,
             (select count(*) from platform.lora_models m where m.character_id = s.id) || ' models draw it' as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn models(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, name, status, deleted_at from platform.lora_models where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.name, 120) as label, s.status as detail
           from slice s where s.deleted_at is null and not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn generations(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, kind, status, created_at from platform.generation_jobs where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.kind || ', ' || s.status as label, 'of ' || to_char(s.created_at, 'YYYY-MM-DD')
             || case when exists (select from platform.credit_transactions c where c.generation_job_id = s.id) then '; the ledger names it' else '' end as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn workflows(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, crew, state, created_at from platform.workflow_jobs where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.crew as label, s.state || ', of ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn subscriptions(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, tier, status from platform.subscriptions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, s.tier as label, s.status as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn payments(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, description, status, amount_minor, currency, created_at from platform.payments
           where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.description, 120) as label,
             s.status || ', ' || backlot.amount_words(s.amount_minor, s.currency) || ', of ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn credits(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, kind, amount, description from platform.credit_transactions where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, left(s.description, 120) as label, s.kind || ', ' || s.amount || ' credits' as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}
