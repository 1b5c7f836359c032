-- Trainings as they are retried, watched and given up, and models as they are deleted and come back.

-- The error without what changes from run to run (numbers, quoted names, paths), to count like with like.
create function platform.training_error_signature(error text) returns text
language sql immutable strict parallel safe as $$
  select left(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    left(error, 2000),
    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '…', 'gi'),
    '(''[^'']*''|"[^"]*")', '“…”', 'g'),
    '[0-9]+([.,:][0-9]+)*(e[+-]?[0-9]+)?', 'N', 'gi'),
    '\s+', ' ', 'g'), 200) collate "C"
$$;
grant execute on function platform.training_error_signature to backlot_app, backlot_reader;

alter table platform.lora_models
  add column error_signature text collate "C"
    generated always as (case when status = 'failed' then platform.training_error_signature(error) end) stored,
  add column found_by text collate "C" not null
    generated always as (platform.search_key(name) || ' ' || lower(trigger_word)) stored,
  add column silent_since timestamptz,
  add column deleted_at timestamptz,
  add column deleted_by uuid,
  add column delete_reason text,
  add column purged_at timestamptz,
  add column purge_error text,
  add constraint lora_models_deleted check (deleted_at is not null or (deleted_by is null and delete_reason is null and purged_at is null and purge_error is null));

alter table platform.lora_trainings
  add column retry_of uuid references platform.lora_trainings,
  add column config jsonb not null default '{}',
  add column provider_state text,
  add column progress int not null default 0 check (progress between 0 and 100),
  add column expected_at timestamptz,
  add column submitted_at timestamptz,
  add column last_heard_at timestamptz,
  add column moved_at timestamptz,
  add column cancel_asked_at timestamptz,
  add column gpu_seconds int not null default 0 check (gpu_seconds >= 0),
  add column log_lines int not null default 0 check (log_lines >= 0),
  add column credits_charged int not null default 0 check (credits_charged >= 0),
  add column credits_refunded int not null default 0,
  add column requested_by uuid,
  add column request_reason text,
  add constraint lora_trainings_refund check (credits_refunded between 0 and credits_charged);

create unique index lora_trainings_active_key on platform.lora_trainings (lora_model_id) where status in ('queued', 'running');
create index lora_trainings_unheard on platform.lora_trainings (last_heard_at nulls first, id) where status in ('queued', 'running');
create index lora_trainings_by_retry on platform.lora_trainings (retry_of) where retry_of is not null;

-- A failed attempt's credits go back once.
alter table platform.credit_transactions add column lora_training_id uuid references platform.lora_trainings;
create unique index credit_transactions_training_refund_key on platform.credit_transactions (lora_training_id)
  where lora_training_id is not null and kind = 'refund';

-- Every list is of what is not deleted, but for the list of what is; each filter by each order.
drop index platform.lora_models_by_time, platform.lora_models_by_status, platform.lora_models_by_character;
create index lora_models_by_time on platform.lora_models (created_at, id) where deleted_at is null;
create index lora_models_by_change on platform.lora_models (updated_at, id) where deleted_at is null;
create index lora_models_by_status on platform.lora_models (status, created_at, id) where deleted_at is null;
create index lora_models_by_status_change on platform.lora_models (status, updated_at, id) where deleted_at is null;
create index lora_models_by_owner on platform.lora_models (user_id, created_at, id) where deleted_at is null;
create index lora_models_by_character on platform.lora_models (character_id, created_at, id) where character_id is not null;
create index lora_models_by_base on platform.lora_models (base_model, created_at, id) where deleted_at is null;
create index lora_models_by_base_change on platform.lora_models (base_model, updated_at, id) where deleted_at is null;
create index lora_models_by_error on platform.lora_models (error_class, created_at, id) where status = 'failed' and deleted_at is null;
create index lora_models_by_error_change on platform.lora_models (error_class, updated_at, id) where status = 'failed' and deleted_at is null;
create index lora_models_by_signature on platform.lora_models (error_signature, created_at, id) where status = 'failed' and deleted_at is null;
-- What the groups of failures are made from, without visiting the rows.
create index lora_models_failed on platform.lora_models (updated_at, error_signature, error_class, user_id)
  where status = 'failed' and deleted_at is null;
create index lora_models_silent on platform.lora_models (created_at, id) where silent_since is not null and deleted_at is null;
create index lora_models_deleted_by_time on platform.lora_models (created_at, id) where deleted_at is not null;
create index lora_models_to_purge on platform.lora_models (deleted_at, id) where deleted_at is not null and purged_at is null;
create index lora_models_found_by on platform.lora_models using gin (found_by gin_trgm_ops);
-- Fewer than three letters: beginnings of names.
create index lora_models_by_beginning on platform.lora_models (found_by);
create index characters_by_key on platform.characters (user_id, platform.search_key(name) text_pattern_ops);

-- A model that is deleted fails nobody.
create or replace function platform.mark_training_failing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
  perform 1 from platform.users where id = who for no key update;
  update platform.users u set training_failing = not u.training_failing
  where u.id = who and u.training_failing is distinct from coalesce((
    select m.status = 'failed' from platform.lora_models m
    where m.user_id = who and m.deleted_at is null order by m.updated_at desc, m.id desc limit 1), false);
  return null;
end $$;
drop trigger training_failing_update on platform.lora_models;
create trigger training_failing_update after update of status, updated_at, deleted_at on platform.lora_models
  for each row when (old.status <> new.status or old.updated_at <> new.updated_at or old.deleted_at is distinct from new.deleted_at)
  execute function platform.mark_training_failing();

grant update (character_id, status, progress, file_location, file_bytes, config, error_class, error, cost_minor, version, updated_at,
  silent_since, deleted_at, deleted_by, delete_reason, purged_at, purge_error) on platform.lora_models to backlot_app;
grant insert on platform.lora_trainings, platform.training_logs, platform.credit_transactions to backlot_app;
grant update (status, provider, external_id, provider_state, started_at, finished_at, progress, steps, total_steps, expected_at, submitted_at,
  last_heard_at, moved_at, cancel_asked_at, gpu_seconds, log_lines, cost_minor, currency, credits_refunded, error_class, error) on platform.lora_trainings to backlot_app;
grant delete on platform.training_images, platform.training_logs to backlot_app;

comment on column platform.lora_models.file_location is 'Object key of the weights (safetensors) in the object store; null unless ready.';
comment on column platform.lora_models.error_class is 'Kind of the last failure: oom, nan_loss, caption_missing, dataset_empty, dataset_too_small, image_corrupt, '
  'moderation_denied, config_invalid, base_model_unavailable, gated_license, gpu_unavailable, runner_disconnected, provider_error, network, timeout, '
  'storage_upload_failed, artifact_missing, artifact_corrupt, quota, credentials, canceled, unknown.';
comment on column platform.lora_models.error_signature is 'platform.training_error_signature(error): what failures are grouped by.';
comment on column platform.lora_models.found_by is 'What a search looks through: name and trigger word.';
comment on column platform.lora_models.silent_since is 'Since when nothing has moved in its running attempt; null while something does.';
comment on column platform.lora_models.deleted_at is 'When staff deleted it; restorable for seven days, then its files are removed.';
comment on column platform.lora_models.deleted_by is 'The admin who deleted it.';
comment on column platform.lora_models.purged_at is 'When its files were removed; it cannot come back any more.';
comment on column platform.lora_models.purge_error is 'Why its files could not be removed when that was tried last.';
comment on column platform.lora_trainings.status is 'queued (waits for a machine), running, succeeded, failed, cancelled; never goes back.';
comment on column platform.lora_trainings.retry_of is 'The attempt that this one repeats.';
comment on column platform.lora_trainings.config is 'How it is trained, as lora_models.config was then: frozen with the attempt. Empty where it was not kept.';
comment on column platform.lora_trainings.provider_state is 'The state in the training service''s own word: starting, processing, succeeded, failed, canceled, aborted.';
comment on column platform.lora_trainings.progress is 'Per cent of total_steps.';
comment on column platform.lora_trainings.expected_at is 'When it should end, reckoned from its speed so far.';
comment on column platform.lora_trainings.submitted_at is 'When the service was asked for it; with no external_id, its answer was lost or is on the way.';
comment on column platform.lora_trainings.last_heard_at is 'When the service told its state last.';
comment on column platform.lora_trainings.moved_at is 'When its state, steps or log changed last.';
comment on column platform.lora_trainings.cancel_asked_at is 'When staff asked the service to stop it.';
comment on column platform.lora_trainings.gpu_seconds is 'Seconds that the service counts, as far as it tells.';
comment on column platform.lora_trainings.log_lines is 'How many lines of its log are kept.';
comment on column platform.lora_trainings.credits_charged is 'What the user paid for this attempt; a retry by staff costs them nothing.';
comment on column platform.lora_trainings.credits_refunded is 'How much of it was given back.';
comment on column platform.lora_trainings.requested_by is 'The admin who retried it; null when the user asked.';
comment on column platform.training_images.file_location is 'Object key of the picture in the object store.';
comment on column platform.credit_transactions.lora_training_id is 'The training that was paid or refunded.';
