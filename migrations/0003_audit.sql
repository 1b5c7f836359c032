-- The audit log: what anybody did or was refused, written once, hashed by the database, sealed by a key that is not in it.
-- Grants keep the server's role from changing it, triggers keep the owner from doing so by accident, and the signed seals
-- show what a superuser did nevertheless. `src/kernel/audit` rebuilds every hash; the two must say the same.
create extension if not exists pg_trgm with schema public;

create table backlot.audit_log (
  seq bigint generated always as identity primary key,
  epoch int not null,
  xid xid8 not null,
  at timestamptz not null,
  db_user name not null,
  id uuid not null constraint audit_log_id_key unique,
  actor_kind text not null check (actor_kind in ('admin', 'system', 'console', 'stranger')),
  actor_id uuid,
  actor_name text not null,
  actor_role text,
  session_ref bytea,
  view_as uuid,
  request_id uuid,
  address inet,
  action text not null check (octet_length(action) between 1 and 200),
  target_kind text check (octet_length(target_kind) <= 200),
  target_id text check (octet_length(target_id) <= 1000),
  target_label text,
  outcome text not null check (outcome in ('done', 'denied', 'failed')),
  reason text,
  ticket text,
  changes text not null default '[]' check (changes::jsonb is not null),
  cause uuid,
  leaf bytea not null check (length(leaf) = 32),
  constraint audit_log_actor_check check ((actor_kind = 'admin') = (actor_id is not null)),
  constraint audit_log_target_check check ((target_kind is null) = (target_id is null))
);
comment on table backlot.audit_log is 'Append-only. Rows are sealed about once a second: see audit_seals.';
comment on column backlot.audit_log.seq is 'The order of writing. Numbers are missing where a transaction was rolled back.';
comment on column backlot.audit_log.epoch is 'Which life of the database: a restored dump begins a new one, because transaction ids start again.';
comment on column backlot.audit_log.id is 'A version 7 UUID made by the writer: the address of the entry''s page.';
comment on column backlot.audit_log.session_ref is 'The SHA-256 of the session id.';
comment on column backlot.audit_log.view_as is 'The user as whom the actor was looking at the platform.';
comment on column backlot.audit_log.target_id is 'Its index holds no longer ones; a hostile address must be cut before it is recorded.';
comment on column backlot.audit_log.changes is 'JSON, kept as the exact bytes that were written, because they are hashed.';
comment on column backlot.audit_log.cause is 'The entry that led to this one: a job''s, or the one that was reverted.';
comment on column backlot.audit_log.leaf is 'SHA-256 over a zero byte and every other column, made by the trigger.';

create table backlot.audit_seals (
  seal_no bigint primary key check (seal_no > 0),
  epoch int not null,
  lo_xid xid8 not null,
  hi_xid xid8 not null,
  rows int not null check (rows >= 0),
  root bytea not null check (length(root) = 32),
  prev bytea not null check (length(prev) = 32),
  seal bytea not null check (length(seal) = 32),
  key_id text not null check (key_id ~ '^[0-9a-f]{16}$'),
  signature bytea not null check (length(signature) = 64),
  sealed_at timestamptz not null,
  cluster bigint,
  opening text check (opening is null or opening::jsonb is not null),
  constraint audit_seals_epoch_check check ((cluster is null) = (opening is null) and (opening is null or rows = 0))
);
comment on table backlot.audit_seals is
  'Each seal covers the rows of its epoch with lo_xid <= xid < hi_xid: their Merkle root, the seal before it, and a signature. '
  'One with an opening covers no rows; it begins an epoch.';
comment on column backlot.audit_seals.cluster is 'The PostgreSQL system identifier of the server that the epoch belongs to.';
comment on column backlot.audit_seals.opening is 'Who began the epoch and why, and which seals were lost before it.';
create unique index audit_seals_openings on backlot.audit_seals (cluster, epoch desc) where cluster is not null;
create index audit_seals_by_epoch on backlot.audit_seals (epoch, seal_no desc);

-- One field of the bytes that are hashed: absent, or present with its length, so that no two rows have the same bytes.
create function backlot.audit_field(value bytea) returns bytea language sql immutable parallel safe as
$$ select case when value is null then '\x00'::bytea else '\x01'::bytea || int4send(octet_length(value)) || value end $$;

-- The bytes of a row, version 1: each field in PostgreSQL's binary form, text in UTF-8. The longest comes last because
-- each step copies what is before it.
create function backlot.audit_bytes(r backlot.audit_log) returns bytea language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
  return '\x01'::bytea
    || backlot.audit_field(int8send(r.seq))
    || backlot.audit_field(int4send(r.epoch))
    || backlot.audit_field(xid8send(r.xid))
    || backlot.audit_field(timestamptz_send(r.at))
    || backlot.audit_field(convert_to(r.db_user::text, 'UTF8'))
    || backlot.audit_field(uuid_send(r.id))
    || backlot.audit_field(convert_to(r.actor_kind, 'UTF8'))
    || backlot.audit_field(uuid_send(r.actor_id))
    || backlot.audit_field(convert_to(r.actor_name, 'UTF8'))
    || backlot.audit_field(convert_to(r.actor_role, 'UTF8'))
    || backlot.audit_field(r.session_ref)
    || backlot.audit_field(uuid_send(r.view_as))
    || backlot.audit_field(uuid_send(r.request_id))
    || backlot.audit_field(inet_send(r.address))
    || backlot.audit_field(convert_to(r.action, 'UTF8'))
    || backlot.audit_field(convert_to(r.target_kind, 'UTF8'))
    || backlot.audit_field(convert_to(r.target_id, 'UTF8'))
    || backlot.audit_field(convert_to(r.target_label, 'UTF8'))
    || backlot.audit_field(convert_to(r.outcome, 'UTF8'))
    || backlot.audit_field(convert_to(r.reason, 'UTF8'))
    || backlot.audit_field(convert_to(r.ticket, 'UTF8'))
    || backlot.audit_field(uuid_send(r.cause))
    || backlot.audit_field(convert_to(r.changes, 'UTF8'));
end $$;

-- The epoch that rows belong to now. A server that no opening names (a restored dump) gets the next number at once,
-- so that its transaction ids never mix with those of the server before it; sealing waits until the epoch is opened.
create function backlot.audit_epoch() returns int language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
  here bigint := (select system_identifier from pg_control_system());
  found int := (select epoch from backlot.audit_seals where cluster = here order by epoch desc limit 1);
begin
  if found is null then
    found := (select coalesce(max(epoch), 0) + 1 from backlot.audit_seals);
  end if;
  return found;
end $$;

create function backlot.audit_stamp() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  new.epoch := backlot.audit_epoch();
  new.xid := pg_current_xact_id();
  new.at := clock_timestamp();
  new.db_user := session_user;
  new.leaf := sha256('\x00'::bytea || backlot.audit_bytes(new));
  return new;
end $$;

create function backlot.audit_refuse() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the audit log is append-only (% on %)', tg_op, tg_table_name using errcode = '42501';
end $$;

-- The beginning of an epoch is itself on the record.
create function backlot.audit_record_opening() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
  told jsonb := new.opening::jsonb;
begin
  insert into backlot.audit_log (id, actor_kind, actor_name, action, target_kind, target_id, target_label, outcome, reason, changes)
  values ((told ->> 'entry')::uuid, 'console', told ->> 'by', 'audit.new_epoch', 'audit_seal', new.seal_no::text,
    'Epoch ' || new.epoch, 'done', told ->> 'reason', jsonb_build_array(told)::text);
  return null;
end $$;

-- Holds writers back while an epoch is opened. A lock on the table needs rights that the sealer must not have.
create function backlot.audit_hold() returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  lock table backlot.audit_log in share row exclusive mode;
end $$;

create trigger audit_stamp before insert on backlot.audit_log for each row execute function backlot.audit_stamp();
create trigger audit_refuse before update or delete on backlot.audit_log for each row execute function backlot.audit_refuse();
create trigger audit_refuse_truncate before truncate on backlot.audit_log for each statement execute function backlot.audit_refuse();
create trigger audit_record_opening after insert on backlot.audit_seals for each row
  when (new.opening is not null and new.seal_no > 1) execute function backlot.audit_record_opening();
create trigger audit_refuse before update or delete on backlot.audit_seals for each row execute function backlot.audit_refuse();
create trigger audit_refuse_truncate before truncate on backlot.audit_seals for each statement execute function backlot.audit_refuse();

-- `enable always`: also where session_replication_role would switch triggers off.
alter table backlot.audit_log enable always trigger audit_stamp;
alter table backlot.audit_log enable always trigger audit_refuse;
alter table backlot.audit_log enable always trigger audit_refuse_truncate;
alter table backlot.audit_seals enable always trigger audit_record_opening;
alter table backlot.audit_seals enable always trigger audit_refuse;
alter table backlot.audit_seals enable always trigger audit_refuse_truncate;

revoke execute on function backlot.audit_stamp(), backlot.audit_refuse(), backlot.audit_record_opening(), backlot.audit_hold() from public;
grant execute on function backlot.audit_hold() to backlot_sealer;

-- The writer gives what happened; number, epoch, transaction, time, login and hash are not its to give.
grant insert (id, actor_kind, actor_id, actor_name, actor_role, session_ref, view_as, request_id, address, action, target_kind,
  target_id, target_label, outcome, reason, ticket, changes, cause) on backlot.audit_log to backlot_app;
grant select on backlot.audit_log to backlot_app, backlot_reader, backlot_sealer;
grant select on backlot.audit_seals to backlot_app, backlot_reader, backlot_sealer;
grant insert on backlot.audit_seals to backlot_sealer;

-- What sealing and verifying walk along.
create index audit_log_by_epoch on backlot.audit_log (epoch, xid, seq);
-- What the audit pages ask, newest first: everything, by actor, by action, by target, what went wrong, by link.
create index audit_log_newest on backlot.audit_log (at desc, seq desc);
create index audit_log_by_actor on backlot.audit_log (actor_id, at desc, seq desc) where actor_id is not null;
create index audit_log_by_action on backlot.audit_log (action, at desc, seq desc);
create index audit_log_by_target on backlot.audit_log (target_kind, target_id, at desc, seq desc) where target_id is not null;
create index audit_log_not_done on backlot.audit_log (outcome, at desc, seq desc) where outcome <> 'done';
create index audit_log_by_request on backlot.audit_log (request_id) where request_id is not null;
create index audit_log_by_cause on backlot.audit_log (cause) where cause is not null;
create index audit_log_viewed_as on backlot.audit_log (view_as, at desc, seq desc) where view_as is not null;

-- The words that the search box looks in.
create function backlot.audit_words(target_label text, reason text, ticket text, actor_name text)
returns text language sql immutable parallel safe as
$$ select lower(coalesce(target_label, '') || ' ' || coalesce(reason, '') || ' ' || coalesce(ticket, '') || ' ' || coalesce(actor_name, '')) $$;
create index audit_log_words on backlot.audit_log
  using gin (backlot.audit_words(target_label, reason, ticket, actor_name) public.gin_trgm_ops);
