-- The credit ledger: what plans and packs brought, what jobs took. Nobody's balance is ever below zero: whoever would have
-- been short was given a gift at sign-up that just covers it.
create table demo.entry as
select c.user_id, case when c.subscription_id is null then 'purchase' else 'grant' end as kind,
  case when c.subscription_id is null then case when c.n = 10 then 1500 else 500 end when c.tier = 'pro' then 1000 else 200 end as amount,
  case when c.subscription_id is null then 'Credit pack' when c.tier = 'pro' then 'Pro plan: credits for 30 days' else 'Starter plan: credits for 30 days' end as description,
  null::uuid as generation_job_id, demo.id(c.at, c.k, 171) as payment_id, c.at + interval '20 seconds' as at, null::uuid as lora_training_id
from demo.charge c where c.status = 'paid'
union all
select j.user_id, 'spend', -j.credits, initcap(j.kind) || ', ' || j.quality, j.id, null, j.created_at, null
from platform.generation_jobs j where j.status = 'done' or j.status = 'failed' and j.error_class in ('oom', 'timeout', 'provider_5xx')
union all
select j.user_id, 'refund', j.credits, 'Failed: ' || j.error_class, j.id, null, greatest(j.finished_at, j.created_at + interval '1 second'), null
from platform.generation_jobs j where j.status = 'failed' and j.error_class in ('oom', 'timeout', 'provider_5xx')
union all
select p.id, 'adjustment', 25, demo.pick(array['Goodwill: lost render', 'Goodwill: long outage', 'Contest prize'], demo.h(p.n, 180)), null, null, demo.between_times(p.created_at + interval '1 minute', p.last_active_at, demo.u(p.n, 181)), null
from demo.person p where p.plain and demo.u(p.n, 182) < 0.008
union all
select l.user_id, 'spend', -150, 'Training of ' || l.character, null, null, t.created_at, t.id
from demo.training t join demo.lora l on l.k = t.lora_k where t.attempt = 1
union all
select l.user_id, 'refund', 150, 'Failed training of ' || l.character, null, null, greatest(t.finished_at, t.created_at + interval '1 second'), t.id
from demo.training t join demo.lora l on l.k = t.lora_k where t.attempt = 1 and l.attempts > 1;

create table demo.shortage as
select user_id, -min(balance) as short, sum(amount) as total from (
  select user_id, amount, sum(amount) over (partition by user_id order by at, amount desc rows unbounded preceding) as balance from demo.entry) b
group by user_id having min(balance) < 0;

insert into platform.credit_transactions (id, user_id, kind, amount, description, generation_job_id, payment_id, lora_training_id, created_at)
select demo.id(e.at, row_number() over (order by e.at, e.user_id, e.amount), 190), e.user_id, e.kind, e.amount, e.description, e.generation_job_id, e.payment_id, e.lora_training_id, e.at
from (
  select e.* from demo.entry e
  union all
  select p.id, 'grant', 20, 'Welcome credits', null, null, p.created_at + interval '1 second', null from demo.person p where p.n <> 11
  union all
  select p.id, 'grant', (ceil((s.short - 20) / 25.0) * 25)::int, 'Launch gift', null, null, p.created_at + interval '2 seconds', null
  from demo.person p join demo.shortage s on s.user_id = p.id where s.short > 20
  union all
  -- The thirteenth user has nothing left.
  select p.id, 'expiry', -(20 + coalesce(ceil(greatest(s.short - 20, 0) / 25.0) * 25, 0) + (select sum(x.amount) from demo.entry x where x.user_id = p.id))::int, 'Expired after 60 days', null, null, demo.clock() - interval '30 minutes', null
  from demo.person p left join demo.shortage s on s.user_id = p.id
  where p.n = 13 and 20 + coalesce(ceil(greatest(s.short - 20, 0) / 25.0) * 25, 0) + (select sum(x.amount) from demo.entry x where x.user_id = p.id) > 0
) e
order by e.at, e.user_id, e.amount;
