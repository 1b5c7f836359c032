-- What went wrong for the users with a story, in the rows that support would look at, and a few faults for the integrity checks.
create function demo.who(number bigint) returns uuid language sql stable as 'select id from demo.person where n = number';
create function demo.ago(span interval) returns timestamptz language sql immutable as 'select demo.clock() - span';

-- 14, Nora: five charges were declined; her grace ends tomorrow, and she was told.
insert into platform.notifications (id, user_id, kind, title, body, severity, created_at, seen_at, read_at)
select demo.id(demo.ago(d * interval '1 day'), 9000 + d, 220), demo.who(14), 'billing', 'Payment failed', 'Please check your card; you keep Pro until your grace period ends.', 'critical',
  demo.ago(d * interval '1 day'), demo.ago(d * interval '1 day' - interval '3 hours'), case when d > 6 then demo.ago(d * interval '1 day' - interval '4 hours') end
from unnest(array[13, 10, 6, 2]) d;

-- 15, Tomás: three attempts, out of memory twice and then no number; half of his captions are missing.
insert into platform.characters (id, user_id, name, description, traits, created_at, updated_at)
values (demo.id(demo.ago('3 days'), 15, 221), demo.who(15), 'Beatriz', 'Lead: a lighthouse keeper who is afraid of the dark.', '{"age": 34, "hair": "black", "clothing": "yellow raincoat"}', demo.ago('3 days'), demo.ago('1 day'));
insert into platform.lora_models (id, user_id, character_id, name, base_model, trigger_word, status, config, error_class, error, cost_minor, created_at, updated_at)
values (demo.id(demo.ago('26 hours'), 15, 222), demo.who(15), demo.id(demo.ago('3 days'), 15, 221), 'Beatriz v3', 'black-forest-labs/FLUX.1-dev', 'BTRZ_3', 'failed',
  '{"rank": 64, "alpha": 16, "learning_rate": 0.0004, "steps": 2000, "resolution": [512, 768, 1024, 1280], "optimizer": "adamw", "caption_dropout": 0.05, "seed": 4711}',
  'nan_loss', 'Loss became NaN at step 412. Training stopped; the last good checkpoint is kept. Lower the learning rate (now 4.0e-04).', 118, demo.ago('26 hours'), demo.ago('2 hours'));
insert into platform.lora_trainings (id, lora_model_id, attempt, status, external_id, created_at, started_at, finished_at, steps, total_steps, gpu, cost_minor, error_class, error,
  provider_state, progress, submitted_at, last_heard_at, moved_at, gpu_seconds, log_lines, credits_charged, config)
select demo.id(demo.ago(a.since), a.attempt, 223), demo.id(demo.ago('26 hours'), 15, 222), a.attempt, 'failed', 'trn_' || substr(md5('beatriz' || a.attempt), 1, 20), demo.ago(a.since), demo.ago(a.since - interval '2 minutes'),
  demo.ago(a.since - interval '19 minutes'), a.steps, 2000, 'RTX-4090', a.cost, a.class, a.error, 'failed', a.steps / 20, demo.ago(a.since), demo.ago(a.since - interval '19 minutes'),
  demo.ago(a.since - interval '19 minutes'), a.steps * 2, 9, case when a.attempt = 3 then 150 else 0 end,
  jsonb_build_object('rank', case when a.attempt = 1 then 128 else 64 end, 'alpha', 16, 'learning_rate', 0.0004, 'steps', 2000, 'resolution', array[512, 768, 1024, 1280], 'optimizer', 'adamw', 'caption_dropout', 0.05, 'seed', 4711)
from (values (1, interval '26 hours', 37, 31, 'oom', 'CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 23.69 GiB total capacity; 21.87 GiB already allocated; 1.02 GiB free; 22.11 GiB reserved in total by PyTorch)'),
  (2, interval '20 hours', 58, 34, 'oom', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 864.00 MiB. GPU 0 has a total capacity of 23.64 GiB of which 571.31 MiB is free.'),
  (3, interval '2 hours 19 minutes', 412, 53, 'nan_loss', 'Loss became NaN at step 412. Training stopped; the last good checkpoint is kept. Lower the learning rate (now 4.0e-04).')) as a (attempt, since, steps, cost, class, error);
insert into platform.training_logs (lora_training_id, line_no, at, level, message)
select t.id, l.no, t.started_at + l.no * interval '9 seconds', l.level, l.message
from platform.lora_trainings t
cross join lateral (values (1, 'info', 'job ' || t.attempt || ' accepted; image ghcr.example/trainer:2.4.1'), (2, 'info', 'loading base model in bf16'),
  (3, 'info', 'found 14 images for Beatriz'), (4, 'warning', 'captions: 7 of 14 are missing; the trigger word stands in for them'), (5, 'warning', 'bucket 1280x1280 needs more than 24 GB at rank 64'),
  (6, 'info', 'optimizer adamw, 2000 steps, lr 4.0e-04'), (7, 'info', 'step ' || t.steps / 3 || '/2000  loss 0.1421'), (8, case when t.attempt = 3 then 'warning' else 'info' end, 'step ' || t.steps * 2 / 3 || '/2000  loss ' || case when t.attempt = 3 then '4.8801' else '0.1377' end),
  (9, 'error', t.error)) as l (no, level, message)
where t.lora_model_id = demo.id(demo.ago('26 hours'), 15, 222);
insert into platform.training_images (id, lora_model_id, file_location, width, height, file_bytes, caption, flagged, flag_reason, created_at)
select m.id, demo.id(demo.ago('26 hours'), 15, 222), 'training/' || demo.id(demo.ago('26 hours'), 15, 222) || '/' || m.id || '.png', 1280, case when i % 3 = 0 then 960 else 1280 end, 400000 + i * 31337,
  case when i % 2 = 0 then 'BTRZ_3, ' || demo.pick(array['at the lamp', 'on the stairs', 'in the storm, close-up', 'reading', 'with the dog', 'asleep', 'from behind'], i / 2) end, i = 11, case when i = 11 then 'watermark of another site' end, demo.ago('27 hours')
from generate_series(1, 14) i cross join lateral (select demo.id(demo.ago('27 hours'), i, 224) as id) m;

-- 16, Aiko: a storyboard has been running for 31 hours, and the clip that waits for it too.
insert into platform.workflow_jobs (id, root_id, state, status, tasks_done, tasks_total, current_task, user_id, project_id, crew, inputs, tasks, external_id, created_at, started_at)
select demo.id(demo.ago('31 hours'), 16, 225), demo.id(demo.ago('31 hours'), 16, 225), 'running', 'running', 1, 3, 'frame_shots', demo.who(16), (select id from demo.project where n = 16 order by i limit 1), 'storyboard', '{"theme": "the last train", "tone": "warm", "length_seconds": 90, "language": "ja"}',
  jsonb_build_array(jsonb_build_object('name', 'split_scenes', 'agent', 'Director', 'status', 'done', 'started_at', demo.ago('31 hours'), 'finished_at', demo.ago('30 hours 57 minutes'), 'output', '5 scenes, 18 shots.', 'error', null),
    jsonb_build_object('name', 'frame_shots', 'agent', 'Storyboard artist', 'status', 'running', 'started_at', demo.ago('30 hours 57 minutes'), 'finished_at', null, 'output', null, 'error', null),
    jsonb_build_object('name', 'check_continuity', 'agent', 'Continuity', 'status', 'pending', 'started_at', null, 'finished_at', null, 'output', null, 'error', null)),
  demo.id(demo.ago('31 hours'), 16, 226)::text, demo.ago('31 hours'), demo.ago('31 hours');
insert into platform.generation_jobs (id, user_id, project_id, kind, quality, status, prompt, model, credits, created_at, started_at)
select demo.id(demo.ago('30 hours'), 16, 227), demo.who(16), (select id from demo.project where n = 16 order by i limit 1), 'video', 'hq', 'running', '終電のホーム、雨、赤い傘の女性, cinematic', 'wan-2.2', 12, demo.ago('30 hours'), demo.ago('29 hours 59 minutes');

-- 22, Meera: a run that the crew's host has not accepted yet.
insert into platform.workflow_jobs (id, root_id, state, status, tasks_total, user_id, project_id, crew, inputs, tasks, created_at)
select demo.id(demo.ago('4 minutes'), 22, 235), demo.id(demo.ago('4 minutes'), 22, 235), 'queued', 'pending', 3, demo.who(22), (select id from demo.project where n = 22 order by i limit 1), 'shot_planner', '{"theme": "winter market", "tone": "documentary", "length_seconds": 60, "language": "en"}',
  (select jsonb_agg(jsonb_build_object('name', c.task, 'agent', c.agent, 'status', 'pending', 'started_at', null, 'finished_at', null, 'output', null, 'error', null) order by c.no) from demo.crew c where c.crew = 'shot_planner'), demo.ago('4 minutes');

-- 18, Leila: charged twice within a minute for one credit pack; the credits came once.
insert into platform.payments (id, user_id, gateway_ref, status, description, amount_minor, currency, created_at, settled_at)
select demo.id(demo.ago(a.since), a.no, 228), demo.who(18), '409900010' || a.no, 'paid', 'Credit pack', 1500, 'USD', demo.ago(a.since), demo.ago(a.since - interval '4 seconds')
from (values (1, interval '28 hours'), (2, interval '27 hours 59 minutes 22 seconds')) as a (no, since);
insert into platform.credit_transactions (id, user_id, kind, amount, description, payment_id, created_at)
values (demo.id(demo.ago('27 hours 59 minutes'), 18, 229), demo.who(18), 'purchase', 500, 'Credit pack', demo.id(demo.ago('28 hours'), 1, 228), demo.ago('27 hours 59 minutes'));

-- For the integrity checks: a training without a sign of life (12), a payment pending for hours (19), and pictures whose model is
-- gone. The twenty-first user pays for Pro and is on Free.
insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status, progress, config, created_at, updated_at)
values (demo.id(demo.ago('11 hours'), 12, 230), demo.who(12), 'Grenzstein style', 'stabilityai/stable-diffusion-xl-base-1.0', 'GRZST', 'training', 41, '{"rank": 16, "alpha": 16, "learning_rate": 0.0001, "steps": 1500}', demo.ago('11 hours'), demo.ago('9 hours 40 minutes'));
insert into platform.lora_trainings (id, lora_model_id, attempt, status, external_id, created_at, started_at, steps, total_steps, gpu, cost_minor, provider_state, progress, submitted_at, last_heard_at, moved_at)
values (demo.id(demo.ago('11 hours'), 12, 231), demo.id(demo.ago('11 hours'), 12, 230), 1, 'running', 'trn_' || substr(md5('grenzstein'), 1, 20), demo.ago('11 hours'), demo.ago('10 hours 58 minutes'), 615, 1500, 'L40S', 63, 'processing', 41, demo.ago('11 hours'),
  demo.ago('10 seconds'), demo.ago('9 hours 40 minutes'));
insert into platform.training_logs (lora_training_id, line_no, at, level, message)
select demo.id(demo.ago('11 hours'), 12, 231), no, demo.ago('10 hours 58 minutes') + no * interval '7 minutes', 'info',
  case no when 1 then 'job 1 accepted; image ghcr.example/trainer:2.4.1' when 2 then 'loading base model in bf16' when 3 then 'found 0 images' when 4 then 'captions: ok'
    when 5 then 'caching latents to disk' when 6 then 'optimizer adamw8bit, 1500 steps' else 'step ' || (no - 6) * 150 || '/1500  loss 0.0911  2.31 it/s' end
from generate_series(1, 10) no;
update platform.lora_trainings set log_lines = 10 where id = demo.id(demo.ago('11 hours'), 12, 231);
update platform.lora_models set silent_since = updated_at where id = demo.id(demo.ago('11 hours'), 12, 230);
-- Tomás paid for his third attempt.
insert into platform.credit_transactions (id, user_id, kind, amount, description, lora_training_id, created_at)
select demo.id(demo.ago('2 hours 20 minutes'), n, 236), demo.who(15), kind, amount, text, case when n = 2 then demo.id(demo.ago('2 hours 19 minutes'), 3, 223) end, demo.ago('2 hours 20 minutes') + n * interval '1 second'
from (values (1, 'adjustment', 150, 'Goodwill: two lost trainings'), (2, 'spend', -150, 'Training of Beatriz v3')) as c (n, kind, amount, text);
insert into platform.payments (id, user_id, subscription_id, status, description, amount_minor, currency, created_at)
select demo.id(demo.ago('5 hours'), 19, 232), demo.who(19), (select id from demo.plan where n = 19), 'pending', 'Credit pack', 38000, 'CZK', demo.ago('5 hours');
insert into platform.training_images (id, lora_model_id, file_location, width, height, file_bytes, caption, created_at)
select m.id, demo.id(demo.ago('60 days'), 1, 233), 'training/gone/' || m.id || '.png', 1024, 1024, 800000 + i, 'left behind ' || i, demo.ago('60 days')
from generate_series(1, 6) i cross join lateral (select demo.id(demo.ago('60 days'), i, 234) as id) m;

-- 12, waiting since yesterday for a person who looks at the character sheets; 19, started perhaps: the answer to its kickoff was lost.
insert into platform.workflow_jobs (id, root_id, state, status, tasks_done, tasks_total, current_task, user_id, project_id, crew, inputs, tasks, external_id, gateway_mode, kickoff_sent_at, error, created_at, started_at)
select demo.id(demo.ago(a.since), a.n, 236), demo.id(demo.ago(a.since), a.n, 236), a.state, 'running', a.done, 3, a.current, demo.who(a.n), (select id from demo.project where n = a.n order by i limit 1),
  'character_designer', '{"theme": "a fox learns to read", "tone": "playful", "length_seconds": 45, "language": "de"}',
  (select jsonb_agg(jsonb_build_object('name', c.task, 'agent', c.agent, 'status', case when c.no <= a.done then 'done' when a.state = 'awaiting_human' and c.no = a.done + 1 then 'running' else 'pending' end,
    'started_at', null, 'finished_at', null, 'output', case when c.no <= a.done then c.output end, 'error', null) order by c.no) from demo.crew c where c.crew = 'character_designer'),
  case when a.state = 'awaiting_human' then demo.id(demo.ago(a.since), a.n, 237)::text end, case when a.state = 'unknown' then 'sandbox' end, case when a.state = 'unknown' then demo.ago(a.since) end,
  a.error, demo.ago(a.since), case when a.state = 'awaiting_human' then demo.ago(a.since - interval '1 minute') end
from (values (12, interval '26 hours', 'awaiting_human', 2, 'check_likeness', null), (19, interval '3 hours', 'unknown', 0, null, 'The crew''s host did not answer the kickoff within 15 s: it may have been started.')) as a (n, since, state, done, current, error);
