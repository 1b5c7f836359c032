-- Whose card may be charged again: the gateway's number of the payment with which they agreed, in the demo the first that was paid. A
-- trial with a card has agreed to it without paying.
insert into backlot.mandates (id, user_id, gateway_mode, initial_ref, card_brand, card_last4, agreed_at)
select demo.id(s.start_at, s.n, 175), s.user_id, 'sandbox', coalesce(f.number, 4000000000 + s.n), c.card_brand, c.card_last4, s.start_at
from demo.plan s
join platform.subscriptions c on c.id = s.id and c.card_last4 is not null
left join (select distinct on (p.subscription_id) p.subscription_id, p.gateway_ref::bigint as number
  from platform.payments p where p.status <> 'failed' and p.gateway_ref is not null order by p.subscription_id, p.created_at) f on f.subscription_id = s.id
where s.status <> 'lapsed';

-- How often the current period's charge has failed, and when it is tried again: on the days 1, 3, 5 and 7 after the first.
update platform.subscriptions s set failed_charges = d.failures,
  next_charge_at = (select min(d.period_end + t * interval '1 day') from unnest(array[1, 3, 5, 7]) t where d.period_end + t * interval '1 day' > demo.clock())
from demo.plan d where d.id = s.id and d.status = 'past_due' and s.currency = 'EUR';
