-- Operations over many rows: frozen when they are previewed, done batch by batch, each row once.
create table backlot.bulk_operations (
  id uuid primary key,
  kind text not null,
  params jsonb not null,
  label text not null,
  list text not null,
  filter text,
  state text not null default 'draft' check (state in ('draft', 'running', 'paused', 'done', 'cancelled', 'expired')),
  needs_second boolean not null,
  total bigint not null check (total >= 0),
  planned bigint not null check (planned between 0 and total),
  done bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  done_to uuid,
  run int not null default 0,
  reason text,
  ticket text,
  created_by uuid not null references backlot.admins,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  started_audit uuid,
  worked_at timestamptz,
  finished_at timestamptz,
  stopped_why text,
  constraint bulk_operations_counted check (done + skipped + failed <= planned),
  constraint bulk_operations_started check ((state in ('draft', 'expired')) or state = 'cancelled' or (started_at is not null and started_audit is not null)),
  constraint bulk_operations_finished check ((state in ('done', 'cancelled', 'expired')) = (finished_at is not null))
) with (fillfactor = 50);
comment on table backlot.bulk_operations is 'Operations over many rows, and how far each is.';
comment on column backlot.bulk_operations.filter is 'The list''s filter as it stood in its address; nothing: the rows were ticked one by one.';
comment on column backlot.bulk_operations.total is 'Rows that were frozen; planned: those of them that are to be done, the rest was skipped at once.';
comment on column backlot.bulk_operations.skipped is 'Of those planned, which were left alone when their turn came: they were no longer as they were seen.';
comment on column backlot.bulk_operations.done_to is 'The last row that was done with: whatever comes before is settled, whatever comes after is not.';
comment on column backlot.bulk_operations.run is 'Raised by one with each start and resume: a job of an earlier run does nothing.';
create index bulk_operations_by_time on backlot.bulk_operations (created_at desc, id desc);
create index bulk_operations_by_state on backlot.bulk_operations (state, created_at desc, id desc);
create index bulk_operations_by_kind on backlot.bulk_operations (kind, created_at desc, id desc);
create index bulk_operations_by_admin on backlot.bulk_operations (created_by, created_at desc, id desc);
create index bulk_operations_to_do on backlot.bulk_operations (worked_at) where state = 'running';

-- Which rows, as they were seen. No foreign keys: the rows are of many tables, and may be gone when their turn comes.
create table backlot.bulk_rows (
  operation_id uuid not null,
  row_id uuid not null,
  label text not null,
  was text not null,
  state text not null check (state in ('waiting', 'left', 'done', 'skipped', 'failed')),
  why text,
  audit_id uuid,
  primary key (operation_id, row_id)
) with (fillfactor = 70);
comment on column backlot.bulk_rows.was is 'What decided that it is to be done: a row that is otherwise by then is left alone.';
comment on column backlot.bulk_rows.state is 'left: not to be done from the start; skipped: left alone when its turn came.';
create index bulk_rows_not_done on backlot.bulk_rows (operation_id, state, row_id) where state in ('left', 'skipped', 'failed');

-- An operation goes only where it may.
create function backlot.bulk_guard() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> new.state and (old.state, new.state) not in (
    ('draft', 'running'), ('draft', 'cancelled'), ('draft', 'expired'),
    ('running', 'paused'), ('running', 'done'), ('running', 'cancelled'), ('paused', 'running'), ('paused', 'cancelled')
  ) then
    raise exception 'a bulk operation cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'bulk_edges';
  end if;
  if new.done_to is distinct from old.done_to and old.state <> 'running' then
    raise exception 'a bulk operation that does not run does nothing' using errcode = '23514', constraint = 'bulk_edges';
  end if;
  return new;
end $$;
create trigger bulk_edges before update on backlot.bulk_operations for each row execute function backlot.bulk_guard();
-- A row is settled once.
create function backlot.bulk_row_guard() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a row of a bulk operation is settled once' using errcode = '23514', constraint = 'bulk_row_once';
end $$;
create trigger bulk_row_once before update of state on backlot.bulk_rows
  for each row when (old.state <> 'waiting') execute function backlot.bulk_row_guard();

-- What staff calls users among themselves.
create table backlot.user_tags (
  user_id uuid not null references platform.users,
  tag text not null check (tag ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  added_by uuid references backlot.admins,
  added_at timestamptz not null default clock_timestamp(),
  primary key (user_id, tag)
);
create index user_tags_by_tag on backlot.user_tags (tag, user_id);
comment on table backlot.user_tags is 'What staff calls users among themselves; the platform knows nothing of it.';

grant select, insert on backlot.bulk_operations to backlot_app;
grant update (state, done, skipped, failed, done_to, run, started_at, started_audit, worked_at, finished_at, stopped_why)
  on backlot.bulk_operations to backlot_app;
grant select, insert, delete, update (state, why, audit_id) on backlot.bulk_rows to backlot_app;
grant select, insert, delete on backlot.user_tags to backlot_app;
grant select on backlot.bulk_operations, backlot.bulk_rows, backlot.user_tags to backlot_reader;
