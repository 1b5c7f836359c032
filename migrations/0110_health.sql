-- How Backlot and what it stands on are: samples for the charts, the state of each gateway, and what went wrong inside.
create table backlot.health_samples (
  step smallint not null check (step in (1, 15)),
  metric text collate "C" not null check (length(metric) between 1 and 60),
  subject text collate "C" not null default '' check (length(subject) <= 200),
  at timestamptz not null,
  value float8 not null,
  primary key (step, metric, subject, at)
) with (fillfactor = 80);
comment on table backlot.health_samples is 'One row per metric and minute, kept two days; rolled up into quarter hours, kept thirty days.';
comment on column backlot.health_samples.step is 'Minutes that it stands for.';
comment on column backlot.health_samples.subject is 'Which server or gateway it is of; empty: all of Backlot.';
comment on column backlot.health_samples.value is 'What is counted is counted per minute in both steps, so that they can be drawn side by side.';
create index health_samples_by_age on backlot.health_samples (step, at);

create table backlot.gateway_states (
  gateway text collate "C" primary key,
  last_ok_at timestamptz,
  last_failed_at timestamptz,
  failing_since timestamptz,
  failures int not null default 0 check (failures >= 0),
  last_error text
);
comment on column backlot.gateway_states.failing_since is 'Since the first of the failures that no answer came after; null while it answers.';
comment on column backlot.gateway_states.failures is 'How many there were in a row, over all servers.';

create table backlot.faults (
  id text collate "C" primary key,
  signature text not null,
  example text not null,
  request_id uuid,
  count bigint not null default 0,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);
comment on table backlot.faults is 'Errors of Backlot itself, grouped by what they have in common; how many in which minute stands in health_samples.';
create index faults_by_time on backlot.faults (last_at, id);

-- What ended when, and how: counted by the minute, and never from the beginning of time.
create index lora_trainings_by_end on platform.lora_trainings (finished_at) include (status, started_at) where finished_at is not null;
create index workflow_jobs_by_end on platform.workflow_jobs (finished_at) include (state, started_at) where finished_at is not null;
create index generation_jobs_by_end on platform.generation_jobs (finished_at) include (status, started_at) where finished_at is not null;
create index payments_by_end on platform.payments (settled_at) include (status) where settled_at is not null;
create index lora_trainings_failed_by_end on platform.lora_trainings (finished_at) include (lora_model_id) where status = 'failed';
create index workflow_jobs_failed_by_end on platform.workflow_jobs (finished_at) include (user_id, error_signature) where state = 'failed';
create index generation_jobs_failed_by_end on platform.generation_jobs (finished_at) include (user_id, error_class) where status = 'failed';
create index payments_failed_by_end on platform.payments (settled_at) include (user_id, failure_code) where status = 'failed';
create index payments_charged_back on platform.payments (charged_back_at) include (user_id) where charged_back_at is not null;

-- Dead jobs by what they died of.
alter table backlot.jobs add column error_signature text collate "C"
  generated always as (case when state = 'dead' then platform.training_error_signature(last_error) end) stored;
create index jobs_dead_by_signature on backlot.jobs (error_signature, created_at desc, id desc) where state = 'dead';
create index jobs_dead_by_end on backlot.jobs (finished_at, name, error_signature) where state = 'dead';
create index jobs_running on backlot.jobs (started_at, id) where state = 'running';
create index jobs_coming on backlot.jobs (run_at, id) where state = 'waiting';
create index jobs_ended on backlot.jobs (finished_at) include (name, state) where finished_at is not null;

grant select, insert, update (value), delete on backlot.health_samples to backlot_app;
grant select, insert, update (last_ok_at, last_failed_at, failing_since, failures, last_error) on backlot.gateway_states to backlot_app;
grant select, insert, update (example, request_id, count, last_at), delete on backlot.faults to backlot_app;
grant select on backlot.health_samples, backlot.gateway_states, backlot.faults to backlot_reader;
