-- Whether the data holds together: what each check found, when, and how long it took; and what tidying up has removed.
create table backlot.integrity_runs (
  id uuid primary key,
  check_code text not null check (length(check_code) between 1 and 60),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  asked_by uuid references backlot.admins,
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  place text not null default '',
  looked bigint not null default 0,
  found bigint not null default 0,
  error text,
  constraint integrity_runs_finished check ((state in ('done', 'failed')) = (finished_at is not null)),
  constraint integrity_runs_failed check ((state = 'failed') = (error is not null))
);
comment on table backlot.integrity_runs is 'One look of one check at everything it is about.';
comment on column backlot.integrity_runs.asked_by is 'The admin who asked for it; nobody: it came by the clock, or after a repair.';
comment on column backlot.integrity_runs.place is 'Up to where it has looked, in the check''s own order: another attempt goes on from there.';
comment on column backlot.integrity_runs.looked is 'Rows that were looked at; found: those that are wrong, however many of them are kept as findings.';
-- One look at a time for each check, whoever asks and however many ask at once.
create unique index integrity_runs_open_key on backlot.integrity_runs (check_code) where finished_at is null;
create index integrity_runs_by_check on backlot.integrity_runs (check_code, asked_at desc, id desc);

create table backlot.integrity_findings (
  run_id uuid not null references backlot.integrity_runs on delete cascade,
  no int not null,
  row_id text collate "C" not null,
  subject uuid,
  label text not null,
  detail text not null,
  mended_at timestamptz,
  primary key (run_id, no)
);
comment on table backlot.integrity_findings is 'The first of the rows that the newest look of a check found wrong.';
comment on column backlot.integrity_findings.row_id is 'The row''s key, as the check''s repair finds it again.';
comment on column backlot.integrity_findings.subject is 'The user whom it is about, whether there is one of that id or not.';
create unique index integrity_findings_row_key on backlot.integrity_findings (run_id, row_id);
create index integrity_findings_mended on backlot.integrity_findings (run_id) where mended_at is not null;
create index integrity_findings_open on backlot.integrity_findings (run_id, no) where mended_at is null;

-- Deleted and made anew as a whole with each look: what is left of them is soon small.
grant select, insert, delete, update (state, started_at, finished_at, place, looked, found, error) on backlot.integrity_runs to backlot_app;
grant select, insert, delete, update (mended_at) on backlot.integrity_findings to backlot_app;
grant select on backlot.integrity_runs, backlot.integrity_findings to backlot_reader;

-- Whose mailbox an address reaches, as far as its provider is known to ignore what differs: what follows a plus, and dots at Gmail.
create function backlot.mailbox_of(email text) returns text language sql immutable strict parallel safe as $$
  select case when host in ('gmail.com', 'googlemail.com') then replace(split_part(name, '+', 1), '.', '') || '@gmail.com'
    else split_part(name, '+', 1) || '@' || host end collate "C"
  from (select substring(address from '[^@]*$') as host, substring(address from '^(.*)@') as name
    from (select lower(btrim(email)) as address) a) parts
$$;
create index users_by_mailbox on platform.users (backlot.mailbox_of(email));

-- An amount for people, as 'EUR 29.00'; yen and the like have no minor unit (ISO 4217).
create function backlot.amount_words(minor bigint, currency text) returns text language sql immutable strict parallel safe as $$
  select currency || ' ' || case when currency in ('JPY', 'KRW', 'VND', 'CLP') then minor::text else to_char(minor / 100.0, 'FM999999999990.00') end
$$;

-- What repairs may change beside what features may: each row only where its check says that it is wrong.
grant delete on platform.notifications, platform.notification_preferences, platform.characters, platform.generation_jobs,
  platform.lora_trainings to backlot_app;
grant update (project_id) on platform.characters, platform.generation_jobs, platform.workflow_jobs to backlot_app;
grant update (status, error_class, error, finished_at) on platform.generation_jobs to backlot_app;
grant update (payment_failing, training_failing) on platform.users to backlot_app;
grant update (is_discounted) on platform.subscriptions to backlot_app;
