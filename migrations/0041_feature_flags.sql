-- Feature flags, and what each of them was at any time: history outlives its flag.
create table backlot.feature_flags (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
  description text not null default '' check (length(description) <= 2000),
  type text not null check (type in ('boolean', 'percentage', 'tier')),
  enabled boolean not null default false,
  config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
  created_by uuid references backlot.admins,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  salt text not null check (length(salt) between 1 and 100),
  owner text not null default '' check (length(owner) <= 100),
  tags text[] not null default '{}',
  overrides jsonb not null default '{}' check (jsonb_typeof(overrides) = 'object'),
  kept uuid,
  version int not null default 1,
  archived_at timestamptz
);
create unique index feature_flags_name_key on backlot.feature_flags (name) where archived_at is null;
comment on column backlot.feature_flags.config is 'percentage (three decimals), tiers, userOverrides (user id to true or false).';
comment on column backlot.feature_flags.overrides is 'Why, until when and by whom each of config.userOverrides was set.';
comment on column backlot.feature_flags.salt is 'Goes before the user''s id when a bucket is drawn; never changes, or everybody would be drawn anew.';
comment on column backlot.feature_flags.kept is 'The roster of those who keep the flag although the percentage went below their bucket.';

-- Whoever keeps a flag: user ids of 16 bytes, sorted. A roster never changes, so old versions can name theirs.
create table backlot.feature_flag_rosters (
  id uuid primary key,
  flag_id uuid not null references backlot.feature_flags,
  ids bytea not null check (length(ids) % 16 = 0),
  size int not null check (size = length(ids) / 16),
  created_at timestamptz not null default now()
);
create index feature_flag_rosters_by_flag on backlot.feature_flag_rosters (flag_id);
alter table backlot.feature_flags add foreign key (kept) references backlot.feature_flag_rosters;

create table backlot.feature_flag_history (
  id uuid primary key,
  flag_id uuid not null references backlot.feature_flags,
  flag_name text not null,
  version int not null,
  what text not null,
  admin_user_id uuid references backlot.admins,
  old_config jsonb,
  new_config jsonb not null,
  reason text,
  audit_id uuid,
  created_at timestamptz not null default now(),
  constraint feature_flag_history_version_key unique (flag_id, version)
);
create index feature_flag_history_by_time on backlot.feature_flag_history (created_at, flag_id);
comment on column backlot.feature_flag_history.audit_id is 'Null: from before Backlot kept the record.';
comment on column backlot.feature_flag_history.new_config is 'The whole flag as it was from this version on.';

grant select, insert, update (name, description, type, enabled, config, updated_at, owner, tags, overrides, kept, version, archived_at)
  on backlot.feature_flags to backlot_app;
grant select, insert on backlot.feature_flag_rosters, backlot.feature_flag_history to backlot_app;
grant select on backlot.feature_flags, backlot.feature_flag_rosters, backlot.feature_flag_history to backlot_reader;

create trigger feature_flags_live after insert or update on backlot.feature_flags
  for each statement execute function backlot.live_changed('flags');
