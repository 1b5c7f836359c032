-- What waits for a second admin: an action as it was proposed, with the effect that it would have had then.
create table backlot.approvals (
  id uuid primary key,
  action text not null,
  content jsonb not null,
  takes text not null,
  needs text not null,
  target_kind text not null,
  target_id text not null,
  target_label text not null,
  rehearsal jsonb not null,
  fingerprint text not null,
  reason text,
  ticket text,
  asked_at text not null,
  state text not null default 'open'
    check (state in ('open', 'approved', 'rejected', 'withdrawn', 'expired', 'void', 'done', 'stale', 'refused', 'failed')),
  proposed_by uuid not null references backlot.admins,
  proposed_at timestamptz not null default clock_timestamp(),
  proposed_audit uuid not null,
  expires_at timestamptz not null,
  cools_until timestamptz,
  decided_by uuid references backlot.admins,
  decided_at timestamptz,
  decided_audit uuid,
  ended_at timestamptz,
  ended_why text,
  done_audit uuid,
  constraint approvals_two check (decided_by <> proposed_by),
  constraint approvals_approved check (state <> 'approved' or (decided_at is not null and decided_audit is not null)),
  constraint approvals_ended check ((state in ('open', 'approved')) = (ended_at is null)),
  constraint approvals_done check ((state = 'done') = (done_audit is not null)),
  constraint approvals_cooled check (cools_until is not null or state <> 'approved' or decided_by is not null)
);
comment on table backlot.approvals is 'Actions that wait for a second admin, and what became of them.';
comment on column backlot.approvals.content is 'The action itself, serialized.';
comment on column backlot.approvals.takes is 'The permission that whoever proposes it must hold, then and when it is done.';
comment on column backlot.approvals.needs is 'The permission that whoever approves it must hold.';
comment on column backlot.approvals.rehearsal is 'What it would have done when it was proposed: tried, and taken back.';
comment on column backlot.approvals.fingerprint is 'SHA-256 of that effect: any other one is not what was approved.';
comment on column backlot.approvals.asked_at is 'The page that it was asked for on.';
comment on column backlot.approvals.state is 'void: proposed anew; stale: its effect had changed; refused: one of the two may no longer; failed: it could not be done.';
comment on column backlot.approvals.cools_until is 'Proposed by a team of one: it is done then, unless somebody takes it back, or another who may approve it is there by then.';
comment on column backlot.approvals.done_audit is 'The audit entry of the action itself.';

-- One proposal about the same at a time: proposing anew takes the place of the one before.
create unique index approvals_live on backlot.approvals (action, target_kind, target_id) where state in ('open', 'approved');
create index approvals_open on backlot.approvals (proposed_at desc, id desc) where state = 'open';
create index approvals_over on backlot.approvals (proposed_at desc, id desc) include (needs, proposed_by) where state <> 'open';
create index approvals_to_look_at on backlot.approvals (expires_at) where state in ('open', 'approved');
create index approvals_by_proposer on backlot.approvals (proposed_by, proposed_at desc);

-- A proposal goes only where it may, whoever asks and however many ask at once; what was proposed never changes.
create function backlot.approvals_guard() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.state, new.state) not in (
    ('open', 'open'), ('open', 'approved'), ('open', 'rejected'), ('open', 'withdrawn'), ('open', 'expired'), ('open', 'void'),
    ('open', 'refused'), ('open', 'stale'),
    ('approved', 'done'), ('approved', 'stale'), ('approved', 'refused'), ('approved', 'failed'), ('approved', 'withdrawn'), ('approved', 'void')
  ) then
    raise exception 'a proposal cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'approvals_edges';
  end if;
  if new.state = 'approved' and (old.expires_at <= clock_timestamp() and old.cools_until is null) then
    raise exception 'a proposal cannot be approved after its time' using errcode = '23514', constraint = 'approvals_in_time';
  end if;
  if new.state = 'approved' and new.decided_by is null and old.cools_until > clock_timestamp() then
    raise exception 'a proposal without a second admin waits for its time' using errcode = '23514', constraint = 'approvals_in_time';
  end if;
  return new;
end $$;
create trigger approvals_edges before update on backlot.approvals for each row execute function backlot.approvals_guard();

create index notification_approvals_waiting on backlot.notification_approvals (proposed_at desc, id desc) where decision is null;
create index notification_approvals_over on backlot.notification_approvals (proposed_at desc, id desc) include (proposed_by) where decision is not null;
create index billing_operations_waiting on backlot.billing_operations (requested_at desc, id desc)
  where state = 'awaiting_approval' and approve_until is not null;
create index billing_operations_decided on backlot.billing_operations (requested_at desc, id desc) include (requested_by)
  where state <> 'awaiting_approval' and approve_until is not null;

-- Everything that waits for a second admin, wherever it is decided.
create view backlot.approval_queue with (security_invoker = true) as
  select 'proposal' as source, id, id as about, proposed_at as at, proposed_by, needs, state = 'open' as waits, state, action,
    expires_at as until, decided_by, decided_at
  from backlot.approvals
  union all
  select 'notification', id, notification_id, proposed_at, proposed_by, 'notifications_send', decision is null,
    coalesce(decision, 'open'), 'notifications.send', expires_at, decided_by, decided_at
  from backlot.notification_approvals
  union all
  select 'billing', id, id, requested_at, requested_by, 'billing_act', state = 'awaiting_approval',
    case state when 'awaiting_approval' then 'open' when 'called_off' then 'rejected' else 'approved' end,
    'billing.' || purpose, approve_until, decided_by, decided_at
  from backlot.billing_operations where approve_until is not null;
comment on view backlot.approval_queue is 'Everything that waits for a second admin, or waited: proposals of actions, notifications, and operations on money.';

grant select, insert on backlot.approvals to backlot_app;
grant update (state, cools_until, expires_at, decided_by, decided_at, decided_audit, ended_at, ended_why, done_audit) on backlot.approvals to backlot_app;
grant select on backlot.approvals, backlot.approval_queue to backlot_reader;
grant select on backlot.approval_queue to backlot_app;
