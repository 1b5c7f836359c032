-- Tidying up: what was removed because nobody needs it any more, by whom or by the clock, and how large its table was before and after.
create table backlot.cleanup_runs (
  id uuid primary key,
  sweep text not null check (length(sweep) between 1 and 60),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  asked_by uuid references backlot.admins,
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  cutoff timestamptz not null,
  due bigint not null,
  removed bigint not null default 0,
  bytes_before bigint not null,
  bytes_after bigint,
  constraint cleanup_runs_finished check ((state = 'done') = (finished_at is not null) and (state = 'done') = (bytes_after is not null))
);
comment on column backlot.cleanup_runs.asked_by is 'The admin who asked for it; nobody: it came by the clock.';
comment on column backlot.cleanup_runs.cutoff is 'What is older than this is removed.';
comment on column backlot.cleanup_runs.due is 'How many rows were older when it was asked for.';
create unique index cleanup_runs_open_key on backlot.cleanup_runs (sweep) where finished_at is null;
create index cleanup_runs_by_sweep on backlot.cleanup_runs (sweep, asked_at desc, id desc);
create index cleanup_runs_by_time on backlot.cleanup_runs (asked_at desc, id desc);
grant select, insert, update (state, started_at, finished_at, removed, bytes_after) on backlot.cleanup_runs to backlot_app;
grant select on backlot.cleanup_runs to backlot_reader;

-- What is old is found along an index.
create index user_sessions_by_use on platform.user_sessions (last_seen_at, id);
create index lora_trainings_with_logs on platform.lora_trainings (finished_at, id) where log_lines > 0 and finished_at is not null;
create index view_grants_by_end on backlot.view_grants (ended_at) where ended_at is not null;
grant delete on backlot.outbox_events, backlot.view_grants, backlot.gateway_calls to backlot_app;
