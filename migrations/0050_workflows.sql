-- Runs of the crews as Backlot follows and repeats them: what exactly they are doing, of which run they are an attempt, and when
-- their crew is asked next. `status` stays the platform's own word; `state` says more.
alter table platform.workflow_jobs
  add column state text check (state in ('queued', 'running', 'awaiting_human', 'succeeded', 'failed', 'stopped', 'unknown')),
  add column root_id uuid references platform.workflow_jobs,
  add column current_task text,
  add column tasks_done int not null default 0 check (tasks_done >= 0),
  add column tasks_total int not null default 0 check (tasks_total >= 0),
  add column gateway_mode text check (gateway_mode in ('live', 'sandbox')),
  add column kickoff_sent_at timestamptz,
  add column stop_asked_at timestamptz,
  add column last_heard_at timestamptz,
  add column next_look_at timestamptz,
  add column requested_by uuid;

comment on column platform.workflow_jobs.status is 'pending, running, done, failed, cancelled: the platform''s word for state; each follows the other by a trigger.';
comment on column platform.workflow_jobs.state is 'queued; running; awaiting_human (a task asks a person); succeeded; failed; stopped; unknown (it may have been '
  'started and nobody can say: counts as running until the crew or an admin says otherwise).';
comment on column platform.workflow_jobs.root_id is 'The first attempt of the chain; its own id when it is that.';
comment on column platform.workflow_jobs.current_task is 'The task that the crew said it is at.';
comment on column platform.workflow_jobs.tasks_done is 'Tasks done so far, of tasks_total.';
comment on column platform.workflow_jobs.gateway_mode is 'Which crews it was started at by Backlot: live, or sandbox (our stand-in); null when the platform started it.';
comment on column platform.workflow_jobs.kickoff_sent_at is 'When Backlot began to ask for its kickoff; from then on it may have been started.';
comment on column platform.workflow_jobs.stop_asked_at is 'When somebody asked to stop it.';
comment on column platform.workflow_jobs.last_heard_at is 'When its crew last said how it is.';
comment on column platform.workflow_jobs.next_look_at is 'When Backlot asks its crew next; null while it does not follow it.';
comment on column platform.workflow_jobs.requested_by is 'The admin who asked for this attempt; null when the platform or its user did.';

-- The state that a status stands for, and the other way round.
create function platform.workflow_state(status text) returns text language sql immutable strict parallel safe as $$
  select case status when 'pending' then 'queued' when 'running' then 'running' when 'done' then 'succeeded'
    when 'failed' then 'failed' when 'cancelled' then 'stopped' end
$$;
create function platform.workflow_status(state text) returns text language sql immutable strict parallel safe as $$
  select case state when 'queued' then 'pending' when 'succeeded' then 'done' when 'failed' then 'failed'
    when 'stopped' then 'cancelled' else 'running' end
$$;
grant execute on function platform.workflow_state, platform.workflow_status to backlot_app, backlot_reader;

with recursive chain as (
  select id, id as root_id from platform.workflow_jobs where retry_of is null
  union all
  select w.id, c.root_id from platform.workflow_jobs w join chain c on w.retry_of = c.id)
update platform.workflow_jobs w set state = platform.workflow_state(w.status), root_id = chain.root_id
from chain where chain.id = w.id;

alter table platform.workflow_jobs
  alter column state set not null,
  alter column root_id set not null,
  add constraint workflow_jobs_state_fits_status check (status = platform.workflow_status(state)),
  add constraint workflow_jobs_first_is_root check ((retry_of is null) = (root_id = id));

-- Whoever writes only a status, or only a state, has written both; and a run that is over stays as it ended.
create function platform.keep_workflow_state() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.state := coalesce(new.state, platform.workflow_state(new.status));
    new.root_id := coalesce(new.root_id, (select w.root_id from platform.workflow_jobs w where w.id = new.retry_of), new.id);
  elsif new.state = old.state and new.status <> old.status then
    new.state := platform.workflow_state(new.status);
  end if;
  new.status := platform.workflow_status(new.state);
  if tg_op = 'UPDATE' and old.state in ('succeeded', 'failed', 'stopped') and new.state <> old.state then
    raise exception 'a run that is % cannot become %', old.state, new.state using errcode = '23514', constraint = 'workflow_jobs_edges';
  end if;
  return new;
end $$;
create trigger keep_state before insert or update of state, status on platform.workflow_jobs
  for each row execute function platform.keep_workflow_state();

-- At most one attempt of a chain is under way, whoever asks and however many ask at once.
create unique index workflow_jobs_one_active on platform.workflow_jobs (root_id)
  where state in ('queued', 'running', 'awaiting_human', 'unknown');
create unique index workflow_jobs_attempt_key on platform.workflow_jobs (root_id, attempt);

-- The list: each filter's index goes on in the list's order; what narrows it further is in the index too.
drop index platform.workflow_jobs_by_time, platform.workflow_jobs_by_user, platform.workflow_jobs_by_error;
create index workflow_jobs_by_time on platform.workflow_jobs (created_at, id) include (state, crew);
create index workflow_jobs_by_user on platform.workflow_jobs (user_id, created_at, id) include (state, crew);
create index workflow_jobs_by_state on platform.workflow_jobs (state, created_at, id) include (crew);
create index workflow_jobs_by_crew on platform.workflow_jobs (crew, created_at, id) include (state);
create index workflow_jobs_by_state_and_crew on platform.workflow_jobs (state, crew, created_at, id);
create index workflow_jobs_by_error on platform.workflow_jobs (error_signature, created_at, id) include (crew, user_id)
  where state = 'failed';
-- What is failing: counted over the newest failures, from the index alone.
create index workflow_jobs_failures on platform.workflow_jobs (created_at, id) include (error_signature, crew, user_id)
  where state = 'failed';
create index workflow_jobs_retried on platform.workflow_jobs (created_at, id) include (state, crew) where attempt > 1;
create index workflow_jobs_to_look_at on platform.workflow_jobs (next_look_at) where next_look_at is not null;

-- What Backlot did and heard about a run, in words. Only grows.
create table backlot.workflow_events (
  id uuid primary key,
  workflow_job_id uuid not null,
  at timestamptz not null default now(),
  kind text not null check (kind in ('asked', 'sent', 'heard', 'note', 'stop', 'settled')),
  text text not null check (length(text) between 1 and 4000),
  audit_id uuid
);
comment on table backlot.workflow_events is 'What Backlot did and heard about a run of a crew. No foreign key: the platform may forget a run, the record stays.';
comment on column backlot.workflow_events.kind is 'asked (an admin, for another attempt); sent (to the crew''s host); heard (from it); note; stop; settled (by an admin).';
create index workflow_events_by_job on backlot.workflow_events (workflow_job_id, at, id);
create index workflow_events_by_audit on backlot.workflow_events (audit_id) where audit_id is not null;

grant select on backlot.workflow_events to backlot_app, backlot_reader;
grant insert (id, workflow_job_id, kind, text, audit_id) on backlot.workflow_events to backlot_app;
grant insert (id, user_id, project_id, crew, state, inputs, tasks, tasks_total, attempt, retry_of, root_id, requested_by)
  on platform.workflow_jobs to backlot_app;
grant update (state, external_id, outputs, tasks, current_task, tasks_done, tasks_total, gateway_mode, kickoff_sent_at, stop_asked_at,
  last_heard_at, next_look_at, error_signature, error, version, started_at, finished_at) on platform.workflow_jobs to backlot_app;
