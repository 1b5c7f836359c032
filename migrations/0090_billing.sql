-- The billing desk: what is asked of the payment gateway, what became of it, and where the money and the credits are.

-- A card that a customer agreed to be charged by again: the gateway's number of the payment with which they did.
create table backlot.mandates (
  id uuid primary key,
  user_id uuid not null references platform.users,
  gateway_mode text not null check (gateway_mode in ('live', 'test', 'sandbox')),
  initial_ref bigint not null check (initial_ref > 0),
  card_brand text,
  card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
  agreed_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_why text,
  unique (gateway_mode, initial_ref)
);
comment on table backlot.mandates is 'Cards that customers agreed to be charged by; one stands per user and mode.';
create unique index mandates_standing_key on backlot.mandates (user_id, gateway_mode) where revoked_at is null;
create index mandates_by_user on backlot.mandates (user_id, agreed_at);

-- Charges are retried by the days of the plan.
alter table platform.subscriptions
  add column failed_charges int not null default 0 check (failed_charges >= 0),
  add column next_charge_at timestamptz;
comment on column platform.subscriptions.failed_charges is 'Charges of this period that failed.';
comment on column platform.subscriptions.next_charge_at is 'When a past due one is tried again by itself; null: not any more.';

-- What is on its way back is held: paid out and asked for together never exceed what was captured.
alter table platform.payments
  add column refunding_minor bigint not null default 0 check (refunding_minor >= 0),
  add column gateway_state text,
  add column gateway_seen_at timestamptz,
  add column charged_back_at timestamptz,
  add constraint payments_never_over check (refunded_minor + refunding_minor <= amount_minor);
comment on column platform.payments.refunding_minor is 'Refunds that are asked for and not settled.';
comment on column platform.payments.gateway_state is 'The state in the gateway''s own word, when it was last looked at.';
comment on column platform.payments.charged_back_at is 'When the cardholder''s bank took it back.';

-- A price that is lowered for some periods.
create table backlot.discounts (
  id uuid primary key,
  subscription_id uuid not null references platform.subscriptions,
  percent int check (percent between 1 and 100),
  amount_minor bigint check (amount_minor > 0),
  periods int not null check (periods between 1 and 36),
  periods_left int not null check (periods_left between 0 and periods),
  granted_by uuid not null,
  reason text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((percent is null) <> (amount_minor is null))
);
create unique index discounts_running_key on backlot.discounts (subscription_id) where ended_at is null;
-- The list finds them along an index, however many a promotion has made.
alter table platform.subscriptions add column is_discounted bool not null default false;
comment on column platform.subscriptions.is_discounted is 'A discount runs; kept by a trigger on discounts.';
create function backlot.mark_discounted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update platform.subscriptions s set is_discounted = not s.is_discounted
  where s.id = new.subscription_id and s.is_discounted is distinct from
    exists (select from backlot.discounts d where d.subscription_id = s.id and d.ended_at is null);
  return null;
end $$;
revoke execute on function backlot.mark_discounted from public;
create trigger mark_discounted after insert or update of ended_at on backlot.discounts
  for each row execute function backlot.mark_discounted();
create index subscriptions_discounted on platform.subscriptions (period_end, id) where is_discounted;
create index discounts_by_subscription on backlot.discounts (subscription_id, created_at);

-- One operation, one row: the row is there before the gateway is asked, and says what became of it.
create table backlot.billing_operations (
  id uuid primary key,
  kind text not null check (kind in ('charge', 'link', 'refund', 'credits')),
  purpose text not null check (purpose in ('renewal', 'recovery', 'upgrade', 'refund', 'grant', 'deduct')),
  user_id uuid not null references platform.users,
  subscription_id uuid references platform.subscriptions,
  payment_id uuid references platform.payments,
  mandate_id uuid references backlot.mandates,
  gateway_mode text not null check (gateway_mode in ('live', 'test', 'sandbox')),
  reference text not null unique check (reference ~ '^[a-z0-9_]{1,35}$'),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  state text not null check (state in
    ('awaiting_approval', 'queued', 'sending', 'waiting', 'uncertain', 'succeeded', 'failed', 'called_off')),
  plan jsonb not null default '{"what": "nothing"}',
  reason_code text,
  note text,
  ticket text,
  requested_by uuid,
  requested_at timestamptz not null default now(),
  approve_until timestamptz,
  decided_by uuid,
  decided_at timestamptz,
  sent_at timestamptz,
  tries int not null default 0 check (tries >= 0),
  gateway_ref bigint,
  code text,
  answer text,
  next_look_at timestamptz,
  looks int not null default 0 check (looks >= 0),
  link text,
  link_until timestamptz,
  settled_at timestamptz,
  settled_by text check (settled_by in ('answer', 'notice', 'look', 'people')),
  claimed_by uuid,
  claimed_outcome text check (claimed_outcome in ('succeeded', 'failed')),
  claimed_evidence text,
  claimed_ref bigint check (claimed_ref > 0),
  claimed_at timestamptz,
  version int not null default 1,
  check (decided_by is null or requested_by is null or decided_by <> requested_by),
  check ((kind = 'credits') = (payment_id is null)),
  check ((state in ('succeeded', 'failed', 'called_off')) = (settled_at is not null)),
  check (claimed_by is null or (claimed_outcome is not null and claimed_evidence is not null and claimed_at is not null))
);
comment on table backlot.billing_operations is 'What is asked of the payment gateway, or waits for a second admin: one row each.';
comment on column backlot.billing_operations.id is 'Also the key of the form that asked for it: sent twice, it is one operation.';
comment on column backlot.billing_operations.reference is 'Ours at the gateway; new for each operation, never used again.';
comment on column backlot.billing_operations.currency is 'ISO 4217; credits are counted as CRD.';
comment on column backlot.billing_operations.state is 'uncertain: it was sent and nobody knows whether money moved; it is never sent again.';
comment on column backlot.billing_operations.plan is 'What was shown before, and what happens when it succeeds.';
-- One charge of a payment or a subscription at a time, however many ask for it.
create unique index billing_operations_open_charge_key on backlot.billing_operations (payment_id)
  where kind in ('charge', 'link') and state in ('queued', 'sending', 'waiting', 'uncertain');
create unique index billing_operations_open_subscription_key on backlot.billing_operations (subscription_id)
  where kind = 'charge' and state in ('queued', 'sending', 'waiting', 'uncertain');
create index billing_operations_by_user on backlot.billing_operations (user_id, requested_at, id);
create index billing_operations_by_payment on backlot.billing_operations (payment_id, requested_at);
create index billing_operations_by_subscription on backlot.billing_operations (subscription_id, requested_at);
create index billing_operations_by_time on backlot.billing_operations (requested_at, id);
create index billing_operations_by_state on backlot.billing_operations (state, requested_at, id);
create index billing_operations_by_kind on backlot.billing_operations (kind, requested_at, id);
create index billing_operations_by_purpose on backlot.billing_operations (purpose, requested_at, id);
create index billing_operations_by_gateway_ref on backlot.billing_operations (gateway_ref) where gateway_ref is not null;
create index billing_operations_to_look_at on backlot.billing_operations (next_look_at) where next_look_at is not null;

-- The charge is recorded only while the subscription may still be charged and the card's agreement stands: whoever cancels first wins.
create function backlot.guard_charge() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.kind <> 'charge' then
    return new;
  end if;
  perform 1 from backlot.mandates m where m.id = new.mandate_id and m.user_id = new.user_id and m.revoked_at is null
    and m.gateway_mode = new.gateway_mode for key share;
  if not found then
    raise exception 'no agreement to charge this card stands' using errcode = 'P0001', constraint = 'billing_operations_mandate_stands';
  end if;
  if new.subscription_id is not null then
    perform 1 from platform.subscriptions s where s.id = new.subscription_id and s.user_id = new.user_id
      and s.status in ('trialing', 'active', 'past_due') and s.cancelled_at is null for no key update;
    if not found then
      raise exception 'this subscription is not charged any more' using errcode = 'P0001', constraint = 'billing_operations_subscription_runs';
    end if;
  end if;
  return new;
end $$;
-- At its beginning, and again at the moment before it is sent.
create trigger guard_charge before insert on backlot.billing_operations for each row execute function backlot.guard_charge();
create trigger guard_charge_sent before update of state on backlot.billing_operations
  for each row when (new.state = 'sending' and old.state <> 'sending') execute function backlot.guard_charge();

-- Double-entry: every transfer takes from one account what it gives to another, in one unit. It only grows.
create table backlot.ledger_accounts (
  code text collate "C" not null,
  unit text not null,
  kind text not null check (kind in ('opening', 'gateway', 'revenue', 'refunds', 'chargebacks', 'credits_issued', 'credits_held')),
  gateway_mode text check (gateway_mode in ('live', 'test', 'sandbox')),
  user_id uuid references platform.users,
  primary key (code),
  unique (code, unit)
);
comment on table backlot.ledger_accounts is 'sandbox/EUR/gateway, sandbox/EUR/revenue, CRD/held/{user} …; money has a mode, credits have a user.';
create index ledger_accounts_of_money on backlot.ledger_accounts (code) where user_id is null;
create index ledger_accounts_by_user on backlot.ledger_accounts (user_id) where user_id is not null;
create table backlot.ledger_transfers (
  id uuid primary key,
  debit text collate "C" not null,
  credit text collate "C" not null,
  unit text not null,
  amount bigint not null check (amount > 0),
  cause text collate "C" not null unique,
  operation_id uuid references backlot.billing_operations,
  payment_id uuid references platform.payments,
  memo text not null default '',
  at timestamptz not null default now(),
  check (debit <> credit),
  foreign key (debit, unit) references backlot.ledger_accounts (code, unit),
  foreign key (credit, unit) references backlot.ledger_accounts (code, unit)
);
comment on column backlot.ledger_transfers.cause is 'What it stands for, once: captured:{payment}, refunded:{operation}, charged_back:{payment}, credits:{operation}, opening:{account}.';
create index ledger_transfers_by_debit on backlot.ledger_transfers (debit, at, id) include (amount);
create index ledger_transfers_by_credit on backlot.ledger_transfers (credit, at, id) include (amount);
create index ledger_transfers_by_payment on backlot.ledger_transfers (payment_id) where payment_id is not null;
create index ledger_transfers_by_operation on backlot.ledger_transfers (operation_id) where operation_id is not null;
create index ledger_transfers_by_time on backlot.ledger_transfers (at, id);
create function backlot.refuse_ledger_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the ledger is append-only (% on %)', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger append_only before update or delete on backlot.ledger_transfers for each row execute function backlot.refuse_ledger_change();
create trigger append_only_truncate before truncate on backlot.ledger_transfers
  for each statement execute function backlot.refuse_ledger_change();
alter table backlot.ledger_transfers enable always trigger append_only;
alter table backlot.ledger_transfers enable always trigger append_only_truncate;

-- What was captured and paid back before there was a ledger, as one opening transfer for each mode and currency. Once.
create function backlot.open_ledger() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from backlot.ledger_transfers) then
    return;
  end if;
  create temp table opening on commit drop as
    select gateway_mode as mode, currency::text as unit, sum(amount_minor - refunded_minor)::bigint as amount
    from platform.payments where status in ('paid', 'refunded', 'partially_refunded') group by 1, 2;
  insert into backlot.ledger_accounts (code, unit, kind, gateway_mode)
    select mode || '/' || unit || '/' || kind, unit, kind, mode from opening, unnest(array['opening', 'gateway']) kind
    on conflict do nothing;
  insert into backlot.ledger_transfers (id, debit, credit, unit, amount, cause, memo)
    select gen_random_uuid(), mode || '/' || unit || '/gateway', mode || '/' || unit || '/opening', unit, amount,
      'opening:' || mode || '/' || unit, 'Captured and not paid back before there was a ledger'
    from opening where amount > 0;
  drop table opening;
end $$;
select backlot.open_ledger();

-- What the gateway told: once each, however often it is told.
create table backlot.gateway_notices (
  id uuid primary key,
  gateway_mode text not null check (gateway_mode in ('live', 'test', 'sandbox')),
  digest text collate "C" not null unique,
  form text not null check (form in ('json', 'fields')),
  body text not null,
  is_signed bool not null,
  times int not null default 1 check (times > 0),
  received_at timestamptz not null default now(),
  verdict text not null default 'waiting' check (verdict in ('waiting', 'believed', 'stale', 'quarantined', 'forged', 'dismissed')),
  why text,
  operation_id uuid references backlot.billing_operations,
  reference text,
  gateway_ref bigint,
  direction text check (direction in ('credit', 'debit')),
  state text,
  amount_minor bigint,
  currency text,
  handled_at timestamptz,
  dismissed_by uuid,
  dismissed_why text
);
comment on table backlot.gateway_notices is 'Notifications of the payment gateway; body without what could be used to pay.';
create index gateway_notices_by_verdict on backlot.gateway_notices (verdict, received_at, id);
create index gateway_notices_by_time on backlot.gateway_notices (received_at, id);
create index gateway_notices_by_operation on backlot.gateway_notices (operation_id) where operation_id is not null;

-- Each call to the gateway, for whoever must explain it.
create table backlot.gateway_calls (
  id uuid primary key,
  operation_id uuid references backlot.billing_operations,
  endpoint text not null,
  asked_at timestamptz not null default now(),
  took_ms int,
  outcome text not null,
  code text
);
create index gateway_calls_by_operation on backlot.gateway_calls (operation_id, asked_at);
create index gateway_calls_by_time on backlot.gateway_calls (asked_at, id);

-- A day's money as we have it and as the gateway has it.
create table backlot.reconciliations (
  day date not null,
  gateway_mode text not null check (gateway_mode in ('live', 'test', 'sandbox')),
  currency char(3) not null,
  captured_minor bigint not null,
  refunded_minor bigint not null,
  gateway_captured_minor bigint not null,
  gateway_refunded_minor bigint not null,
  payments int not null,
  unseen int not null,
  differing int not null,
  made_at timestamptz not null default now(),
  primary key (day, gateway_mode, currency)
);

-- The lists of the desk.
create index subscriptions_by_renewal on platform.subscriptions (period_end, id) include (status, tier) where status <> 'lapsed';
create index subscriptions_by_status_and_tier on platform.subscriptions (status, tier, period_end, id);
create index subscriptions_to_change on platform.subscriptions (period_end, id) where pending_tier is not null;
create index subscriptions_totals on platform.subscriptions (tier, status, currency) include (price_minor) where status <> 'lapsed';
create index subscriptions_by_tier on platform.subscriptions (tier, period_end, id) where status <> 'lapsed';
create index subscriptions_by_grace on platform.subscriptions (grace_until, id) where status = 'past_due';
create index subscriptions_to_charge on platform.subscriptions (next_charge_at, id) where next_charge_at is not null;
create index subscriptions_to_renew on platform.subscriptions (period_end, id) where status in ('active', 'trialing') and currency = 'EUR';
create index subscriptions_to_end on platform.subscriptions (period_end, id) where status = 'cancelled';
create index payments_on_their_way_back on platform.payments (id) where refunding_minor > 0;
create index payments_going_back on platform.payments (id) include (refunding_minor) where refunding_minor > 0;
create index payments_to_reconcile on platform.payments (settled_at, id) where settled_at is not null;

grant select on backlot.mandates, backlot.discounts, backlot.billing_operations, backlot.ledger_accounts, backlot.ledger_transfers,
  backlot.gateway_notices, backlot.gateway_calls, backlot.reconciliations to backlot_app, backlot_reader;
grant insert on backlot.mandates, backlot.discounts, backlot.billing_operations, backlot.ledger_accounts, backlot.ledger_transfers,
  backlot.gateway_notices, backlot.gateway_calls, backlot.reconciliations to backlot_app;
grant update (revoked_at, revoked_why) on backlot.mandates to backlot_app;
grant update (periods_left, ended_at) on backlot.discounts to backlot_app;
grant update (state, plan, approve_until, decided_by, decided_at, sent_at, tries, gateway_ref, code, answer, next_look_at, looks, link,
  link_until, settled_at, settled_by, claimed_by, claimed_outcome, claimed_evidence, claimed_ref, claimed_at, version)
  on backlot.billing_operations to backlot_app;
grant update (times, verdict, why, operation_id, handled_at, dismissed_by, dismissed_why) on backlot.gateway_notices to backlot_app;
grant update (captured_minor, refunded_minor, gateway_captured_minor, gateway_refunded_minor, payments, unseen, differing, made_at)
  on backlot.reconciliations to backlot_app;
grant insert on platform.payments to backlot_app;
grant update (status, refunded_minor, refunding_minor, gateway_ref, gateway_state, gateway_seen_at, charged_back_at, failure_code,
  failure_text, settled_at, version) on platform.payments to backlot_app;
grant update (period_start, failed_charges, next_charge_at, card_last4, card_brand) on platform.subscriptions to backlot_app;
