//! Pictures, attempts and logs whose LoRA model or training does not exist.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::ImagesWithoutModel => images(db, asked).await,
        Check::TrainingsWithoutModel => trainings(db, asked).await,
        _ => logs(db, asked).await,
    }
}

async fn images(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, lora_model_id, file_location, created_at from platform.training_images where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, null::uuid as subject, left(s.file_location, 120) as label,
             'for model ' || s.lora_model_id || ', of ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.lora_models m where m.id = s.lora_model_id))"
    )
}

async fn trainings(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, lora_model_id, attempt, status from platform.lora_trainings where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, null::uuid as subject, 'Attempt ' || s.attempt as label, s.status || ', of model ' || s.lora_model_id
             || case when exists (select from platform.credit_transactions c where c.lora_training_id = s.id and c.kind = 'refund') then '; the ledger names it' else '' end as detail
           from slice s where not exists (select from platform.lora_models m where m.id = s.lora_model_id))"
    )
}

/// A training is named once, with the first slice that holds a line of it.
async fn logs(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select lora_training_id || ' ' || lpad(line_no::text, 10, '0') as place, lora_training_id from platform.training_logs
           where (lora_training_id, line_no) > (split_part($1, ' ', 1)::uuid, coalesce(nullif(split_part($1, ' ', 2), '')::int, 0))
           order by lora_training_id, line_no limit $2::bigint),
         faults as materialized (
           select s.lora_training_id::text as row, null::uuid as subject, 'Log' as label, 'of training ' || s.lora_training_id as detail
           from (select distinct lora_training_id from slice) s
           where s.lora_training_id <> split_part($1, ' ', 1)::uuid
             and not exists (select from platform.lora_trainings t where t.id = s.lora_training_id))"
    )
}
