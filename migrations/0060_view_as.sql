-- Seeing the platform as one of its users does: who looks as whom and until when, and what such a view can read.
create table backlot.view_grants (
  id uuid primary key,
  token_hash bytea not null unique check (length(token_hash) = 32),
  admin_id uuid not null references backlot.admins,
  session_hash bytea not null check (length(session_hash) = 32),
  user_id uuid not null,
  user_name text not null,
  user_email text not null,
  reason text not null check (length(reason) between 1 and 1000),
  ticket text,
  audit_id uuid not null,
  started_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > started_at and expires_at <= started_at + interval '15 minutes'),
  ended_at timestamptz,
  ended_why text check (ended_why in ('hand', 'time', 'admin', 'session', 'user')),
  constraint view_grants_ended check ((ended_at is null) = (ended_why is null))
);
comment on table backlot.view_grants is 'An admin''s leave to see the platform as one user does, read-only, for minutes.';
comment on column backlot.view_grants.token_hash is 'The SHA-256 of what a view shows the database. The token itself is nowhere: it is made from the id with a key that is not in the database.';
comment on column backlot.view_grants.session_hash is 'The session that the view belongs to: no other can use it, and it ends with it.';
comment on column backlot.view_grants.user_name is 'As it was at the beginning: who is signed in can be told without asking the platform.';
create unique index view_grants_one_each on backlot.view_grants (admin_id) where ended_at is null;
create index view_grants_by_session on backlot.view_grants (session_hash) where ended_at is null;
create index view_grants_by_admin on backlot.view_grants (admin_id, started_at desc);
create index view_grants_by_user on backlot.view_grants (user_id, started_at desc);
grant insert, update (ended_at, ended_why) on backlot.view_grants to backlot_app;
grant select (id, admin_id, session_hash, user_id, user_name, user_email, reason, ticket, audit_id, started_at, expires_at, ended_at,
  ended_why) on backlot.view_grants to backlot_app;
grant select (id, admin_id, user_id, user_name, user_email, reason, ticket, audit_id, started_at, expires_at, ended_at, ended_why)
  on backlot.view_grants to backlot_reader;

-- Why a grant no longer stands; null while it does. Whatever happens to the admin, their session or the user's mind counts at the
-- next look, not when somebody comes round to writing it down.
create function backlot.view_is_void(view_id uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when g.ended_at is not null then g.ended_why
    when g.expires_at <= now() then 'time'
    when not exists (select from backlot.admins a
      where a.id = g.admin_id and a.status = 'active' and a.role in ('super_admin', 'support_admin')) then 'admin'
    when not exists (select from backlot.sessions s where s.id_hash = g.session_hash and s.ended_at is null) then 'session'
    when not exists (select from platform.users u where u.id = g.user_id and u.status <> 'deleted' and not u.view_as_refused) then 'user'
  end
  from backlot.view_grants g where g.id = view_id
$$;
revoke execute on function backlot.view_is_void from public;
grant execute on function backlot.view_is_void to backlot_app, backlot_reader;

-- Whom the token of this transaction lets one see; nobody without one.
create function backlot.viewed_user() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.user_id from backlot.view_grants g
  where g.token_hash = sha256(convert_to(current_setting('backlot.view_token', true), 'UTF8')) and backlot.view_is_void(g.id) is null
$$;
revoke execute on function backlot.viewed_user from public;
grant execute on function backlot.viewed_user to backlot_viewer;

-- What the user's own account shows them; nothing to sign in with, nothing that only staff knows.
grant usage on schema platform to backlot_viewer;
grant select (id, email, name, tier, status, role, country, locale, time_zone, created_at, last_active_at, marketing_consent)
  on platform.users to backlot_viewer;
grant select (id, user_id, name, kind, state, status, created_at, updated_at) on platform.projects to backlot_viewer;
grant select (id, user_id, project_id, name, description, traits, created_at, updated_at) on platform.characters to backlot_viewer;
grant select (id, user_id, character_id, name, base_model, trigger_word, status, progress, error, created_at, updated_at)
  on platform.lora_models to backlot_viewer;
grant select (id, lora_model_id, file_location, width, height, caption, created_at) on platform.training_images to backlot_viewer;
grant select (id, user_id, project_id, kind, quality, status, prompt, model, credits, error, created_at, started_at, finished_at)
  on platform.generation_jobs to backlot_viewer;
grant select (id, user_id, project_id, crew, status, created_at, started_at, finished_at) on platform.workflow_jobs to backlot_viewer;
grant select (id, user_id, tier, status, created_at, period_start, period_end, grace_until, price_minor, currency, pending_tier,
  cancelled_at, card_last4, card_brand) on platform.subscriptions to backlot_viewer;
grant select (id, user_id, subscription_id, status, description, amount_minor, refunded_minor, currency, failure_text, created_at,
  settled_at) on platform.payments to backlot_viewer;
grant select (id, user_id, kind, amount, description, created_at) on platform.credit_transactions to backlot_viewer;
grant select (id, user_id, kind, title, body, severity, created_at, seen_at, read_at, archived_at)
  on platform.notifications to backlot_viewer;

-- The staff's own log-ins see every row by an explicit policy; the viewer sees what belongs to the user of its token.
do $$
declare
  name text;
  owner text;
begin
  foreach name in array array['users', 'projects', 'characters', 'lora_models', 'training_images', 'generation_jobs', 'workflow_jobs',
    'subscriptions', 'payments', 'credit_transactions', 'notifications']
  loop
    owner := case name
      when 'users' then 'id = (select backlot.viewed_user())'
      when 'training_images' then
        'exists (select from platform.lora_models m where m.id = lora_model_id and m.user_id = (select backlot.viewed_user()))'
      else 'user_id = (select backlot.viewed_user())'
    end;
    execute format('alter table platform.%I enable row level security', name);
    execute format('create policy staff on platform.%I to backlot_app, backlot_reader using (true) with check (true)', name);
    execute format('create policy viewed on platform.%I for select to backlot_viewer using (%s)', name, owner);
  end loop;
end $$;
