-- Exports: what was asked for, how far it is, and the file that came of it. The file itself is in the object store.
create table backlot.export_schedules (
  id uuid primary key,
  dataset text not null check (length(dataset) between 1 and 60),
  filter text not null default '' check (length(filter) <= 20000),
  columns text[] not null,
  format text not null check (format in ('csv', 'json', 'ndjson', 'xlsx', 'zip')),
  gzip boolean not null default false,
  label text not null check (length(label) between 1 and 300),
  period text check (period in ('day', 'week', 'month')),
  every text not null check (every in ('day', 'week', 'month')),
  cron text not null check (length(cron) between 9 and 60),
  time_zone text not null,
  keep_hours int not null check (keep_hours between 1 and 8760),
  by_mail boolean not null default false,
  reason text not null,
  ticket text,
  owner_id uuid not null references backlot.admins,
  state text not null default 'active' check (state in ('active', 'paused', 'deleted')),
  why_paused text,
  next_at timestamptz,
  last_at timestamptz,
  created_at timestamptz not null default now(),
  version int not null default 1,
  constraint export_schedules_due check ((state = 'active') = (next_at is not null))
);
comment on table backlot.export_schedules is 'Exports that come by the clock.';
comment on column backlot.export_schedules.period is 'Which days each export is of: the day, week or month before it; nothing: the filter alone says.';
comment on column backlot.export_schedules.cron is 'When it comes, in time_zone: made from what was chosen, never typed.';
comment on column backlot.export_schedules.why_paused is 'Why it was paused by Backlot itself; nothing when somebody did it.';
create index export_schedules_due on backlot.export_schedules (next_at) where state = 'active';
create index export_schedules_by_owner on backlot.export_schedules (owner_id, created_at desc, id desc);

create table backlot.exports (
  id uuid primary key,
  dataset text not null check (length(dataset) between 1 and 60),
  filter text not null default '' check (length(filter) <= 20000),
  columns text[] not null,
  format text not null check (format in ('csv', 'json', 'ndjson', 'xlsx', 'zip')),
  gzip boolean not null default false,
  label text not null check (length(label) between 1 and 300),
  time_zone text not null,
  reason text not null,
  ticket text,
  owner_id uuid not null references backlot.admins,
  schedule_id uuid references backlot.export_schedules,
  keep_hours int check (keep_hours between 1 and 8760),
  job_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'ready', 'failed', 'cancelled', 'expired')),
  attempt int not null default 0,
  rows_expected bigint,
  rows_done bigint not null default 0,
  bytes_done bigint not null default 0,
  snapshot_at timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  seen_at timestamptz,
  finished_at timestamptz,
  object_key text,
  file_name text,
  file_bytes bigint,
  file_rows bigint,
  sha256 bytea check (length(sha256) = 32),
  error text,
  downloads int not null default 0,
  constraint exports_finished check ((state in ('waiting', 'running')) = (finished_at is null)),
  constraint exports_file check ((state in ('ready', 'expired')) = (sha256 is not null)),
  constraint exports_file_whole check (
    (sha256 is null) = (object_key is null) and (sha256 is null) = (file_name is null)
    and (sha256 is null) = (file_bytes is null) and (sha256 is null) = (file_rows is null)),
  constraint exports_failed check ((state = 'failed') = (error is not null))
);
comment on table backlot.exports is 'Files of rows that the staff asked for.';
comment on column backlot.exports.filter is 'The list''s own filter, as it stood in its address.';
comment on column backlot.exports.label is 'What it is of, in words.';
comment on column backlot.exports.keep_hours is 'How long its file is kept; nothing: as the setting says.';
comment on column backlot.exports.job_id is 'The job that makes it.';
comment on column backlot.exports.attempt is 'Counts how often it was begun: what an earlier attempt does counts for nothing.';
comment on column backlot.exports.snapshot_at is 'The moment that all rows are of.';
comment on column backlot.exports.object_key is 'Where the file is in the object store: one key for each attempt.';
create index exports_by_owner on backlot.exports (owner_id, created_at desc, id desc);
create index exports_by_time on backlot.exports (created_at desc, id desc);
create index exports_by_state on backlot.exports (state, created_at desc, id desc);
create index exports_by_dataset on backlot.exports (dataset, created_at desc, id desc);
create index exports_open on backlot.exports (owner_id) where state in ('waiting', 'running');
create index exports_ready on backlot.exports (finished_at) where state = 'ready';
create index exports_by_schedule on backlot.exports (schedule_id, created_at desc) where schedule_id is not null;

-- An export goes only where it may, whoever asks and however many ask at once.
create function backlot.exports_guard_edges() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> new.state and (old.state, new.state) not in (
    ('waiting', 'running'), ('waiting', 'failed'), ('waiting', 'cancelled'),
    ('running', 'ready'), ('running', 'failed'), ('running', 'cancelled'),
    ('ready', 'expired')
  ) then
    raise exception 'an export cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'exports_edges';
  end if;
  return new;
end $$;
create trigger exports_guard_edges before update on backlot.exports for each row execute function backlot.exports_guard_edges();

grant select, insert, update (state, attempt, job_id, rows_expected, rows_done, bytes_done, snapshot_at, started_at, seen_at, finished_at, object_key,
  file_name, file_bytes, file_rows, sha256, error, downloads) on backlot.exports to backlot_app;
grant select on backlot.exports to backlot_reader;
grant select, insert, update (state, why_paused, next_at, last_at, version) on backlot.export_schedules to backlot_app;
grant select on backlot.export_schedules to backlot_reader;
