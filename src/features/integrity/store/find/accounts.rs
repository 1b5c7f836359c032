//! Accounts that may be one person's, and the audit log's seals.
use super::{Asked, Seen, piece};
use crate::features::integrity::model::{Check, Fault, Piece};
use sqlx::PgConnection;
use sqlx::types::Json;

pub(super) async fn look(db: &mut PgConnection, check: Check, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    match check {
        Check::SameEmail => same(db, asked).await,
        Check::SuspectedTwins => twins(db, asked).await,
        _ => seals(db, asked).await,
    }
}

/// The later of two is named. An index leads to whoever reads the same mailbox.
async fn same(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, email, status from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, s.email as label, 'also ' || o.email || ' (' || o.id || ')' as detail
           from slice s cross join lateral (
             select o.id, o.email from platform.users o where backlot.mailbox_of(o.email) = backlot.mailbox_of(s.email)
               and lower(btrim(o.email)) = lower(btrim(s.email)) and o.id < s.id and o.status <> 'deleted' order by o.id limit 1) o
           where s.status <> 'deleted')"
    )
}

async fn twins(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select id::text as place, id, email, status from platform.users where id > $1::text::uuid order by id limit $2::bigint),
         faults as materialized (
           select s.place as row, s.id as subject, s.email as label, 'reaches the mailbox of ' || o.email || ' (' || o.id || ')' as detail
           from slice s cross join lateral (
             select o.id, o.email from platform.users o where backlot.mailbox_of(o.email) = backlot.mailbox_of(s.email)
               and lower(btrim(o.email)) <> lower(btrim(s.email)) and o.id < s.id and o.status <> 'deleted' order by o.id limit 1) o
           where s.status <> 'deleted')"
    )
}

/// Entries of the log that came after what the newest seal covers.
async fn seals(db: &mut PgConnection, asked: &Asked<'_>) -> sqlx::Result<Piece> {
    piece!(
        db,
        asked,
        "with slice as materialized (
           select null::text as place, l.seq, l.at
           from (select coalesce((select hi_xid from backlot.audit_seals where epoch = backlot.audit_epoch() order by seal_no desc limit 1),
             '0'::xid8) as hi) s
           cross join lateral (select l.seq, l.at from backlot.audit_log l
             where l.epoch = backlot.audit_epoch() and l.xid >= s.hi order by l.xid, l.seq limit 100000) l
           where $1::text is not null and $2::bigint is not null),
         faults as materialized (
           select 'entry ' || min(s.seq) as row, null::uuid as subject, count(*) || ' entries' as label,
             'the first of them since ' || to_char(min(s.at), 'YYYY-MM-DD HH24:MI') || ' UTC' as detail
           from slice s where s.at < now() - make_interval(secs => $3::int) having count(*) > 0)",
        asked.limits.seal_seconds
    )
}
