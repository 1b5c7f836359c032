-- What admins tell the platform's users: written, aimed, sent, and what became of it.

-- A UUID version 7 (RFC 9562): rows that are written together lie together in the index, and a letter's id tells its date.
create function backlot.new_id() returns uuid language sql volatile parallel safe as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;
revoke execute on function backlot.new_id from public;
grant execute on function backlot.new_id to backlot_app;

create table backlot.notifications (
  id uuid primary key,
  kind text not null check (kind in ('system', 'maintenance', 'feature', 'promotional')),
  severity text not null check (severity in ('info', 'success', 'warning', 'critical')),
  title text not null check (length(title) between 1 and 120),
  message text not null check (length(message) between 1 and 5000),
  plain text not null,
  html text not null,
  link_label text check (length(link_label) between 1 and 60),
  link_url text check (length(link_url) between 1 and 2000),
  channels text[] not null check (channels <@ '{in_app,email}' and cardinality(channels) between 1 and 2),
  audience jsonb not null,
  plan jsonb not null,
  state text not null default 'draft'
    check (state in ('draft', 'proposed', 'scheduled', 'sending', 'paused', 'held', 'sent', 'cancelled')),
  next_at timestamptz,
  held_why text,
  allowed_people bigint,
  run int not null default 0,
  series_id uuid references backlot.notifications,
  occurs_at timestamptz,
  version int not null default 1,
  created_by uuid references backlot.admins,
  created_at timestamptz not null default now(),
  submitted_by uuid references backlot.admins,
  started_at timestamptz,
  finished_at timestamptz,
  constraint notifications_link check ((link_label is null) = (link_url is null)),
  constraint notifications_occurrence check ((series_id is null) = (occurs_at is null)),
  constraint notifications_once_each unique (series_id, occurs_at),
  constraint notifications_planned check (state <> 'scheduled' or next_at is not null),
  constraint notifications_held check ((state = 'held') = (held_why is not null)),
  constraint notifications_started check (state not in ('sending', 'sent') or started_at is not null),
  constraint notifications_finished check ((state in ('sent', 'cancelled')) = (finished_at is not null))
);
comment on column backlot.notifications.message is 'As it was written, in the Markdown that model/markdown.rs takes; plain and html are made of it.';
comment on column backlot.notifications.audience is 'Whom it is for: tiers, days of activity, a list, a narrowing of the list of users; all that are named must hold.';
comment on column backlot.notifications.plan is 'When it goes: now, once at a time, daily or weekly in a zone.';
comment on column backlot.notifications.next_at is 'When the clock starts it, or for a series its next occurrence.';
comment on column backlot.notifications.allowed_people is 'How many people it may reach as it was allowed; nothing: any number, as a second admin has agreed or a pause was kept.';
comment on column backlot.notifications.run is 'Raised by one with each start: a job of an earlier run does nothing.';
comment on column backlot.notifications.series_id is 'The recurring notification that this is an occurrence of.';
comment on column backlot.notifications.occurs_at is 'The time in the series that it stands for, which makes it one.';

create index notifications_by_time on backlot.notifications (created_at desc, id desc);
create index notifications_by_state on backlot.notifications (state, created_at desc, id desc);
create index notifications_by_kind on backlot.notifications (kind, created_at desc, id desc);
create index notifications_by_state_and_kind on backlot.notifications (state, kind, created_at desc, id desc);
create index notifications_by_author on backlot.notifications (created_by, created_at desc, id desc);
create index notifications_by_series on backlot.notifications (series_id, occurs_at desc) where series_id is not null;
create index notifications_to_come on backlot.notifications (next_at) where state in ('scheduled', 'proposed', 'sending');

-- A notification goes only where it may, whoever asks and however many ask at once.
create function backlot.notifications_guard_edges() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.state, new.state) not in (
    ('draft', 'proposed'), ('draft', 'scheduled'), ('draft', 'sending'), ('draft', 'cancelled'),
    ('proposed', 'draft'), ('proposed', 'scheduled'), ('proposed', 'sending'), ('proposed', 'cancelled'),
    ('scheduled', 'draft'), ('scheduled', 'sending'), ('scheduled', 'held'), ('scheduled', 'paused'), ('scheduled', 'cancelled'),
    ('sending', 'paused'), ('sending', 'held'), ('sending', 'sent'), ('sending', 'cancelled'),
    ('paused', 'sending'), ('paused', 'scheduled'), ('paused', 'cancelled'),
    ('held', 'draft'), ('held', 'proposed'), ('held', 'scheduled'), ('held', 'sending'), ('held', 'cancelled')
  ) then
    raise exception 'a notification cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'notifications_edges';
  end if;
  return new;
end $$;
create trigger notifications_edges before update of state on backlot.notifications
  for each row when (old.state is distinct from new.state) execute function backlot.notifications_guard_edges();

-- How far it is: counters that each step moves on, so that nobody ever counts a million rows to know.
create table backlot.notification_progress (
  notification_id uuid primary key references backlot.notifications,
  frozen_to uuid,
  frozen_at timestamptz,
  inbox_to uuid,
  inbox_at timestamptz,
  people bigint not null default 0,
  inbox_planned bigint not null default 0,
  inbox_sent bigint not null default 0 check (inbox_sent <= inbox_planned),
  mail_planned bigint not null default 0,
  mail_sent bigint not null default 0,
  mail_failed bigint not null default 0,
  mail_skipped bigint not null default 0,
  deleted bigint not null default 0,
  suspended bigint not null default 0,
  no_consent bigint not null default 0,
  no_inbox bigint not null default 0,
  no_mail bigint not null default 0,
  unsubscribed bigint not null default 0,
  worked_at timestamptz,
  constraint notification_progress_mail check (mail_sent + mail_failed + mail_skipped <= mail_planned)
) with (fillfactor = 50);
comment on column backlot.notification_progress.frozen_to is 'The last user who was looked at while the recipients were written down.';
comment on column backlot.notification_progress.frozen_at is 'When all recipients were written down.';
comment on column backlot.notification_progress.inbox_to is 'The last user whose inbox has it: whoever comes before has it too, whoever comes after does not.';
comment on column backlot.notification_progress.no_inbox is 'Who wants nothing of this kind in the inbox; no_mail: by mail.';
comment on column backlot.notification_progress.unsubscribed is 'Who has unsubscribed by a link in its letters.';

-- One row for each recipient and channel, written before anything is sent. No foreign keys: they would look a million times for the
-- same notification, which the statement that inserts has just read.
create table backlot.notification_deliveries (
  notification_id uuid not null,
  channel text not null check (channel in ('in_app', 'email')),
  user_id uuid not null,
  id uuid not null,
  state text not null check (state in ('settled', 'queued', 'claimed', 'sent', 'failed', 'skipped')),
  attempts smallint not null default 0,
  unsure smallint not null default 0,
  due_at timestamptz,
  claim uuid,
  reason text,
  detail text,
  at timestamptz,
  primary key (notification_id, channel, user_id),
  constraint notification_deliveries_settled check ((channel = 'in_app') = (state = 'settled')),
  constraint notification_deliveries_claimed check ((state = 'claimed') = (claim is not null))
);
comment on column backlot.notification_deliveries.id is 'The id of the item in the inbox, or of the letter.';
comment on column backlot.notification_deliveries.state is 'settled: in the inbox as soon as notification_progress.inbox_to has come to this user; one number moves instead of a million rows.';
comment on column backlot.notification_deliveries.unsure is 'How often the mail server''s answer was not heard: the letter may have arrived more than once, each time with the same id.';
comment on column backlot.notification_deliveries.due_at is 'Queued: not before; claimed: whoever has claimed it is lost after.';
comment on column backlot.notification_deliveries.reason is 'Why it failed or was skipped, in words that many share; detail has all of it.';
create index notification_deliveries_due on backlot.notification_deliveries (notification_id, due_at) where state in ('queued', 'claimed');
create index notification_deliveries_by_state on backlot.notification_deliveries (notification_id, state, user_id) where channel = 'email';
create index notification_deliveries_failed on backlot.notification_deliveries (notification_id, reason) where state in ('failed', 'skipped');
create index notification_deliveries_by_user on backlot.notification_deliveries (user_id, id desc) where channel = 'email';

-- How far apart letters go, over all servers and all notifications.
create table backlot.notification_pace (
  id boolean primary key default true check (id),
  free_at timestamptz not null default now()
);
insert into backlot.notification_pace default values;
comment on column backlot.notification_pace.free_at is 'When the next letter may go: who takes some moves it on by the time that they take.';

-- Who was named in a list.
create table backlot.notification_people (
  notification_id uuid not null references backlot.notifications,
  user_id uuid not null,
  primary key (notification_id, user_id)
);

-- Two admins: one proposes, another approves exactly that.
create table backlot.notification_approvals (
  id uuid primary key,
  notification_id uuid not null references backlot.notifications,
  hash bytea not null check (length(hash) = 32),
  people bigint not null,
  proposed_by uuid not null references backlot.admins,
  proposed_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decision text check (decision in ('approved', 'declined', 'withdrawn', 'expired', 'void')),
  decided_by uuid references backlot.admins,
  decided_at timestamptz,
  constraint notification_approvals_decided check ((decision is null) = (decided_at is null)),
  constraint notification_approvals_two check (decision is distinct from 'approved' or decided_by <> proposed_by)
);
comment on column backlot.notification_approvals.hash is 'Of what is said, to whom and when: an approval of anything else is none.';
comment on column backlot.notification_approvals.decision is 'void: it was edited.';
create unique index notification_approvals_open on backlot.notification_approvals (notification_id) where decision is null;
create index notification_approvals_by_notification on backlot.notification_approvals (notification_id, proposed_at desc);

-- How many have seen and read it. A few rows each, so that many who read at once do not wait for each other.
create table backlot.notification_reads (
  notification_id uuid not null,
  shard smallint not null check (shard between 0 and 15),
  seen bigint not null default 0,
  read bigint not null default 0,
  primary key (notification_id, shard)
) with (fillfactor = 50);

grant select, insert on backlot.notifications to backlot_app;
grant update (kind, severity, title, message, plain, html, link_label, link_url, channels, audience, plan, state, next_at, held_why,
  allowed_people, run, version, submitted_by, started_at, finished_at) on backlot.notifications to backlot_app;
grant select, insert, update on backlot.notification_progress, backlot.notification_deliveries, backlot.notification_reads to backlot_app;
grant select, update on backlot.notification_pace to backlot_app;
grant select, insert, delete on backlot.notification_people to backlot_app;
grant select, insert, update (decision, decided_by, decided_at) on backlot.notification_approvals to backlot_app;
grant select on backlot.notifications, backlot.notification_progress, backlot.notification_deliveries, backlot.notification_reads,
  backlot.notification_people, backlot.notification_approvals to backlot_reader;
