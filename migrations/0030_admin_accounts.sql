-- Admin accounts: invited, enrolled, changed, disabled; second factors beyond the first; and the letters that tell their owners.
alter table backlot.admins
  add column status_reason text check (length(status_reason) <= 1000),
  add column status_changed_at timestamptz,
  add column invited_by uuid references backlot.admins;
grant update (status_reason, status_changed_at) on backlot.admins to backlot_app;
grant select (status_reason, status_changed_at, invited_by) on backlot.admins to backlot_reader;

-- A link's token is made from its id with a key that is not here, so that a letter can be written later and nothing that opens
-- a door lies in the queue.
alter table backlot.admin_links
  add column id uuid,
  add column made_by uuid references backlot.admins,
  add column revoked_at timestamptz,
  drop constraint admin_links_purpose_check,
  add constraint admin_links_purpose_check check (purpose in ('activate', 'reset'));
update backlot.admin_links set id = gen_random_uuid();
alter table backlot.admin_links alter column id set not null, add constraint admin_links_id_key unique (id);
comment on column backlot.admin_links.made_by is 'The admin who sent it; nobody: the command line.';
comment on column backlot.admin_links.revoked_at is 'Taken back, or a newer one took its place.';
grant update (revoked_at) on backlot.admin_links to backlot_app;
grant select (id, admin_id, purpose, made_by, created_at, expires_at, used_at, revoked_at) on backlot.admin_links to backlot_reader;

-- Recovery codes, each good once: a used one is no longer here.
create table backlot.recovery_codes (
  code_hash bytea primary key check (length(code_hash) = 32),
  admin_id uuid not null references backlot.admins,
  created_at timestamptz not null default now()
);
create index recovery_codes_by_admin on backlot.recovery_codes (admin_id);
comment on column backlot.recovery_codes.code_hash is 'SHA-256: a code has 120 random bits, so nothing slower is needed.';
grant select, insert, delete on backlot.recovery_codes to backlot_app;
grant select (admin_id, created_at) on backlot.recovery_codes to backlot_reader;

-- Passkeys (W3C Web Authentication, level 3): what was learnt when one was registered, and how often it was used since.
create table backlot.passkeys (
  id uuid primary key,
  admin_id uuid not null references backlot.admins,
  credential_id bytea not null constraint passkeys_credential_key unique check (length(credential_id) between 1 and 1023),
  name text not null check (length(name) between 1 and 100),
  credential jsonb not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkeys_by_admin on backlot.passkeys (admin_id, created_at, id);
comment on column backlot.passkeys.credential is 'Public key, signature counter and transports; nothing secret.';
grant select, insert, delete, update (name, credential, last_used_at) on backlot.passkeys to backlot_app;
grant select (id, admin_id, name, created_at, last_used_at) on backlot.passkeys to backlot_reader;

-- A challenge is answered once.
create table backlot.used_challenges (
  hash bytea primary key check (length(hash) = 32),
  used_at timestamptz not null default now()
);
create index used_challenges_over on backlot.used_challenges (used_at);
grant select, insert, delete on backlot.used_challenges to backlot_app;

-- Where the demo delivers its mail. With a mail server nothing comes here.
create table backlot.mailbox (
  id uuid primary key,
  to_address text not null,
  subject text not null,
  body text not null,
  delivered_at timestamptz not null default now()
);
create index mailbox_by_time on backlot.mailbox (delivered_at, id);
comment on column backlot.mailbox.id is 'The letter''s own id: delivering it again changes nothing.';
grant select, insert, delete on backlot.mailbox to backlot_app;
grant select on backlot.mailbox to backlot_reader;
