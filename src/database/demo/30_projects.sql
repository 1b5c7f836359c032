-- What users make: projects with the state their editor would show, and the characters in them.
create table demo.project as
select p.n, i, p.n * 100 + i as k, p.id as user_id, p.tier, p.heavy, p.last_active_at, at.at as created_at,
  demo.id(at.at, p.n * 100 + i, 30) as id,
  case when demo.u(p.n * 100 + i, 31) < 0.6 then 'image' else 'video' end as kind
from demo.person p
cross join lateral generate_series(1, case
    when not p.plain then 0
    when p.heavy then floor(demo.u(p.n, 32) * case p.tier when 'free' then 3.2 when 'starter' then 6.5 else 11 end)::int + p.special::int
    when demo.u(p.n, 32) < 0.12 then 1 else 0 end) i
cross join lateral (select demo.between_times(p.created_at + interval '1 minute', p.last_active_at, demo.u(p.n * 100 + i, 33)) as at) at;
alter table demo.project add primary key (n, i);

insert into platform.projects (id, user_id, name, kind, state, status, created_at, updated_at)
select j.id, j.user_id,
  case when j.n = 1 and j.i = 1 then '"><img src=x onerror=alert(document.domain)>' when j.n = 5 and j.i = 1 then '${7*7} {{7*7}} %27%20or%201=1'
    when j.n = 7 and j.i = 1 then '🎬🍿🎉 birthday film 🎂' when j.n = 3 and j.i = 1 then 'مشروع ' || chr(8238) || 'desrever' || chr(8236)
    else demo.pick(array['The Last', 'Midnight', 'Paper', 'Glass', 'A Short', 'Northern', 'Neon', 'The Quiet', 'Summer', 'Clockwork', 'Hidden', 'Second', 'Blue', 'Wild', 'Tiny', 'Velvet'], demo.h(j.k, 34)) || ' ' ||
      demo.pick(array['Lighthouse', 'Garden', 'Detective', 'Orchestra', 'Robots', 'Harbour', 'Recipe Book', 'Planet', 'Train', 'Letters', 'Winter', 'Market', 'Foxes', 'Product Shots', 'Album Cover', 'Lookbook', 'Teaser', 'Pitch'], demo.h(j.k, 35)) end,
  j.kind,
  jsonb_build_object('step', step.step, 'settings', jsonb_build_object('aspect', demo.pick('{16:9,9:16,1:1,4:5,21:9}', demo.h(j.k, 36)),
      'style', demo.pick(array['watercolour', 'film noir', 'flat illustration', 'photo, natural light', 'stop motion', 'anime', 'oil painting'], demo.h(j.k, 37)),
      'fps', case when j.kind = 'video' then 24 end, 'seed', demo.h(j.k, 38) % 1000000),
    'scenes', (select coalesce(jsonb_agg(jsonb_build_object('no', s, 'title', demo.pick(array['Opening', 'At the window', 'The chase', 'Close-up', 'Rain', 'Title card', 'The reveal', 'Goodbye'], demo.h(j.k * 10 + s, 39)),
        'status', demo.pick('{done,done,done,draft,waiting}', demo.h(j.k * 10 + s, 40)))), '[]') from generate_series(1, case when j.heavy then 1 + (demo.h(j.k, 41) % 5)::int else 0 end) s),
    'blocked_by', case when step.step = 'render' and demo.u(j.k, 42) < 0.1 then demo.pick(array['LoRA model is not ready', 'no credits left', 'storyboard failed'], demo.h(j.k, 43)) end),
  case when demo.u(j.k, 44) < 0.22 then 'draft' when demo.u(j.k, 44) < 0.82 then 'active' else 'archived' end,
  j.created_at, demo.between_times(j.created_at, j.last_active_at, demo.u(j.k, 45))
from demo.project j
cross join lateral (select demo.pick('{brief,script,storyboard,characters,shots,render,render,finished}', demo.h(j.k, 46)) as step) step;

-- One whose state is 3 MB, and one that is deeper than anybody should nest.
update platform.projects p set state = p.state || jsonb_build_object('layers', (select jsonb_agg(jsonb_build_object('id', md5(i::text), 'visible', i % 3 > 0,
    'prompt', 'Layer ' || i || ', ' || repeat('soft light, ', 8), 'mask', jsonb_build_array(i, i * 2, i * 3, null))) from generate_series(1, 16000) i))
from demo.project j where p.id = j.id and j.n = 5 and j.i = 1;
update platform.projects p set state = p.state || jsonb_build_object('nested', (repeat('{"in": [', 300) || '"<script>alert(1)</script>"' || repeat(']}', 300))::jsonb, '', 'a field without a name',
    chr(8238) || 'desrever', 'مرحبا')
from demo.project j where p.id = j.id and j.n = 3 and j.i = 1;

-- How their states came to be: a version for each step that they have reached, the last as it is now.
create table demo.step as select step, no::int from unnest('{brief,script,storyboard,characters,shots,render,finished}'::text[]) with ordinality as s (step, no);
insert into platform.project_states (project_id, version, state, status, state_bytes, changed_at, changed_by)
select p.id, v.version, v.state, v.status, octet_length(v.state::text), v.at, v.by
from platform.projects p
join demo.project j on j.id = p.id
join demo.step now on now.step = p.state ->> 'step'
cross join lateral (select case when j.heavy then least(now.no, 4) else 1 end as versions) many
cross join lateral (
  select n as version,
    case when n = many.versions then p.state
      else (p.state - '{blocked_by,scenes,layers,nested}'::text[]) || jsonb_build_object('step', (select e.step from demo.step e where e.no = now.no - many.versions + n),
        'scenes', coalesce((select jsonb_agg(c.scene || '{"status": "draft"}' order by c.no) from jsonb_array_elements(p.state -> 'scenes') with ordinality as c (scene, no) where c.no <= n), '[]')) end as state,
    case when n = many.versions then p.status else 'draft' end as status,
    case when n = many.versions then p.updated_at else demo.between_times(p.created_at, p.updated_at, (n - 1.0) / many.versions) end as at,
    case when n = 1 then 'user' else demo.pick('{user,user,crew,editor}', demo.h(j.k * 10 + n, 47)) end as by
  from generate_series(1, many.versions) n) v;

-- How many projects each user has, so that other rows can point at one of them.
create table demo.project_count as select n, count(*)::int as projects from demo.project group by n;
alter table demo.project_count add primary key (n);
analyze demo.project;
analyze demo.project_count;

create table demo.character as
select j.n, j.k * 10 + no as k, j.user_id, j.id as project_id, j.tier, j.heavy, j.last_active_at, c.at as created_at, demo.id(c.at, j.k * 10 + no, 50) as id,
  demo.pick(array['Mira', 'Captain Brine', 'Old Tomas', 'Nova-7', 'Aunt Petra', 'The Fox', 'Dr. Lindqvist', 'Juniper', 'Kaito', 'Señora Luz', 'Bolt', 'The Baker', 'Yara', 'Professor Owl', 'Ines', 'Gulliver', 'Sable', 'Zlatá Rybka'], demo.h(j.k * 10 + no, 51)) as name
from demo.project j
cross join lateral generate_series(1, case when demo.u(j.k, 52) < 0.45 then 1 when demo.u(j.k, 52) < 0.6 then 2 else 0 end) no
cross join lateral (select demo.between_times(j.created_at, j.last_active_at, demo.u(j.k * 10 + no, 53) * 0.5) as at) c;

insert into platform.characters (id, user_id, project_id, name, description, traits, created_at, updated_at)
select c.id, c.user_id, case when demo.u(c.k, 54) < 0.8 then c.project_id end, c.name,
  demo.pick(array['Lead', 'Side figure', 'Antagonist', 'Narrator', 'Mascot'], demo.h(c.k, 55)) || ': ' ||
  demo.pick(array['grew up by the sea and never learned to swim', 'repairs radios that nobody listens to', 'speaks only in questions', 'collects train tickets', 'is always early', 'carries a red umbrella, indoors too', 'lost a bet and has to finish the film', 'bakes at three in the morning'], demo.h(c.k, 56)) || '.',
  jsonb_build_object('age', 6 + demo.h(c.k, 57) % 70, 'hair', demo.pick('{black,grey,red,blond,brown,none,blue}', demo.h(c.k, 58)),
    'clothing', demo.pick(array['yellow raincoat', 'tweed suit', 'overalls', 'space suit', 'apron', 'school uniform', 'velvet cloak'], demo.h(c.k, 59))),
  c.created_at, demo.between_times(c.created_at, c.last_active_at, demo.u(c.k, 60))
from demo.character c;
