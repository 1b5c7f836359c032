-- What makes one user's page, the operators' lists and the exact finds quick.
create index user_sessions_by_user on platform.user_sessions (user_id, last_seen_at);

create index projects_by_user on platform.projects (user_id, created_at, id);
create index characters_by_user on platform.characters (user_id, created_at, id);
create index characters_by_project on platform.characters (project_id) where project_id is not null;

create index lora_models_by_user on platform.lora_models (user_id, updated_at, id);
create index lora_models_by_status on platform.lora_models (status, created_at, id);
create index lora_models_by_time on platform.lora_models (created_at, id);
create index lora_models_by_character on platform.lora_models (character_id) where character_id is not null;
create unique index lora_trainings_external_key on platform.lora_trainings (external_id) where external_id is not null;
create index lora_trainings_open on platform.lora_trainings (created_at) where status in ('queued', 'running');
create index training_images_by_model on platform.training_images (lora_model_id, created_at, id);

create index generation_jobs_by_user on platform.generation_jobs (user_id, created_at, id);
create index generation_jobs_failed_by_user on platform.generation_jobs (user_id, created_at, id) where status = 'failed';
create index generation_jobs_by_project on platform.generation_jobs (project_id, created_at) where project_id is not null;
create index generation_jobs_by_time on platform.generation_jobs (created_at, id);
create index generation_jobs_failed on platform.generation_jobs (created_at, error_class) where status = 'failed';
create index generation_jobs_open on platform.generation_jobs (created_at, status) where status in ('queued', 'running');

create index workflow_jobs_by_user on platform.workflow_jobs (user_id, created_at, id);
create index workflow_jobs_by_project on platform.workflow_jobs (project_id, created_at) where project_id is not null;
create index workflow_jobs_by_time on platform.workflow_jobs (created_at, id);
create index workflow_jobs_by_status on platform.workflow_jobs (status, created_at, id);
create index workflow_jobs_by_error on platform.workflow_jobs (error_signature, created_at, id) where status = 'failed';
create index workflow_jobs_by_retry on platform.workflow_jobs (retry_of) where retry_of is not null;
create unique index workflow_jobs_external_key on platform.workflow_jobs (external_id) where external_id is not null;

create unique index subscriptions_current_key on platform.subscriptions (user_id) where status <> 'lapsed';
create index subscriptions_by_user on platform.subscriptions (user_id, created_at);
create index subscriptions_by_status on platform.subscriptions (status, period_end, id);
create index subscriptions_in_grace on platform.subscriptions (grace_until) where status = 'past_due';

create index payments_by_user on platform.payments (user_id, created_at, id);
create index payments_by_subscription on platform.payments (subscription_id, created_at) where subscription_id is not null;
create index payments_by_time on platform.payments (created_at, id);
create index payments_by_status on platform.payments (status, created_at, id);
create unique index payments_gateway_key on platform.payments (gateway_ref) where gateway_ref is not null;

-- The amount is in the index, so that a balance is summed without visiting the rows.
create index credit_transactions_by_user on platform.credit_transactions (user_id, created_at, id) include (amount);
create index credit_transactions_by_job on platform.credit_transactions (generation_job_id) where generation_job_id is not null;
create index credit_transactions_by_payment on platform.credit_transactions (payment_id) where payment_id is not null;
create index credit_transactions_by_time on platform.credit_transactions (created_at, id);

create index notifications_by_user on platform.notifications (user_id, created_at, id);
create index notifications_unread on platform.notifications (user_id, created_at) where read_at is null and archived_at is null;
