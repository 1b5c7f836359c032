-- Backlot's own schema: who works here, their sessions, and what keeps a form from acting twice.
-- The roles are made once per server (`backlot migrate`); a database only hands out the grants.
create schema backlot;
grant usage on schema backlot to backlot_app, backlot_reader, backlot_viewer, backlot_sealer;
revoke create on schema public from public;

create table backlot.admins (
  id uuid primary key,
  email text not null,
  name text not null check (length(name) between 1 and 200),
  role text not null check (role in ('super_admin', 'support_admin', 'operations_admin', 'data_admin', 'billing_admin')),
  status text not null default 'invited' check (status in ('invited', 'active', 'disabled', 'deleted')),
  password_hash text,
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  totp_last_step bigint not null default 0,
  time_zone text not null default 'UTC',
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  shortcuts boolean not null default true,
  last_sign_in_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now()
);
create unique index admins_email_key on backlot.admins (lower(email)) where status <> 'deleted';
comment on column backlot.admins.totp_secret is 'Sealed with a key that is not in the database; bound to the admin''s id.';
grant select, insert on backlot.admins to backlot_app;
grant update (name, role, status, password_hash, totp_secret, totp_confirmed_at, totp_last_step, time_zone, theme,
  shortcuts, last_sign_in_at, version) on backlot.admins to backlot_app;
grant select (id, email, name, role, status, totp_confirmed_at, time_zone, theme, shortcuts, last_sign_in_at, version, created_at)
  on backlot.admins to backlot_reader;

-- One row per sign-in and per change of privilege. The cookie holds the id, the row only its SHA-256.
create table backlot.sessions (
  id_hash bytea primary key check (length(id_hash) = 32),
  admin_id uuid not null references backlot.admins,
  stage text not null check (stage in ('password', 'enrol', 'full')),
  data jsonb not null default '{}',
  address inet,
  agent text not null default '',
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  fresh_at timestamptz,
  ended_at timestamptz,
  ended_why text
);
create index sessions_by_admin on backlot.sessions (admin_id, last_seen_at desc) where ended_at is null;
create index sessions_over on backlot.sessions (last_seen_at);
comment on column backlot.sessions.started_at is 'When the password was given; a new id after a second factor keeps it, so that twelve hours are twelve hours.';
comment on column backlot.sessions.fresh_at is 'When a second factor was last shown in this session.';
grant select, insert, update, delete on backlot.sessions to backlot_app;
grant select (admin_id, stage, address, agent, started_at, last_seen_at, fresh_at, ended_at, ended_why) on backlot.sessions to backlot_reader;

-- A one-time link: only its hash is here, and only a POST uses it up.
create table backlot.admin_links (
  token_hash bytea primary key check (length(token_hash) = 32),
  admin_id uuid not null references backlot.admins,
  purpose text not null check (purpose in ('activate')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index admin_links_by_admin on backlot.admin_links (admin_id);
grant select, insert, update (used_at, expires_at), delete on backlot.admin_links to backlot_app;

-- Guesses, counted before they are checked.
create table backlot.throttles (
  key text primary key,
  attempts int not null,
  next_at timestamptz not null,
  last_at timestamptz not null default now()
);
create index throttles_over on backlot.throttles (last_at);
grant select, insert, update, delete on backlot.throttles to backlot_app;

-- What a form has already done: sending it again answers the same and does nothing.
create table backlot.submissions (
  key uuid primary key,
  admin_id uuid not null,
  action text not null,
  content bytea not null check (length(content) = 32),
  output jsonb,
  audit_id uuid,
  created_at timestamptz not null default now()
);
create index submissions_over on backlot.submissions (created_at);
grant select, insert, update (output, audit_id), delete on backlot.submissions to backlot_app;

-- A form that was sent when the session had ended or a second factor was due: kept until its owner is back.
create table backlot.parked_forms (
  admin_id uuid primary key references backlot.admins,
  path text not null,
  body text not null check (length(body) <= 262144),
  parked_at timestamptz not null default now()
);
grant select, insert, update, delete on backlot.parked_forms to backlot_app;
grant select on backlot.parked_forms to backlot_reader;

-- Rows to lock where a rule is about a set, such as "never without a super admin".
create table backlot.locks (name text primary key, taken bigint not null default 0);
insert into backlot.locks (name) values ('super_admins');
grant select, update (taken) on backlot.locks to backlot_app;

-- The server refuses to start on tables older than itself, so it must see which migrations ran.
grant usage on schema public to backlot_app;
grant select on _sqlx_migrations to backlot_app;
