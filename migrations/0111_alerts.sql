-- What is wrong: one open alert for each rule and subject, and whom it hurts.
create table backlot.alerts (
  id uuid primary key,
  rule text collate "C" not null check (length(rule) between 1 and 60),
  subject text collate "C" not null default '' check (length(subject) <= 200),
  severity text not null check (severity in ('critical', 'warning')),
  value float8 not null,
  peak float8 not null,
  threshold float8 not null,
  summary text not null,
  people int not null default 0 check (people >= 0),
  fired_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  announced_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid references backlot.admins,
  note text check (length(note) <= 1000),
  cleared_at timestamptz,
  version int not null default 1
) with (fillfactor = 70);
comment on column backlot.alerts.threshold is 'Where it fired.';
comment on column backlot.alerts.people is 'How many of the platform''s users it hurts, as far as that is known; counted up to ten thousand.';
comment on column backlot.alerts.announced_at is 'When mail and chat were told that it fires; null while it is silenced.';
create unique index alerts_open_key on backlot.alerts (rule, subject) where cleared_at is null;
create index alerts_by_time on backlot.alerts (fired_at, id);
create index alerts_by_rule on backlot.alerts (rule, fired_at, id);
create index alerts_by_severity on backlot.alerts (severity, fired_at, id);
create index alerts_by_rule_and_severity on backlot.alerts (rule, severity, fired_at, id);

create table backlot.alert_watches (
  rule text collate "C" not null,
  subject text collate "C" not null default '',
  value float8 not null,
  over_since timestamptz,
  calm_since timestamptz,
  looked_at timestamptz not null default now(),
  primary key (rule, subject)
) with (fillfactor = 70);
comment on table backlot.alert_watches is 'What each rule measured last; over_since: since when it is past the place where it fires, calm_since: since when it is below where it clears.';

create table backlot.alert_silences (
  rule text collate "C" not null,
  subject text collate "C" not null default '',
  until timestamptz not null,
  reason text not null check (length(reason) between 3 and 1000),
  admin_id uuid not null references backlot.admins,
  made_at timestamptz not null default now(),
  primary key (rule, subject)
);
comment on column backlot.alert_silences.subject is 'Empty: all of the rule''s.';

create table backlot.alert_people (
  alert_id uuid not null references backlot.alerts on delete cascade,
  user_id uuid not null references platform.users,
  primary key (alert_id, user_id)
);

insert into backlot.locks (name) values ('alerts');
grant select, insert, delete on backlot.alerts to backlot_app;
grant update (value, peak, summary, people, seen_at, announced_at, acknowledged_at, acknowledged_by, note, cleared_at, version)
  on backlot.alerts to backlot_app;
grant select, insert, delete, update (value, over_since, calm_since, looked_at) on backlot.alert_watches to backlot_app;
grant select, insert, delete, update (until, reason, admin_id, made_at) on backlot.alert_silences to backlot_app;
grant select, insert, delete on backlot.alert_people to backlot_app;
grant select on backlot.alerts, backlot.alert_watches, backlot.alert_silences, backlot.alert_people to backlot_reader;
-- What the chat was told of an alert, however long ago.
create index jobs_by_key on backlot.jobs (dedup_key, created_at) where dedup_key like 'alerts.say:%';
