//! What Backlot itself keeps about users who do not exist.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::DeliveriesWithoutUser => deliveries(db, asked).await,
        Check::OverridesWithoutUser => overrides(db, asked).await,
        _ => notes(db, asked).await,
    }
}

async fn deliveries(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select notification_id || ' ' || channel || ' ' || user_id as place, notification_id, channel, user_id, state
           from backlot.notification_deliveries
           where (notification_id, channel, user_id) > (split_part($1, ' ', 1)::uuid, split_part($1, ' ', 2),
             coalesce(nullif(split_part($1, ' ', 3), ''), '00000000-0000-0000-0000-000000000000')::uuid)
           order by notification_id, channel, user_id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, coalesce(n.title, 'A notification that is gone') as label, s.channel || ', ' || s.state as detail
           from slice s left join backlot.notifications n on n.id = s.notification_id
           where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

async fn notes(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, user_id, created_at from backlot.user_notes where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.user_id as subject, 'A note' as label, 'of ' || to_char(s.created_at, 'YYYY-MM-DD') as detail
           from slice s where not exists (select from platform.users u where u.id = s.user_id))"
    )
}

/// Flags are few: all of them at once, of those that are not archived.
async fn overrides(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, f.id, f.name, o.key as who, o.value from backlot.feature_flags f
           cross join lateral jsonb_each_text(coalesce(f.config -> 'userOverrides', '{}')) o
           where f.archived_at is null and $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select s.id || ' ' || s.who as row, case when s.who ~ '^[0-9a-f-]{36}$' then s.who::uuid end as subject, s.name as label,
             case s.value when 'true' then 'on' else 'off' end || ' for ' || s.who as detail
           from slice s where not exists (
             select from platform.users u where u.id = case when s.who ~ '^[0-9a-f-]{36}$' then s.who::uuid end))"
    )
}
