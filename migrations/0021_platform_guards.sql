-- What keeps the platform's tables true, and who may touch what in them.

-- The ledger only grows: a mistake is put right by another row.
create function platform.refuse_ledger_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the credit ledger is append-only (% on %)', tg_op, tg_table_name using errcode = '42501';
end $$;
create trigger append_only before update or delete on platform.credit_transactions
  for each row execute function platform.refuse_ledger_change();
create trigger append_only_truncate before truncate on platform.credit_transactions
  for each statement execute function platform.refuse_ledger_change();

-- A user's payments fail while the newest settled one did. The user's row is locked before looking, so that of two
-- payments that settle at once the later one decides.
create function platform.mark_payment_failing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
  perform 1 from platform.users where id = who for no key update;
  update platform.users u set payment_failing = not u.payment_failing
  where u.id = who and u.payment_failing is distinct from coalesce((
    select p.status = 'failed' from platform.payments p
    where p.user_id = who and p.status <> 'pending' order by p.created_at desc, p.id desc limit 1), false);
  return null;
end $$;
create trigger payment_failing_insert after insert on platform.payments
  for each row when (new.status <> 'pending') execute function platform.mark_payment_failing();
create trigger payment_failing_update after update of status, created_at on platform.payments
  for each row when (old.status <> new.status or old.created_at <> new.created_at)
  execute function platform.mark_payment_failing();
create trigger payment_failing_delete after delete on platform.payments
  for each row when (old.status <> 'pending') execute function platform.mark_payment_failing();

-- A user's training fails while the model that changed last did.
create function platform.mark_training_failing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
  perform 1 from platform.users where id = who for no key update;
  update platform.users u set training_failing = not u.training_failing
  where u.id = who and u.training_failing is distinct from coalesce((
    select m.status = 'failed' from platform.lora_models m
    where m.user_id = who order by m.updated_at desc, m.id desc limit 1), false);
  return null;
end $$;
create trigger training_failing_insert after insert on platform.lora_models
  for each row execute function platform.mark_training_failing();
create trigger training_failing_update after update of status, updated_at on platform.lora_models
  for each row when (old.status <> new.status or old.updated_at <> new.updated_at)
  execute function platform.mark_training_failing();
create trigger training_failing_delete after delete on platform.lora_models
  for each row execute function platform.mark_training_failing();

-- Credentials (password_hash, mfa_secret, token_hash) are granted to nobody.
grant select (id, email, name, name_key, tier, status, role, country, locale, time_zone, created_at, last_active_at,
  status_reason, status_changed_at, marketing_consent, view_as_refused, payment_failing, training_failing, version)
  on platform.users to backlot_app, backlot_reader;
grant select (id, user_id, device, ip, created_at, last_seen_at) on platform.user_sessions to backlot_app, backlot_reader;
grant select on platform.projects, platform.characters, platform.lora_models, platform.lora_trainings, platform.training_images,
  platform.training_logs, platform.generation_jobs, platform.workflow_jobs, platform.subscriptions, platform.payments,
  platform.credit_transactions, platform.notifications to backlot_app, backlot_reader;

-- What the first actions write; a feature that changes more grants it in its own migration.
grant update (status, status_reason, status_changed_at, tier, role, version) on platform.users to backlot_app;
grant delete on platform.user_sessions to backlot_app;
grant update (tier, status, period_end, grace_until, price_minor, pending_tier, cancel_reason, cancelled_at, version)
  on platform.subscriptions to backlot_app;
grant insert on platform.notifications to backlot_app;
