-- Runs of the crews: their tasks, what they made, and how they fail.
create table demo.crew (crew text, no int, task text, agent text, output text);
insert into demo.crew values
  ('script_writer', 1, 'research_theme', 'Researcher', 'Five sources on the theme, three usable motifs.'), ('script_writer', 2, 'outline', 'Story editor', 'Three acts, eleven beats.'),
  ('script_writer', 3, 'draft_script', 'Writer', '1,840 words; dialogue in scenes 2, 4 and 5.'), ('script_writer', 4, 'review_script', 'Critic', 'Approved with two notes.'),
  ('storyboard', 1, 'split_scenes', 'Director', '5 scenes, 18 shots.'), ('storyboard', 2, 'frame_shots', 'Storyboard artist', '18 frames in 16:9.'), ('storyboard', 3, 'check_continuity', 'Continuity', 'Umbrella changes hands in shot 9.'),
  ('shot_planner', 1, 'read_storyboard', 'Planner', '18 shots read.'), ('shot_planner', 2, 'choose_cameras', 'Cinematographer', 'Lenses 24, 35 and 85 mm.'), ('shot_planner', 3, 'estimate_credits', 'Producer', '214 credits in hq.'),
  ('character_designer', 1, 'collect_traits', 'Casting', '7 traits per character.'), ('character_designer', 2, 'draw_sheets', 'Designer', '2 sheets of 6 poses.'), ('character_designer', 3, 'check_likeness', 'Reviewer', 'No real person recognised.'),
  ('trailer_editor', 1, 'pick_moments', 'Editor', '9 moments.'), ('trailer_editor', 2, 'cut', 'Editor', '0:42, 23 cuts.'), ('trailer_editor', 3, 'score', 'Composer', 'Strings, 92 bpm.'), ('trailer_editor', 4, 'master', 'Sound', '-14 LUFS.');
create table demo.crew_error (i int, signature text, error text);
insert into demo.crew_error values
  (0, 'litellm.RateLimitError: TPM limit', 'litellm.RateLimitError: OpenAIException - Rate limit reached for gpt-4.1 on tokens per min (TPM): limit 450000, used 448211.'),
  (1, 'litellm.ContextWindowExceededError', 'litellm.ContextWindowExceededError: this model''s maximum context length is 128000 tokens; your messages resulted in 131877 tokens.'),
  (2, 'pydantic.ValidationError: ShotList', 'pydantic_core.ValidationError: 2 validation errors for ShotList: shots.4.duration Input should be greater than 0; shots.11.camera Field required'),
  (3, 'httpx.ReadTimeout', 'httpx.ReadTimeout: the agent''s tool frame_renderer did not answer within 60 s'),
  (4, 'crewai.AgentMaxIterations', 'Agent stopped due to iteration limit: maximum iterations (25) reached without a final answer'),
  (5, 'json.JSONDecodeError', 'json.decoder.JSONDecodeError: Expecting '','' delimiter: line 41 column 7 (char 2210)'),
  (6, 'missing input: tone', 'Kickoff refused (422): missing_inputs ["tone"]'),
  (7, 'crew host unreachable', 'Connection to the crew''s host failed: name or service not known');

create table demo.workflow as
select w.n, w.k, w.user_id, w.project_id, w.project_name_die, demo.id(w.at, w.k, 130) as id, w.at as created_at, w.crew, w.status, w.tasks, e.signature, e.error,
  case when w.status = 'done' then w.tasks when w.status = 'pending' or e.i in (6, 7) and w.status = 'failed' then 0 else (demo.h(w.k, 131) % w.tasks)::int end as done_tasks
from (
  select j.n, j.k * 100 + no as k, j.user_id, j.id as project_id, demo.h(j.k, 35) as project_name_die, t.at, c.crew, c.tasks,
    case when t.at > demo.clock() - interval '25 minutes' then case when demo.u(j.k * 100 + no, 132) < 0.7 then 'running' else 'pending' end
      when demo.u(j.k * 100 + no, 132) < 0.85 then 'done' when demo.u(j.k * 100 + no, 132) < 0.965 then 'failed' else 'cancelled' end as status
  from demo.project j
  cross join lateral generate_series(1, case when not j.heavy then (demo.u(j.k, 133) < 0.2)::int when j.kind = 'video' then 1 + (demo.h(j.k, 133) % 4)::int else (demo.u(j.k, 133) < 0.25)::int end) no
  cross join lateral (select case when no = 1 then demo.between_times(j.created_at, j.last_active_at, power(demo.u(j.k, 134), 0.3))
      else demo.between_times(j.created_at, j.last_active_at, demo.u(j.k * 100 + no, 134)) end as at) t
  cross join lateral (select demo.pick('{script_writer,storyboard,shot_planner,character_designer,trailer_editor}', demo.h(j.k * 100 + no, 135)) as crew) pick
  join (select crew, count(*)::int as tasks from demo.crew group by crew) c on c.crew = pick.crew
) w left join demo.crew_error e on w.status = 'failed' and e.i = demo.h(w.k, 136) % 8;

insert into platform.workflow_jobs (id, root_id, user_id, project_id, crew, status, state, tasks_done, tasks_total, inputs, outputs, tasks, external_id, error_signature, error, attempt, created_at, started_at, finished_at)
select w.id, w.id, w.user_id, w.project_id, w.crew, w.status, platform.workflow_state(w.status), w.done_tasks, w.tasks,
  jsonb_build_object('theme', demo.pick(array['a lighthouse that moves', 'two rival bakeries', 'the last train', 'product launch, headphones', 'a fox learns to read', 'winter market', 'robots on holiday'], w.project_name_die),
    'tone', demo.pick('{warm,dry,dark,playful,documentary}', demo.h(w.k, 137)), 'length_seconds', 15 * (1 + demo.h(w.k, 138) % 12), 'language', demo.pick('{en,de,fr,es,ja,pt}', demo.h(w.k, 139))),
  case when w.status = 'done' then jsonb_build_object('document', 'crews/' || w.id || '/result.json', 'tokens', 9000 + demo.h(w.k, 140) % 160000, 'cost_usd', round((0.02 + demo.u(w.k, 141) * 1.4)::numeric, 3)) end,
  (select jsonb_agg(jsonb_build_object('name', c.task, 'agent', c.agent,
      'status', case when c.no <= w.done_tasks then 'done' when c.no = w.done_tasks + 1 and w.status in ('running', 'failed', 'cancelled') then w.status else 'pending' end,
      'started_at', case when c.no <= w.done_tasks or c.no = w.done_tasks + 1 and w.status in ('running', 'failed', 'cancelled') then w.created_at + interval '20 seconds' + (c.no - 1) * interval '95 seconds' end,
      'finished_at', case when c.no <= w.done_tasks or c.no = w.done_tasks + 1 and w.status in ('failed', 'cancelled') then w.created_at + interval '10 seconds' + c.no * interval '95 seconds' end,
      'output', case when c.no <= w.done_tasks then c.output end, 'error', case when c.no = w.done_tasks + 1 then w.error end) order by c.no)
    from demo.crew c where c.crew = w.crew),
  case when w.status <> 'pending' and w.signature is distinct from 'missing input: tone' and w.signature is distinct from 'crew host unreachable' then demo.id(w.created_at, w.k, 142)::text end,
  w.signature, w.error, 1, w.created_at, case when w.status <> 'pending' then least(demo.clock(), w.created_at + interval '20 seconds') end,
  case when w.status in ('done', 'failed', 'cancelled') then least(demo.clock(), w.created_at + interval '25 seconds' + (w.done_tasks + 1) * interval '95 seconds') end
from demo.workflow w;

-- A third of the failed runs were started again: half of those then went through.
insert into platform.workflow_jobs (id, root_id, user_id, project_id, crew, status, state, tasks_done, tasks_total, inputs, outputs, tasks, external_id, error_signature, error, attempt, retry_of, created_at, started_at, finished_at)
select demo.id(r.at, w.k, 143), j.id, j.user_id, j.project_id, j.crew, r.status, platform.workflow_state(r.status), case when r.status = 'done' then w.tasks else w.done_tasks end, w.tasks, j.inputs, case when r.status = 'done' then jsonb_build_object('document', 'crews/' || w.id || '/retry.json') end,
  (select jsonb_agg(case when r.status = 'done' then t.task || '{"status": "done", "error": null}' else t.task end order by t.no) from jsonb_array_elements(j.tasks) with ordinality as t (task, no)),
  demo.id(r.at, w.k, 144)::text, case when r.status = 'failed' then j.error_signature end, case when r.status = 'failed' then j.error end, 2, j.id,
  r.at, r.at + interval '15 seconds', r.at + interval '6 minutes'
from demo.workflow w
join platform.workflow_jobs j on j.id = w.id
cross join lateral (select w.created_at + interval '1 hour' + interval '1 day' * demo.u(w.k, 145) as at, case when demo.u(w.k, 146) < 0.5 then 'done' else 'failed' end as status) r
where w.status = 'failed' and demo.u(w.k, 147) < 0.33 and r.at < demo.clock() - interval '10 minutes';

-- Hostile ones. 5: inputs of 300 kB, one of them a password. 3: a text that runs from right to left, and marks that turn it around.
-- 6: a run that somebody's script started again a thousand times, with another number in each error.
create table demo.odd_run as
select o.*, p.id as user_id, (select j.id from demo.project j where j.n = o.n order by j.i limit 1) as project_id, demo.id(demo.clock() - o.since, o.n, 150) as id
from (values
  (5, interval '3 days', 'trailer_editor', 'pydantic.ValidationError: ShotList', 'pydantic_core.ValidationError: 1 validation error for ShotList: <script>alert(1)</script>'),
  (3, interval '2 days', 'مُحَرِّر "><b>crew</b> ' || chr(8238) || 'rotide', chr(8238) || 'dehcaer ton' || chr(8236) || ' خطأ: الخادم لا يجيب', chr(8238) || 'dehcaer ton' || chr(8236) || ' خطأ: الخادم لا يجيب' || chr(10) || repeat('at agent.step(' || chr(9) || ')' || chr(10), 400))
) as o (n, since, crew, signature, error) join demo.person p on p.n = o.n;
insert into platform.workflow_jobs (id, root_id, user_id, project_id, crew, status, state, tasks_total, inputs, tasks, external_id, error_signature, error, created_at, started_at, finished_at)
select o.id, o.id, o.user_id, o.project_id, o.crew, 'failed', 'failed', 1,
  case when o.n = 5 then jsonb_build_object('theme', '</textarea><script>alert(2)</script>', 'storage', jsonb_build_object('user', 'studio', 'password', 'correct horse battery staple', 'api_key', 'sk-live-0123456789abcdef'),
    'callback', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'shots', (select jsonb_agg(jsonb_build_object('no', i, 'note', 'Take ' || i || ': ' || repeat('rain, ', 20))) from generate_series(1, 1800) i))
    else jsonb_build_object('theme', 'البحر', chr(8238) || 'yek', 'x', '', null) end,
  jsonb_build_array(jsonb_build_object('name', '<b>task</b>', 'agent', '"><img src=x onerror=alert(3)>', 'status', 'failed', 'started_at', demo.clock() - o.since, 'finished_at', demo.clock() - o.since + interval '1 minute', 'output', null, 'error', left(o.error, 500))),
  'odd-' || o.n || '/../?x=<y>', o.signature, o.error, demo.clock() - o.since, demo.clock() - o.since, demo.clock() - o.since + interval '1 minute'
from demo.odd_run o;
insert into platform.workflow_jobs (id, root_id, user_id, project_id, crew, status, state, tasks_total, inputs, tasks, error_signature, error, attempt, retry_of, created_at, started_at, finished_at)
select demo.id(demo.clock() - interval '20 days' + a * interval '20 minutes', a, 151), demo.id(demo.clock() - interval '20 days' + interval '20 minutes', 1, 151), p.id,
  (select j.id from demo.project j where j.n = 6 order by j.i limit 1), 'shot_planner', 'failed', 'failed', 3, '{"theme": "two rival bakeries", "tone": "dry", "length_seconds": 30, "language": "en"}',
  (select jsonb_agg(jsonb_build_object('name', c.task, 'agent', c.agent, 'status', 'pending', 'started_at', null, 'finished_at', null, 'output', null, 'error', null) order by c.no) from demo.crew c where c.crew = 'shot_planner'),
  'litellm.RateLimitError: TPM limit', 'litellm.RateLimitError: OpenAIException - Rate limit reached for gpt-4.1 on tokens per min (TPM): limit 450000, used ' || 449000 + a || '.',
  a, case when a > 1 then demo.id(demo.clock() - interval '20 days' + (a - 1) * interval '20 minutes', a - 1, 151) end,
  demo.clock() - interval '20 days' + a * interval '20 minutes', demo.clock() - interval '20 days' + a * interval '20 minutes', demo.clock() - interval '20 days' + a * interval '20 minutes' + interval '15 seconds'
from generate_series(1, 1000) a join demo.person p on p.n = 6;
