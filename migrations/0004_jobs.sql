-- What is to happen after a commit: the queue, and the clockwork that fills it.
create table backlot.jobs (
  id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead', 'cancelled')),
  priority smallint not null default 0,
  run_at timestamptz not null default now(),
  attempt int not null default 0 check (attempt >= 0),
  forgiven int not null default 0 check (forgiven between 0 and attempt),
  max_attempts int not null check (max_attempts between 1 and 1000),
  owner text,
  lease_until timestamptz,
  heartbeat timestamptz,
  last_error text,
  dedup_key text check (length(dedup_key) between 1 and 200),
  cause uuid,
  request_id uuid,
  progress int check (progress between 0 and 100),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint jobs_held_while_running
    check ((state = 'running') = (owner is not null) and (owner is null) = (lease_until is null)),
  constraint jobs_finished_at_the_end check ((state in ('done', 'dead', 'cancelled')) = (finished_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

comment on column backlot.jobs.attempt is 'Grows with every claim and never shrinks: with the owner it is the token that fences a worker which lost its lease.';
comment on column backlot.jobs.forgiven is 'Attempts that do not count against max_attempts: cut short by a server that stopped, or made before an operator retried.';
comment on column backlot.jobs.priority is 'The greater, the sooner.';
comment on column backlot.jobs.progress is 'Per cent.';
comment on column backlot.jobs.cause is 'The audit entry of the change that asked for this job.';

create index jobs_to_claim on backlot.jobs (priority desc, run_at, id) where state = 'waiting';
create index jobs_to_rescue on backlot.jobs (lease_until) where state = 'running';
create unique index jobs_dedup_key on backlot.jobs (dedup_key) where dedup_key is not null and state in ('waiting', 'running');
create index jobs_by_state on backlot.jobs (state, created_at desc, id desc);
create index jobs_by_name on backlot.jobs (name, created_at desc, id desc);
create index jobs_by_state_and_name on backlot.jobs (state, name, created_at desc, id desc);
create index jobs_by_end on backlot.jobs (state, finished_at) where finished_at is not null;
create index jobs_by_cause on backlot.jobs (cause) where cause is not null;

-- A job goes only where it may, whoever asks and however many ask at once.
create function backlot.jobs_guard_edges() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if old.finished_at is null then
      raise exception 'a job that is % cannot be deleted', old.state using errcode = '23514', constraint = 'jobs_edges';
    end if;
    return old;
  end if;
  if (old.state, new.state) not in (
    ('waiting', 'running'), ('waiting', 'cancelled'),
    ('running', 'done'), ('running', 'waiting'), ('running', 'dead'),
    ('dead', 'waiting')
  ) then
    raise exception 'a job cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'jobs_edges';
  end if;
  return new;
end $$;
create trigger jobs_edges before update of state on backlot.jobs
  for each row when (old.state is distinct from new.state) execute function backlot.jobs_guard_edges();
create trigger jobs_deletion before delete on backlot.jobs
  for each row execute function backlot.jobs_guard_edges();

-- Wakes the workers when the transaction commits. A hint only: they look by themselves too.
create function backlot.jobs_wake() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  notify backlot_jobs;
  return null;
end $$;
create trigger jobs_wake after insert on backlot.jobs
  for each statement execute function backlot.jobs_wake();

create table backlot.job_schedules (
  name text primary key check (length(name) between 1 and 100),
  cron text not null,
  time_zone text not null,
  next_at timestamptz not null,
  last_at timestamptz,
  paused boolean not null default false
);
comment on column backlot.job_schedules.next_at is 'When it fires next; whoever moves it on has fired it, so it fires once however many servers there are.';
comment on column backlot.job_schedules.last_at is 'The time it was due when it last fired.';

grant select, delete on backlot.jobs to backlot_app;
grant insert (id, name, payload, priority, run_at, max_attempts, dedup_key, cause, request_id) on backlot.jobs to backlot_app;
grant update (state, run_at, attempt, forgiven, owner, lease_until, heartbeat, last_error, progress, started_at, finished_at)
  on backlot.jobs to backlot_app;
grant select on backlot.jobs to backlot_reader;
grant select, insert, update (cron, time_zone, next_at, last_at, paused) on backlot.job_schedules to backlot_app;
grant select on backlot.job_schedules to backlot_reader;
