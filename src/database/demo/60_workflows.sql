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

insert into platform.workflow_jobs (id, user_id, project_id, crew, status, inputs, outputs, tasks, external_id, error_signature, error, attempt, created_at, started_at, finished_at)
select w.id, w.user_id, w.project_id, w.crew, w.status,
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
insert into platform.workflow_jobs (id, user_id, project_id, crew, status, inputs, outputs, tasks, external_id, error_signature, error, attempt, retry_of, created_at, started_at, finished_at)
select demo.id(r.at, w.k, 143), j.user_id, j.project_id, j.crew, r.status, j.inputs, case when r.status = 'done' then jsonb_build_object('document', 'crews/' || w.id || '/retry.json') end,
  (select jsonb_agg(case when r.status = 'done' then t.task || '{"status": "done", "error": null}' else t.task end order by t.no) from jsonb_array_elements(j.tasks) with ordinality as t (task, no)),
  demo.id(r.at, w.k, 144)::text, case when r.status = 'failed' then j.error_signature end, case when r.status = 'failed' then j.error end, 2, j.id,
  r.at, r.at + interval '15 seconds', r.at + interval '6 minutes'
from demo.workflow w
join platform.workflow_jobs j on j.id = w.id
cross join lateral (select w.created_at + interval '1 hour' + interval '1 day' * demo.u(w.k, 145) as at, case when demo.u(w.k, 146) < 0.5 then 'done' else 'failed' end as status) r
where w.status = 'failed' and demo.u(w.k, 147) < 0.33 and r.at < demo.clock() - interval '10 minutes';
