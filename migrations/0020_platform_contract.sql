-- What the platform's tables and columns mean to Backlot: the contract for a company that brings its own.
comment on schema platform is 'The platform''s data: what Backlot reads, and the little that it may change.';

comment on table platform.users is 'The people who use the platform; never its admins.';
comment on column platform.users.id is 'UUID v7 made at sign-up.';
comment on column platform.users.email is 'As the user wrote it; unique without regard to case.';
comment on column platform.users.name is 'What the user calls themselves; any text, any script.';
comment on column platform.users.name_key is 'platform.search_key(name): what names are sorted and found by.';
comment on column platform.users.tier is 'What the user may do: free, starter or pro; follows their subscription.';
comment on column platform.users.status is 'active; suspended (cannot sign in, loses nothing); deleted (closed, kept for the records).';
comment on column platform.users.role is 'member; creator (publishes publicly); moderator (reviews others'' work). Not an admin role.';
comment on column platform.users.country is 'ISO 3166-1 alpha-2, from billing or sign-up.';
comment on column platform.users.locale is 'BCP 47, the language of their messages.';
comment on column platform.users.time_zone is 'IANA name.';
comment on column platform.users.last_active_at is 'Last request, kept to about a minute; at first the time of sign-up.';
comment on column platform.users.status_reason is 'Why the status is what it is, as written by whoever changed it.';
comment on column platform.users.status_changed_at is 'When the status last changed; null while it never did.';
comment on column platform.users.marketing_consent is 'Whether news may be sent; messages about the service need no consent.';
comment on column platform.users.view_as_refused is 'The user does not allow staff to view the platform as them.';
comment on column platform.users.payment_failing is 'The newest payment that is not pending failed; kept by triggers on payments.';
comment on column platform.users.training_failing is 'The LoRA model that changed last failed; kept by triggers on lora_models.';
comment on column platform.users.version is 'Raised by one with each change by staff; a change names the version it saw.';
comment on column platform.users.password_hash is 'Credential: granted to no role of Backlot.';
comment on column platform.users.mfa_secret is 'Credential: granted to no role of Backlot.';

comment on table platform.user_sessions is 'Where a user is signed in; deleting a row signs that device out.';
comment on column platform.user_sessions.device is 'Browser and system in words.';
comment on column platform.user_sessions.token_hash is 'Credential: granted to no role of Backlot.';

comment on table platform.projects is 'A user''s piece of work: pictures or a film.';
comment on column platform.projects.state is 'What the editor would show on opening: step, scenes, settings, and what blocks it.';
comment on column platform.projects.status is 'draft (never generated), active, archived (by the user).';

comment on table platform.characters is 'A recurring figure in a user''s projects, which LoRA models learn to draw.';
comment on column platform.characters.project_id is 'Where the character was made; null when it is in the user''s library.';
comment on column platform.characters.traits is 'Structured description: age, hair, clothing, style.';

comment on table platform.lora_models is 'A fine-tuned model of a character or style; its trainings are its attempts.';
comment on column platform.lora_models.character_id is 'The character it draws; null for a style or while not linked.';
comment on column platform.lora_models.trigger_word is 'The word in a prompt that calls the model up.';
comment on column platform.lora_models.status is 'pending (waits for a machine), training, ready, failed.';
comment on column platform.lora_models.progress is 'Per cent of the running attempt; 100 when ready.';
comment on column platform.lora_models.file_location is 'Object key of the weights (safetensors); null unless ready.';
comment on column platform.lora_models.config is 'How it is trained: rank, alpha, learning_rate, steps, resolution, optimizer, caption_dropout, seed.';
comment on column platform.lora_models.error_class is 'Kind of the last failure: oom, nan_loss, caption_missing, dataset_too_small, image_corrupt, moderation_denied, '
  'gated_license, gpu_unavailable, runner_disconnected, timeout, storage_upload_failed, unknown.';
comment on column platform.lora_models.error is 'The last failure in the trainer''s words.';
comment on column platform.lora_models.cost_minor is 'What all attempts cost us, in minor units of currency.';
comment on column platform.lora_models.updated_at is 'Last change of status or progress.';
comment on column platform.lora_models.version is 'Raised by one with each change by staff.';

comment on table platform.lora_trainings is 'One attempt to train a LoRA model.';
comment on column platform.lora_trainings.attempt is 'Counts from 1 within the model.';
comment on column platform.lora_trainings.external_id is 'The training service''s id of the attempt.';
comment on column platform.lora_trainings.steps is 'Steps done so far, of total_steps.';

comment on table platform.training_images is 'A picture that a LoRA model learns from.';
comment on column platform.training_images.file_location is 'Where the picture is served: /demo-media/<id>.svg in the demo.';
comment on column platform.training_images.caption is 'What the picture shows; null when the user wrote none.';
comment on column platform.training_images.flagged is 'The content check objects; flag_reason says to what.';

comment on table platform.training_logs is 'What the trainer printed, line by line.';
comment on column platform.training_logs.line_no is 'Counts from 1 within the attempt.';

comment on table platform.generation_jobs is 'One picture or clip asked for.';
comment on column platform.generation_jobs.quality is 'draft or hq; decides the credits.';
comment on column platform.generation_jobs.prompt is 'As the user wrote it; any text, up to some 20 kB.';
comment on column platform.generation_jobs.model is 'The model that draws: a base model or the trigger word of a LoRA model.';
comment on column platform.generation_jobs.credits is 'What it costs the user when it is done; failed and cancelled jobs are not charged or are refunded.';
comment on column platform.generation_jobs.error_class is 'oom, timeout, content_policy, provider_5xx, invalid_input, lora_missing, unknown.';

comment on table platform.workflow_jobs is 'A run of a crew of agents (script, storyboard, shot list …) for a project.';
comment on column platform.workflow_jobs.crew is 'Which crew: script_writer, storyboard, shot_planner, character_designer, trailer_editor.';
comment on column platform.workflow_jobs.inputs is 'What the crew was started with; a retry starts with the same.';
comment on column platform.workflow_jobs.outputs is 'What it made; null unless done.';
comment on column platform.workflow_jobs.tasks is 'Its tasks in order: [{name, agent, status, started_at, finished_at, output, error}].';
comment on column platform.workflow_jobs.external_id is 'The kickoff id at the crew''s host; null until it was accepted.';
comment on column platform.workflow_jobs.error_signature is 'The error without what changes from run to run, to count like with like.';
comment on column platform.workflow_jobs.attempt is 'Counts from 1 along retry_of.';
comment on column platform.workflow_jobs.retry_of is 'The run that this one repeats.';
comment on column platform.workflow_jobs.version is 'Raised by one with each change by staff.';

comment on table platform.subscriptions is 'What a user pays for; at most one that is not lapsed.';
comment on column platform.subscriptions.status is 'trialing; active; past_due (access kept until grace_until); cancelled (runs to period_end); lapsed (over).';
comment on column platform.subscriptions.period_end is 'When it renews, or ends if cancelled.';
comment on column platform.subscriptions.grace_until is 'Until when a failed payment is forgiven; null unless past_due.';
comment on column platform.subscriptions.price_minor is 'Price per month in minor units of currency, after discounts.';
comment on column platform.subscriptions.pending_tier is 'The tier from the next period on; null when it stays.';
comment on column platform.subscriptions.card_last4 is 'Last four digits of the stored card; the rest is with the gateway alone.';
comment on column platform.subscriptions.version is 'Raised by one with each change by staff.';

comment on table platform.payments is 'One charge through the payment gateway.';
comment on column platform.payments.gateway_mode is 'live, test, or sandbox (our stand-in).';
comment on column platform.payments.gateway_ref is 'The gateway''s payment id; null until it answered.';
comment on column platform.payments.status is 'pending, paid, failed, refunded (all of it), partially_refunded.';
comment on column platform.payments.refunded_minor is 'How much went back so far; never more than amount_minor.';
comment on column platform.payments.failure_code is 'The gateway''s code, such as 800.100.155.';
comment on column platform.payments.settled_at is 'When it became paid or failed.';
comment on column platform.payments.version is 'Raised by one with each change by staff.';

comment on table platform.credit_transactions is 'The credit ledger: append-only; a user''s balance is the sum of amount and never below zero.';
comment on column platform.credit_transactions.kind is 'grant and purchase and refund add; spend and expiry take; adjustment does either.';
comment on column platform.credit_transactions.generation_job_id is 'The job that was paid or refunded.';
comment on column platform.credit_transactions.payment_id is 'The payment that bought or renewed them.';

comment on table platform.notifications is 'A user''s inbox on the platform.';
comment on column platform.notifications.kind is 'What it is about: announcement, maintenance, billing, training, security, tip.';
comment on column platform.notifications.seen_at is 'When it was first on the user''s screen; read_at when opened, archived_at when put away.';
