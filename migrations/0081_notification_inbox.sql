-- What a notification leaves with the platform: an item in the inbox, and what a user wants to be told.
alter table platform.notifications
  add column action_label text,
  add column action_url text,
  add column broadcast_id uuid;
comment on column platform.notifications.kind is
  'What it is about: announcement, maintenance, feature, promotion, billing, training, security, account, tip.';
comment on column platform.notifications.action_url is 'Where action_label leads; both or neither.';
comment on column platform.notifications.broadcast_id is 'The notification of the back office that it is a copy of; null for what the platform itself tells.';
grant update (seen_at, read_at, archived_at) on platform.notifications to backlot_app;

create table platform.notification_preferences (
  user_id uuid not null references platform.users,
  category text not null check (category in ('feature', 'promotional')),
  in_app boolean not null default true,
  email boolean not null default true,
  changed_at timestamptz not null default now(),
  primary key (user_id, category)
);
comment on table platform.notification_preferences is
  'What a user wants to be told and where. No row: all of it; what is about the service itself is told to everybody.';
grant select, insert, update (in_app, email, changed_at) on platform.notification_preferences to backlot_app;
grant select on platform.notification_preferences to backlot_reader;
alter table platform.notification_preferences enable row level security;
create policy staff on platform.notification_preferences to backlot_app, backlot_reader using (true) with check (true);

-- Everything that decides whether somebody is a recipient, in the order in which recipients are written down.
create index users_audience on platform.users (id) include (status, tier, marketing_consent, last_active_at, created_at);

-- Why somebody gets nothing; null: they do. What is about the service itself goes to everybody whose account is there.
create function backlot.left_out(category text, status text, consent boolean) returns text
language sql immutable parallel safe as $$
  select case
    when status = 'deleted' then 'deleted'
    when category in ('feature', 'promotional') and status = 'suspended' then 'suspended'
    when category = 'promotional' and not consent then 'no_consent'
  end
$$;
revoke execute on function backlot.left_out from public;
grant execute on function backlot.left_out to backlot_app, backlot_reader;
