-- The platform's own tables, as far as Backlot works with them: users, what they make, what they pay.
-- A company with other tables provides this shape as tables or views; 0020_platform_contract.sql says what each means.
create schema platform;
create extension if not exists pg_trgm with schema public;
grant usage on schema platform to backlot_app, backlot_reader;
alter default privileges in schema platform revoke execute on functions from public;

-- How a name is sorted and found: lower case, accents and invisible characters dropped ("Zoë" and "zoe" are one).
create function platform.search_key(name text) returns text
language sql immutable strict parallel safe as $$
  select translate(lower(regexp_replace(normalize(name, nfd),
    '[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g')), 'øłđıßæœ', 'oldisao') collate "C"
$$;
grant execute on function platform.search_key to backlot_app, backlot_reader;

create table platform.users (
  id uuid primary key,
  email text not null check (email like '%@%'),
  name text not null,
  name_key text collate "C" not null generated always as (platform.search_key(name)) stored,
  tier text not null default 'free' check (tier in ('free', 'starter', 'pro')),
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  role text not null default 'member' check (role in ('member', 'creator', 'moderator')),
  country text check (length(country) = 2),
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  created_at timestamptz not null default now(),
  last_active_at timestamptz not null default now() check (last_active_at >= created_at),
  status_reason text,
  status_changed_at timestamptz,
  marketing_consent boolean not null default false,
  view_as_refused boolean not null default false,
  payment_failing boolean not null default false,
  training_failing boolean not null default false,
  version int not null default 1,
  password_hash text,
  mfa_secret text
);

create table platform.user_sessions (
  id uuid primary key,
  user_id uuid not null references platform.users,
  device text not null default '',
  ip inet,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  token_hash bytea not null
);

create table platform.projects (
  id uuid primary key,
  user_id uuid not null references platform.users,
  name text not null,
  kind text not null check (kind in ('image', 'video')),
  state jsonb not null default '{}',
  status text not null default 'draft' check (status in ('draft', 'active', 'archived')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table platform.characters (
  id uuid primary key,
  user_id uuid not null references platform.users,
  project_id uuid references platform.projects,
  name text not null,
  description text not null default '',
  traits jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table platform.lora_models (
  id uuid primary key,
  user_id uuid not null references platform.users,
  character_id uuid references platform.characters,
  name text not null,
  base_model text not null,
  trigger_word text not null,
  status text not null default 'pending' check (status in ('pending', 'training', 'ready', 'failed')),
  progress int not null default 0 check (progress between 0 and 100),
  file_location text,
  file_bytes bigint check (file_bytes >= 0),
  config jsonb not null default '{}',
  error_class text,
  error text,
  cost_minor bigint not null default 0 check (cost_minor >= 0),
  currency char(3) not null default 'EUR',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table platform.lora_trainings (
  id uuid primary key,
  lora_model_id uuid not null references platform.lora_models on delete cascade,
  attempt int not null check (attempt > 0),
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  provider text not null default 'sandbox',
  external_id text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  steps int not null default 0,
  total_steps int not null default 0,
  gpu text,
  cost_minor bigint not null default 0 check (cost_minor >= 0),
  currency char(3) not null default 'EUR',
  error_class text,
  error text,
  unique (lora_model_id, attempt)
);

-- No foreign key: the platform stores pictures before their model and forgets some; the integrity checks look for those.
create table platform.training_images (
  id uuid primary key,
  lora_model_id uuid not null,
  file_location text not null,
  width int not null,
  height int not null,
  file_bytes bigint not null default 0,
  caption text,
  flagged boolean not null default false,
  flag_reason text,
  created_at timestamptz not null default now()
);

create table platform.training_logs (
  lora_training_id uuid not null references platform.lora_trainings on delete cascade,
  line_no int not null,
  at timestamptz not null,
  level text not null check (level in ('debug', 'info', 'warning', 'error')),
  message text not null,
  primary key (lora_training_id, line_no)
);

create table platform.generation_jobs (
  id uuid primary key,
  user_id uuid not null references platform.users,
  project_id uuid references platform.projects,
  kind text not null check (kind in ('image', 'video')),
  quality text not null check (quality in ('draft', 'hq')),
  status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
  prompt text not null,
  model text not null,
  credits int not null check (credits >= 0),
  error_class text,
  error text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);

create table platform.workflow_jobs (
  id uuid primary key,
  user_id uuid not null references platform.users,
  project_id uuid references platform.projects,
  crew text not null,
  status text not null default 'pending' check (status in ('pending', 'running', 'done', 'failed', 'cancelled')),
  inputs jsonb not null default '{}',
  outputs jsonb,
  tasks jsonb not null default '[]',
  external_id text,
  error_signature text,
  error text,
  attempt int not null default 1 check (attempt > 0),
  retry_of uuid references platform.workflow_jobs,
  version int not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);

create table platform.subscriptions (
  id uuid primary key,
  user_id uuid not null references platform.users,
  tier text not null check (tier in ('starter', 'pro')),
  status text not null check (status in ('trialing', 'active', 'past_due', 'cancelled', 'lapsed')),
  created_at timestamptz not null default now(),
  period_start timestamptz not null,
  period_end timestamptz not null check (period_end > period_start),
  grace_until timestamptz,
  price_minor bigint not null check (price_minor >= 0),
  currency char(3) not null default 'EUR',
  pending_tier text check (pending_tier in ('free', 'starter', 'pro')),
  cancel_reason text,
  cancelled_at timestamptz,
  card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
  card_brand text,
  version int not null default 1
);

create table platform.payments (
  id uuid primary key,
  user_id uuid not null references platform.users,
  subscription_id uuid references platform.subscriptions,
  gateway text not null default 'finby',
  gateway_mode text not null default 'sandbox' check (gateway_mode in ('live', 'test', 'sandbox')),
  gateway_ref text,
  status text not null default 'pending' check (status in ('pending', 'paid', 'failed', 'refunded', 'partially_refunded')),
  description text not null default '',
  amount_minor bigint not null check (amount_minor > 0),
  refunded_minor bigint not null default 0 check (refunded_minor >= 0 and refunded_minor <= amount_minor),
  currency char(3) not null default 'EUR',
  failure_code text,
  failure_text text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  settled_at timestamptz
);

create table platform.credit_transactions (
  id uuid primary key,
  user_id uuid not null references platform.users,
  kind text not null check (kind in ('grant', 'purchase', 'spend', 'refund', 'expiry', 'adjustment')),
  amount int not null check (amount <> 0),
  description text not null default '',
  generation_job_id uuid references platform.generation_jobs,
  payment_id uuid references platform.payments,
  created_at timestamptz not null default now()
);

create table platform.notifications (
  id uuid primary key,
  user_id uuid not null references platform.users,
  kind text not null,
  title text not null,
  body text not null default '',
  severity text not null default 'info' check (severity in ('info', 'success', 'warning', 'critical')),
  created_at timestamptz not null default now(),
  seen_at timestamptz,
  read_at timestamptz,
  archived_at timestamptz
);
