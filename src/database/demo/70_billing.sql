-- Subscriptions in every state, and the payments that led there. A period is 30 days; a trial 14.
create table demo.price (currency text, starter int, pro int, pack int);
insert into demo.price values ('EUR', 900, 2900, 1500), ('USD', 900, 2900, 1500), ('GBP', 800, 2500, 1300), ('JPY', 1400, 4500, 2400),
  ('CZK', 22900, 72900, 38000), ('PLN', 3900, 12900, 6500), ('BRL', 4900, 14900, 7900), ('INR', 79900, 249900, 130000);

create table demo.plan as
select q.*, case q.status when 'trialing' then q.start_at when 'past_due' then q.start_at + (q.periods - 1) * interval '30 days'
    when 'lapsed' then q.start_at + greatest(q.periods - 1, 0) * interval '30 days' else q.start_at + (q.periods - 1) * interval '30 days' end as period_start,
  q.start_at + case when q.periods = 0 then interval '14 days' else q.periods * interval '30 days' end as period_end,
  demo.id(q.start_at, q.n, 150) as id, case when demo.u(q.n, 160) < 0.05 then x.full_price * 4 / 5 else x.full_price end as price_minor
from (
  -- How many periods were paid, and how many charges failed after the last of them.
  select s.*, case s.status when 'trialing' then 0 when 'lapsed' then least((demo.h(s.n, 151) % 8)::int, floor(date_part('epoch', demo.clock() - s.start_at) / 2592000)::int)
      when 'past_due' then s.paid_before else 1 + floor(date_part('epoch', demo.clock() - s.start_at) / 2592000)::int end as periods,
    case s.status when 'past_due' then (select count(*)::int from unnest(array[0, 1, 3, 5, 7]) t where t <= s.days_late)
      when 'lapsed' then case when demo.u(s.n, 152) < 0.4 then 3 else 0 end else 0 end as failures
  from (
    select r.*, case r.status
        when 'trialing' then greatest(r.signed_up, demo.clock() - case when r.n = 17 then interval '12 days' else interval '13 days' * demo.u(r.n, 153) end)
        when 'past_due' then demo.clock() - r.paid_before * interval '30 days' - r.days_late * interval '1 day' - interval '3 hours'
        when 'lapsed' then r.signed_up + (demo.clock() - r.signed_up - interval '40 days') * 0.7 * demo.u(r.n, 153)
        else greatest(r.signed_up, demo.clock() - least(demo.clock() - r.signed_up, case when r.heavy then interval '1095 days' else interval '170 days' end) * power(demo.u(r.n, 153), 0.7)) end as start_at
    from (
      select p.n, p.id as user_id, p.created_at as signed_up, p.heavy, p.status as user_status, coalesce(own.currency, t.currency) as currency,
        case when p.n = 21 then 'pro' when p.tier <> 'free' then p.tier when demo.u(p.n, 154) < 0.7 then 'starter' else 'pro' end as tier,
        case when p.n in (10, 12, 15, 16, 18, 20, 21, 22) then 'active' when p.n = 14 then 'past_due' when p.n = 17 then 'trialing' when p.n = 19 then 'cancelled'
          when p.tier = 'free' then 'lapsed' when demo.u(p.n, 155) < 0.05 then 'trialing'
          when demo.u(p.n, 155) < 0.09 and p.created_at < demo.clock() - interval '50 days' then 'past_due' when demo.u(p.n, 155) < 0.17 then 'cancelled' else 'active' end as status,
        case when p.n = 14 then 13 else (demo.h(p.n, 156) % 13)::int end as days_late,
        case when p.n = 14 then 9 else 1 + floor(greatest(date_part('epoch', demo.clock() - p.created_at) / 2592000 - 2, 0) * case when p.heavy then demo.u(p.n, 157) else 0.1 * demo.u(p.n, 157) end)::int end as paid_before
      from demo.person p
      join demo.seat t on t.seat = p.place_seat
      left join demo.home own on own.country = p.country
      where p.n <> 11 and (p.tier <> 'free' or p.n = 21 or demo.u(p.n, 158) < 0.06 and p.created_at < demo.clock() - interval '60 days')
    ) r
  ) s
) q
join demo.price pr on pr.currency = q.currency
cross join lateral (select case q.tier when 'starter' then pr.starter else pr.pro end as full_price) x;

insert into platform.subscriptions (id, user_id, tier, status, created_at, period_start, period_end, grace_until, price_minor, currency, pending_tier, cancel_reason, cancelled_at, card_last4, card_brand)
select s.id, s.user_id, s.tier, s.status, s.start_at, s.period_start, s.period_end,
  case when s.status = 'past_due' then s.period_end + interval '14 days' end, s.price_minor, s.currency,
  case when s.status = 'active' and demo.u(s.n, 161) < 0.03 then case s.tier when 'pro' then 'starter' else 'pro' end end,
  case when s.status = 'cancelled' or s.status = 'lapsed' and s.failures = 0 and s.periods > 0 then demo.pick(array['Too expensive', 'Project is finished', 'Misses a feature: longer clips', 'Uses another product', 'Quality of hands', 'Only wanted to try', 'Moves to a team plan'], demo.h(s.n, 162))
    when s.status = 'lapsed' and s.failures > 0 then 'Payment failed three times' when s.status = 'lapsed' then 'Trial ended without a card' end,
  case when s.status = 'cancelled' then demo.between_times(s.period_start, demo.clock(), demo.u(s.n, 163)) when s.status = 'lapsed' and s.failures = 0 and s.periods > 0 then demo.between_times(s.period_start, s.period_end, demo.u(s.n, 163)) end,
  case when s.periods > 0 or s.status = 'trialing' and demo.u(s.n, 164) < 0.6 then lpad((demo.h(s.n, 165) % 10000)::text, 4, '0') end,
  case when s.periods > 0 or s.status = 'trialing' and demo.u(s.n, 164) < 0.6 then demo.pick('{Visa,Visa,Mastercard,Mastercard,Amex}', demo.h(s.n, 166)) end
from demo.plan s order by s.start_at;

create table demo.decline (i int, code text, words text, weight int);
insert into demo.decline values (0, '800.100.155', 'Amount exceeds credit', 0), (1, '800.100.155', 'Amount exceeds credit', 0), (2, '800.100.157', 'Card has expired', 0),
  (3, '800.100.162', 'Limit exceeded', 0), (4, '800.100.153', 'Invalid CVV', 0), (5, '800.100.165', 'Card lost', 0), (6, '300.100.100', 'Bank asks the customer to confirm (SCA)', 0), (7, '900.100.300', 'Timeout: result uncertain', 0);

-- Charges of periods, those that failed first or at last, and credit packs.
create table demo.charge as
select row_number() over (order by c.at, c.n, c.what) as k, c.* from (
  select s.n, s.user_id, s.id as subscription_id, s.price_minor as amount_minor, s.currency, s.tier, 'paid' as status,
    s.start_at + (no - 1) * interval '30 days' + case when f.first_failed then interval '1 day' else interval '0' end as at, case s.tier when 'pro' then 'Pro plan, 30 days' else 'Starter plan, 30 days' end as what
  from demo.plan s cross join lateral generate_series(1, s.periods) no
  cross join lateral (select demo.u(s.n * 1000 + no, 167) < 0.03 and s.start_at + (no - 1) * interval '30 days' < demo.clock() - interval '25 hours' as first_failed) f
  union all
  select s.n, s.user_id, s.id, s.price_minor, s.currency, s.tier, 'failed', s.start_at + (no - 1) * interval '30 days', case s.tier when 'pro' then 'Pro plan, 30 days' else 'Starter plan, 30 days' end
  from demo.plan s cross join lateral generate_series(1, s.periods) no
  where demo.u(s.n * 1000 + no, 167) < 0.03 and s.start_at + (no - 1) * interval '30 days' < demo.clock() - interval '25 hours'
  union all
  select s.n, s.user_id, s.id, s.price_minor, s.currency, s.tier, 'failed', s.period_end + (array[0, 1, 3, 5, 7])[no] * interval '1 day' + interval '2 hours', case s.tier when 'pro' then 'Pro plan, 30 days' else 'Starter plan, 30 days' end
  from demo.plan s cross join lateral generate_series(1, s.failures) no
  where s.period_end + (array[0, 1, 3, 5, 7])[no] * interval '1 day' + interval '2 hours' <= demo.clock()
  union all
  select p.n, p.id, null, x.pack, x.currency, null, case when b.at > demo.clock() - interval '40 minutes' and p.n <> 10 then 'pending' when demo.u(p.n * 1000 + no, 168) < 0.06 and p.n <> 10 then 'failed' else 'paid' end, b.at, 'Credit pack'
  from demo.person p join demo.seat t on t.seat = p.place_seat join demo.price x on x.currency = t.currency
  cross join lateral generate_series(1, case when p.n = 10 then 14 when p.plain and p.status = 'active' and demo.u(p.n, 169) < case when p.heavy then 0.05 else 0.02 end then 1 else 0 end) no
  cross join lateral (select demo.between_times(p.created_at, p.last_active_at, power(demo.u(p.n * 1000 + no, 170), 0.2)) as at) b
) c;

insert into platform.payments (id, user_id, subscription_id, gateway_ref, status, description, amount_minor, refunded_minor, currency, failure_code, failure_text, created_at, settled_at)
select demo.id(c.at, c.k, 171), c.user_id, c.subscription_id,
  case when c.status = 'paid' or c.status = 'failed' and d.code <> '900.100.300' then (4100000000 + c.k)::text end,
  case when c.status = 'paid' and r.back >= c.amount_minor then 'refunded' when c.status = 'paid' and r.back > 0 then 'partially_refunded' else c.status end,
  c.what, c.amount_minor, case when c.status = 'paid' then r.back else 0 end, c.currency,
  case when c.status = 'failed' then d.code end, case when c.status = 'failed' then d.words end, c.at,
  case when c.status <> 'pending' then least(demo.clock(), c.at + interval '1 second' * (2 + demo.h(c.k, 172) % 20)) end
from demo.charge c
join demo.decline d on d.i = demo.h(c.n, 173) % 8
cross join lateral (select case when c.n < 25 or c.at > demo.clock() - interval '2 days' then 0 when demo.u(c.k, 174) < 0.011 then c.amount_minor when demo.u(c.k, 174) < 0.017 then c.amount_minor / 2 else 0 end as back) r
order by c.k;
