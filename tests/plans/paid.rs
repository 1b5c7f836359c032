//! Money of years: operations of every kind and state, what the gateway was asked and told, the ledger, and discounts.
use super::addresses::ids;
use crate::support::Studio;

/// Also: some that wait for somebody, as there always are.
pub const MONEY: &str = "
insert into backlot.billing_operations (id, kind, purpose, user_id, subscription_id, payment_id, gateway_mode, reference, amount_minor, currency, state,
    requested_by, requested_at, sent_at, gateway_ref, settled_at, settled_by, approve_until)
  select gen_random_uuid(), 'refund', 'refund', p.user_id, p.subscription_id, p.id, 'sandbox', 'r_' || replace(p.id::text, '-', ''), 1, p.currency, s.state,
    (select id from backlot.admins order by id offset p.n % 5 limit 1), now() - p.n * interval '7 hours',
    case when s.state <> 'awaiting_approval' then now() - p.n * interval '7 hours' end, 5000000000 + p.n,
    case when s.state in ('succeeded', 'failed') then now() - p.n * interval '7 hours' end, case when s.state in ('succeeded', 'failed') then 'notice' end,
    case when s.state = 'awaiting_approval' then now() + interval '1 day' end
  from (select *, row_number() over (order by created_at desc) as n from platform.payments where status = 'paid' limit 6000) p,
    lateral (select case when p.n % 43 = 0 then 'awaiting_approval' when p.n % 47 = 0 then 'uncertain' when p.n % 41 = 0 then 'waiting' when p.n % 17 = 0 then 'failed' else 'succeeded' end as state) s;
alter table backlot.billing_operations disable trigger guard_charge;
insert into backlot.billing_operations (id, kind, purpose, user_id, subscription_id, payment_id, gateway_mode, reference, amount_minor, currency, state, requested_at,
    sent_at, settled_at, settled_by)
  select gen_random_uuid(), 'charge', 'renewal', p.user_id, p.subscription_id, p.id, 'sandbox', 'c_' || replace(p.id::text, '-', ''), p.amount_minor, p.currency,
    'succeeded', p.created_at, p.created_at, p.created_at, 'answer'
  from platform.payments p where p.status = 'paid' and p.subscription_id is not null limit 3000;
alter table backlot.billing_operations enable trigger guard_charge;
insert into backlot.billing_operations (id, kind, purpose, user_id, gateway_mode, reference, amount_minor, currency, state, requested_at, settled_at, settled_by)
  select gen_random_uuid(), 'credits', case when u.n % 3 = 0 then 'deduct' else 'grant' end, u.id, 'sandbox', 'k_' || replace(u.id::text, '-', ''), 50, 'CRD', 'succeeded',
    now() - u.n * interval '5 hours', now() - u.n * interval '5 hours', 'people'
  from (select id, row_number() over (order by id) as n from platform.users limit 3000) u;
update platform.payments p set refunding_minor = 1 from backlot.billing_operations o where o.payment_id = p.id and o.kind = 'refund' and o.settled_at is null;
insert into backlot.gateway_calls (id, operation_id, endpoint, asked_at, took_ms, outcome)
  select gen_random_uuid(), o.id, c.endpoint, o.requested_at, 40, 'answered' from backlot.billing_operations o, (values ('refund'), ('fetch')) c (endpoint);
insert into backlot.gateway_notices (id, gateway_mode, digest, form, body, is_signed, received_at, verdict, why, operation_id, reference, gateway_ref,
    direction, state, amount_minor, currency, handled_at)
  select gen_random_uuid(), 'sandbox', o.id::text, 'json', '{}', true, o.requested_at, v.verdict, 'as it was', o.id, o.reference, o.gateway_ref, 'debit', 'Refunded', 1,
    'EUR', o.requested_at
  from (select *, row_number() over (order by requested_at) as n from backlot.billing_operations where kind = 'refund') o,
    lateral (select case when o.n % 31 = 0 then 'quarantined' when o.n % 41 = 0 then 'forged' when o.n % 7 = 0 then 'stale' else 'believed' end as verdict) v;
insert into backlot.ledger_accounts (code, unit, kind, user_id) select 'CRD/held/' || id, 'CRD', 'credits_held', id from platform.users on conflict do nothing;
insert into backlot.ledger_accounts (code, unit, kind, gateway_mode)
  select distinct 'sandbox/' || o.currency || '/refunds', o.currency, 'refunds', 'sandbox' from backlot.billing_operations o where o.kind = 'refund' on conflict do nothing;
insert into backlot.ledger_transfers (id, debit, credit, unit, amount, cause, operation_id, payment_id, at)
  select gen_random_uuid(), 'sandbox/' || o.currency || '/refunds', 'sandbox/' || o.currency || '/gateway', o.currency, 1, 'refunded:' || o.id, o.id, o.payment_id, o.settled_at
  from backlot.billing_operations o where o.state = 'succeeded' and o.kind = 'refund';
insert into backlot.discounts (id, subscription_id, percent, periods, periods_left, granted_by, reason, created_at, ended_at)
  select gen_random_uuid(), s.id, 20, 3, n - 1, (select id from backlot.admins order by id limit 1), 'an outage', now() - n * interval '40 days',
    case when n > 1 or s.no % 3 > 0 then now() - interval '10 days' end
  from (select id, row_number() over (order by id) as no from platform.subscriptions) s, generate_series(1, 3) n;
insert into backlot.reconciliations (day, gateway_mode, currency, captured_minor, refunded_minor, gateway_captured_minor, gateway_refunded_minor, payments, unseen, differing)
  select current_date - n, 'sandbox', c, 100, 0, 100, 0, 1, 0, 0 from generate_series(1, 700) n, unnest(array['EUR', 'USD', 'GBP']) c on conflict do nothing";

/// The list of notices, which has one filter only.
const NOTICES: [&str; 5] = [
    "/admin/billing/notices?verdict=believed",
    "/admin/billing/notices?verdict=quarantined",
    "/admin/billing/notices?verdict=forged",
    "/admin/billing/notices?verdict=stale",
    "/admin/billing/notices?verdict=dismissed",
];

/// Whether [`pages`] has the addresses of a route.
pub fn is_about_money(route: &str) -> bool {
    ["/admin/payments/{", "/admin/billing/operations/{", "/admin/billing/notices/{", "/admin/subscriptions/{"]
        .iter()
        .any(|begin| route.starts_with(begin))
}

/// Every page about a payment, an operation or a subscription, for one in each state.
pub async fn pages(studio: &Studio) -> Vec<String> {
    let payments = ids(studio, "select distinct on (status) id from platform.payments order by status, created_at desc").await;
    let operations = ids(studio, "select distinct on (state) id from backlot.billing_operations order by state, requested_at").await;
    let notices = ids(studio, "select distinct on (verdict) id from backlot.gateway_notices order by verdict, received_at").await;
    let subscriptions = ids(studio, "select distinct on (status) id from platform.subscriptions order by status, period_end").await;
    let payments = payments.iter().flat_map(|id| ["refund", "retry", "link"].map(|verb| format!("/admin/payments/{id}/{verb}")));
    let of = ["", "/live", "/approve", "/decline", "/settle"];
    let operations = operations.iter().flat_map(|id| of.map(|end| format!("/admin/billing/operations/{id}{end}")));
    let notices = notices.iter().map(|id| format!("/admin/billing/notices/{id}/dismiss"));
    let subscriptions = subscriptions.iter().map(|id| format!("/admin/subscriptions/{id}"));
    NOTICES.map(str::to_owned).into_iter().chain(payments).chain(operations).chain(notices).chain(subscriptions).collect()
}
