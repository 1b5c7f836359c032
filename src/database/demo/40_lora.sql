-- LoRA models in every state, their attempts with believable failures, pictures, and what the trainer printed.
create table demo.training_error (i int, class text, message text);
insert into demo.training_error values
  (0, 'oom', 'CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 23.69 GiB total capacity; 21.87 GiB already allocated; 1.02 GiB free; 22.11 GiB reserved in total by PyTorch)'),
  (1, 'oom', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 864.00 MiB. GPU 0 has a total capacity of 23.64 GiB of which 571.31 MiB is free.'),
  (2, 'nan_loss', 'Loss became NaN at step {at}. Training stopped; the last good checkpoint is kept. Lower the learning rate (now 4.0e-04).'),
  (3, 'nan_loss', 'Loss is diverging: 0.094 -> 18.31 within 25 steps; gradient norm inf.'),
  (4, 'caption_missing', '7 of 18 images have no caption and the trigger word is not in the other 11.'),
  (5, 'caption_missing', 'Captions are not UTF-8: 0004.txt, 0009.txt (byte 0x96).'),
  (6, 'dataset_too_small', 'Dataset has 3 usable images after cropping; at least 5 are needed.'),
  (7, 'image_corrupt', 'PIL.UnidentifiedImageError: cannot identify image file ''0007.jpg'' (truncated after 118784 bytes)'),
  (8, 'moderation_denied', '2 images were flagged: possible minor. Training is not allowed with this set.'),
  (9, 'gated_license', '401 Client Error: access to model black-forest-labs/FLUX.1-dev is restricted; the token has not accepted its licence.'),
  (10, 'gpu_unavailable', 'No machine with 24 GB became free within 45 minutes (queue position 31).'),
  (11, 'runner_disconnected', 'Runner gpu-eu-3 sent no heartbeat for 300 s; last step {at} of {of}.'),
  (12, 'timeout', 'Training took longer than 3 h 00 min and was stopped at step {at} of {of}.'),
  (13, 'storage_upload_failed', 'Upload of adapter_model.safetensors failed after 5 tries: 503 SlowDown.');

create table demo.lora as
select m.*, demo.id(m.created_at, m.k, 70) as id, case when m.status = 'failed' then 1 + (demo.h(m.k, 71) % 3)::int
    when demo.u(m.k, 71) < 0.8 or m.created_at > demo.clock() - interval '80 minutes' then 1 else 2 end as attempts,
  (demo.h(m.k, 72) % 14)::int as error_no, 250 * (2 + demo.h(m.k, 73) % 11)::int as total_steps
from (
  select c.n, c.k, c.user_id, c.id as character_id, c.name as character, c.heavy, s.status,
    case when s.status in ('pending', 'training') then greatest(c.created_at, demo.clock() - interval '150 minutes' * demo.u(c.k, 74))
      else demo.between_times(c.created_at, c.last_active_at, demo.u(c.k, 74)) end as created_at
  from demo.character c
  cross join lateral (select case when demo.u(c.k, 75) < 0.80 then 'ready' when demo.u(c.k, 75) < 0.92 then 'failed'
    when c.last_active_at < demo.clock() - interval '2 days' then 'ready' when demo.u(c.k, 75) < 0.96 then 'training' else 'pending' end as status) s
  where demo.u(c.k, 76) < case when not c.heavy then 0.2 when c.tier = 'free' then 0.04 when c.tier = 'starter' then 0.35 else 0.6 end
) m;

-- Attempts: all but the last failed; each starts when the one before is given up.
create table demo.training as
select a.n, a.k, a.lora_k, a.lora_id, a.heavy, a.attempt, a.total_steps, a.character, a.created_at, demo.id(a.created_at, a.k, 80) as id, a.status, a.steps,
  case when a.status = 'failed' then a.class end as error_class,
  case when a.status = 'failed' then replace(replace(a.message, '{at}', a.steps::text), '{of}', a.total_steps::text) end as error,
  case when a.status in ('succeeded', 'failed') then least(demo.clock(), a.created_at + interval '2 minutes' + a.steps * interval '0.9 seconds') end as finished_at
from (
  select l.n, l.k * 10 + no as k, l.k as lora_k, l.id as lora_id, l.heavy, no as attempt, l.total_steps, l.character,
    l.created_at + (no - 1) * interval '75 minutes' as created_at, s.status, e.class, e.message,
    case s.status when 'succeeded' then l.total_steps when 'queued' then 0
      when 'running' then least(l.total_steps - 1, greatest(1, (date_part('epoch', demo.clock() - l.created_at - (no - 1) * interval '75 minutes') / 9)::int))
      else case when e.class in ('oom', 'nan_loss', 'runner_disconnected', 'timeout', 'storage_upload_failed') then (l.total_steps * demo.u(l.k * 10 + no, 81))::int else 0 end end as steps
  from demo.lora l
  cross join lateral generate_series(1, l.attempts) no
  cross join lateral (select case when no < l.attempts then 'failed' when l.status = 'ready' then 'succeeded' when l.status = 'pending' then 'queued'
      when l.status = 'training' then 'running' else 'failed' end as status) s
  left join demo.training_error e on e.i = (l.error_no + (no - 1) * (demo.h(l.k, 82) % 2) * 2) % 14
) a;

insert into platform.lora_trainings (id, lora_model_id, attempt, status, provider, external_id, created_at, started_at, finished_at, steps, total_steps, gpu, cost_minor, error_class, error,
  provider_state, progress, submitted_at, last_heard_at, moved_at, gpu_seconds, log_lines, credits_charged, credits_refunded)
select t.id, t.lora_id, t.attempt, t.status, 'sandbox', 'trn_' || substr(md5('training' || t.k), 1, 20), t.created_at,
  case when t.status <> 'queued' then t.created_at + interval '1 minute' end,
  t.finished_at, t.steps, t.total_steps, demo.pick('{L40S,A100-40GB,RTX-4090,H100}', demo.h(t.k, 83)), 12 + t.steps / 12, t.error_class, t.error,
  case t.status when 'queued' then 'starting' when 'running' then 'processing' else t.status end, 100 * t.steps / t.total_steps, t.created_at,
  coalesce(t.finished_at, demo.clock()), coalesce(t.finished_at, demo.clock()), t.steps * 9 / 10,
  case when t.heavy and t.status <> 'queued' then 6 + t.steps * 10 / t.total_steps + case when t.status in ('succeeded', 'failed') then 1 else 0 end else 0 end,
  case when t.attempt = 1 then 150 else 0 end, case when t.attempt = 1 and l.attempts > 1 then 150 else 0 end
from demo.training t join demo.lora l on l.k = t.lora_k;

insert into platform.lora_models (id, user_id, character_id, name, base_model, trigger_word, status, progress, file_location, file_bytes, config,
  error_class, error, cost_minor, created_at, updated_at)
select l.id, l.user_id, case when demo.u(l.k, 84) < 0.88 then l.character_id end, l.character || demo.pick('{ v1, v2," (portrait)"," style",""," final"," final 2"}', demo.h(l.k, 85)),
  demo.pick('{black-forest-labs/FLUX.1-dev,black-forest-labs/FLUX.1-dev,stabilityai/stable-diffusion-xl-base-1.0,stabilityai/stable-diffusion-3.5-large}', demo.h(l.k, 86)),
  demo.pick('{OHWX,SKS,TOK,ZWX,MRA}', demo.h(l.k, 87)) || '_' || (l.k % 9973), l.status,
  case l.status when 'ready' then 100 when 'training' then 100 * t.steps / l.total_steps else 0 end,
  case when l.status = 'ready' then 'loras/' || l.id || '/adapter_model.safetensors' end,
  case when l.status = 'ready' then 18000000 + demo.h(l.k, 88) % 320000000 end,
  jsonb_build_object('rank', (array[8, 16, 16, 32, 64])[1 + demo.h(l.k, 89) % 5], 'alpha', 16, 'learning_rate', (array[0.0001, 0.0002, 0.0004])[1 + demo.h(l.k, 90) % 3],
    'steps', l.total_steps, 'resolution', array[512, 768, 1024], 'optimizer', 'adamw8bit', 'caption_dropout', 0.05, 'seed', demo.h(l.k, 91) % 100000),
  case when l.status = 'failed' then t.error_class end, case when l.status = 'failed' then t.error end,
  t.spent_minor,
  l.created_at, coalesce(t.finished_at, greatest(t.created_at, demo.clock() - interval '1 minute' * demo.u(l.k, 103)))
from demo.lora l
join (select r.*, sum(12 + r.steps / 12) over (partition by r.lora_k) as spent_minor from demo.training r) t on t.lora_k = l.k and t.attempt = l.attempts;

insert into platform.training_images (id, lora_model_id, file_location, width, height, file_bytes, caption, flagged, flag_reason, created_at)
select m.id, l.id, 'training/' || l.id || '/' || m.id || '.png', d.side, (array[d.side, d.side * 4 / 3, d.side * 3 / 4])[1 + demo.h(l.k * 100 + i, 93) % 3], 90000 + demo.h(l.k * 100 + i, 94) % 2400000,
  case when demo.u(l.k * 100 + i, 95) < case when l.error_no in (4, 5) and l.status = 'failed' then 0.5 else 0.96 end then l.character || ', ' ||
    demo.pick(array['front view', 'side view', 'smiling', 'from below, city behind', 'close-up, soft light', 'walking', 'sitting at a table', 'in the rain', 'plain background'], demo.h(l.k * 100 + i, 96)) end,
  f.flagged, case when f.flagged then demo.pick(array['possible minor', 'possible public figure', 'nudity', 'watermark of another site'], demo.h(l.k * 100 + i, 98)) end, l.created_at - interval '5 minutes' + i * interval '2 seconds'
from demo.lora l
cross join lateral generate_series(1, case when not l.heavy then 3 when l.error_no = 6 and l.status = 'failed' then 3 else 8 + (demo.h(l.k, 99) % 12)::int end) i
cross join lateral (select demo.id(l.created_at - interval '5 minutes' + i * interval '2 seconds', l.k * 100 + i, 92) as id) m
cross join lateral (select (array[768, 1024, 1024, 1280])[1 + demo.h(l.k, 100) % 4] as side) d
cross join lateral (select demo.u(l.k * 100 + i, 97) < case when l.error_no = 8 and l.status = 'failed' then 0.2 else 0.006 end as flagged) f;

-- What each attempt was trained with: the parameters are the model's.
update platform.lora_trainings t set config = m.config from platform.lora_models m where m.id = t.lora_model_id;

-- Six lines of preparation, a line for each tenth of the steps done, and how it ended.
insert into platform.training_logs (lora_training_id, line_no, at, level, message)
select t.id, line, t.created_at + interval '1 minute' + line * interval '2 seconds' + greatest(line - 6, 0) * t.total_steps / 10 * interval '0.9 seconds',
  case when line = x.lines and t.status = 'failed' then 'error' when line = 4 and t.error_class = 'caption_missing' then 'warning' else 'info' end,
  case line when 1 then 'job ' || t.attempt || ' accepted; image ghcr.example/trainer:2.4.1'
    when 2 then 'loading base model in bf16, quantised transformer'
    when 3 then 'found ' || (8 + demo.h(t.lora_k, 99) % 12) || ' images for ' || t.character
    when 4 then case when t.error_class = 'caption_missing' then 'captions: some are missing or unreadable' else 'captions: ok; buckets 768x1024 x6, 1024x1024 x5' end
    when 5 then 'caching latents to disk' when 6 then 'optimizer adamw8bit, ' || t.total_steps || ' steps'
    else case when line = x.lines and t.status = 'failed' then t.error when line = x.lines and t.status = 'succeeded' then 'saved adapter_model.safetensors; uploaded; done'
      else 'step ' || least(t.steps, (line - 6) * t.total_steps / 10) || '/' || t.total_steps || '  loss ' || round((0.05 + 0.25 / (line - 5) + 0.01 * demo.u(t.k * 100 + line, 101))::numeric, 4)
        || '  ' || round((1.9 + demo.u(t.k, 102))::numeric, 2) || ' it/s' end end
from demo.training t
cross join lateral (select 6 + t.steps * 10 / t.total_steps + case when t.status in ('succeeded', 'failed') then 1 else 0 end as lines) x
cross join lateral generate_series(1, x.lines) line
where t.heavy and t.status <> 'queued';
