-- What the checks of the data have found in three weeks, night by night, and a job for each that has it look now.
with checks as (select code from unnest($1::text[]) code where not exists (select from backlot.integrity_runs)),
past as (
  insert into backlot.integrity_runs (id, check_code, state, asked_at, started_at, finished_at, looked, found)
  select gen_random_uuid(), c.code, 'done', n.at, n.at, n.at + interval '240 ms', (select count(*) from platform.users),
    case c.code
      when 'images-without-model' then case when n.night > 9 then 0 else 6 end
      when 'tier-differs' then case when n.night > 12 then 0 when n.night > 4 then 3 else 1 end
      when 'stuck-generations' then n.night % 3
      when 'stuck-workflows' then greatest(0, 6 - n.night)
      when 'stuck-trainings' then (n.night % 5) / 3
      when 'model-costs-differ' then case when n.night > 1 then 0 else 1 end
      else 0
    end
  from checks c, (select night, date_trunc('day', now(), 'UTC') - night * interval '1 day' + interval '2 hours 30 minutes' as at from generate_series(1, 20) night) n
  returning check_code)
insert into backlot.jobs (id, name, payload, max_attempts, priority)
select gen_random_uuid(), 'integrity.check', jsonb_build_object('check', c.code, 'run', null), 6, -10 from checks c
