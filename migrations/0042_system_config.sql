-- The platform's and Backlot's settings that were changed; what has no row has the default that the program defines.
create table backlot.system_config (
  id uuid primary key default gen_random_uuid(),
  key text not null constraint system_config_key_key unique check (length(key) between 1 and 100),
  value jsonb not null,
  category text not null,
  description text,
  validation_type text check (validation_type in ('number', 'string', 'boolean', 'json')),
  updated_by uuid references backlot.admins,
  updated_at timestamptz not null default now(),
  version int not null default 1
);
insert into backlot.system_config (key, value, category, description, validation_type) values
  ('generation.max_concurrent', '5', 'generation', 'How many generations one user may have running at once.', 'number'),
  ('generation.default_quality', '"draft"', 'generation', 'The quality that is chosen before a user chooses.', 'string'),
  ('credits.draft_cost', '1', 'credits', 'What an image in draft quality costs.', 'number'),
  ('credits.hq_cost', '3', 'credits', 'What an image in high quality costs.', 'number'),
  ('rate_limit.generations_per_minute', '10', 'rate_limits', 'How many generations one user may start in a minute.', 'number'),
  ('maintenance.enabled', 'false', 'maintenance', 'Whether the platform is in maintenance.', 'boolean'),
  ('maintenance.message', '""', 'maintenance', 'What users are told during maintenance.', 'string');

create table backlot.system_config_history (
  id uuid primary key,
  key text not null,
  version int not null,
  old_value jsonb,
  new_value jsonb,
  admin_user_id uuid references backlot.admins,
  reason text,
  audit_id uuid not null,
  created_at timestamptz not null default now(),
  constraint system_config_history_version_key unique (key, version)
);
comment on column backlot.system_config_history.old_value is 'Null: the default.';

grant select, insert, update (value, description, updated_by, updated_at, version) on backlot.system_config to backlot_app;
grant select, insert on backlot.system_config_history to backlot_app;
grant select on backlot.system_config, backlot.system_config_history to backlot_reader;

create trigger system_config_live after insert or update on backlot.system_config
  for each statement execute function backlot.live_changed('settings');
