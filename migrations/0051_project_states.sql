-- What a project's state was, each time it changed: appended by the table itself, whoever writes.
create table platform.project_states (
  project_id uuid not null references platform.projects,
  version int not null check (version > 0),
  state jsonb not null,
  status text not null check (status in ('draft', 'active', 'archived')),
  state_bytes int not null,
  changed_at timestamptz not null default now(),
  changed_by text,
  primary key (project_id, version)
);
comment on table platform.project_states is 'What a project''s state was: a row for each change, the newest as in projects. Only grows.';
comment on column platform.project_states.version is 'Counts from 1 within the project.';
comment on column platform.project_states.state_bytes is 'How long the state is as text, so that a list need not read it.';
comment on column platform.project_states.changed_by is 'Who or what changed it, as the platform names itself in platform.actor (a setting of its session): user, crew …; '
  'null when it did not say.';

create function platform.keep_project_state() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- The project's row is locked by the change itself, so that two changes get two versions.
  insert into platform.project_states (project_id, version, state, status, state_bytes, changed_by)
  select new.id, coalesce((select max(s.version) from platform.project_states s where s.project_id = new.id), 0) + 1,
    new.state, new.status, octet_length(new.state::text), nullif(left(current_setting('platform.actor', true), 60), '');
  return null;
end $$;
create trigger keep_state_insert after insert on platform.projects
  for each row execute function platform.keep_project_state();
create trigger keep_state_update after update of state, status on platform.projects
  for each row when ((old.state, old.status) is distinct from (new.state, new.status)) execute function platform.keep_project_state();

create function platform.refuse_state_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the history of projects is append-only (% on %)', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger append_only before update or delete on platform.project_states
  for each row execute function platform.refuse_state_change();
create trigger append_only_truncate before truncate on platform.project_states
  for each statement execute function platform.refuse_state_change();

insert into platform.project_states (project_id, version, state, status, state_bytes, changed_at)
select id, 1, state, status, octet_length(state::text), updated_at from platform.projects;

grant select on platform.project_states to backlot_app, backlot_reader;

-- A project's page: its newest runs and generations, in their order.
drop index platform.workflow_jobs_by_project, platform.generation_jobs_by_project;
create index workflow_jobs_by_project on platform.workflow_jobs (project_id, created_at, id) where project_id is not null;
create index generation_jobs_by_project on platform.generation_jobs (project_id, created_at, id) include (status, credits)
  where project_id is not null;
