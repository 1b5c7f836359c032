-- The list of users: any filters together, sorted four ways, in pages, and counted, quick at a million users.
--
-- Each order has an index that begins with it and its tie-break and then carries every filter: rows that do not match are
-- passed over inside of the index. Where few rows in a row of the order match, a shorter index begins with the filter: the
-- tier, and for rare values (suspended, a failing payment, a creator …) an index of those users alone.

-- The month of sign-up as a number, and the months between two moments as such numbers: with both a range of sign-up and one
-- of activity, `month_of(created_at) = any (months(…))` finds each month's activity in one stretch.
create function platform.month_of(moment timestamptz) returns int
language sql immutable parallel safe as $$
  select (date_part('year', moment at time zone 'UTC') * 12 + date_part('month', moment at time zone 'UTC'))::int
$$;
create function platform.months(since timestamptz, until timestamptz) returns int[]
language sql immutable parallel safe as $$
  select array(select generate_series(platform.month_of(coalesce(since, '2015-01-01Z')), platform.month_of(until)))
$$;
grant execute on function platform.month_of, platform.months to backlot_app, backlot_reader;

-- A column and not an index on lower(email): of an expression the planner knows nothing when the reader may not see the whole row.
alter table platform.users add column email_key text collate "C" not null generated always as (lower(email)) stored;
comment on column platform.users.email_key is 'lower(email): what addresses are sorted and found by.';
grant select (email_key) on platform.users to backlot_app, backlot_reader;
create unique index users_email_key on platform.users (email_key);

create index users_by_created on platform.users
  (created_at, id, status, tier, role, payment_failing, training_failing, last_active_at);
create index users_by_active on platform.users
  (last_active_at, id, status, tier, role, payment_failing, training_failing, created_at);
create index users_by_name on platform.users
  (name_key, id, status, tier, role, payment_failing, training_failing, created_at, last_active_at);
create index users_by_email on platform.users
  (email_key, id, status, tier, role, payment_failing, training_failing, created_at, last_active_at);

create index users_by_tier_created on platform.users
  (tier, created_at, id, status, role, payment_failing, training_failing, last_active_at);
create index users_by_tier_active on platform.users
  (tier, last_active_at, id, status, role, payment_failing, training_failing, created_at);
create index users_by_tier_month on platform.users
  (tier, platform.month_of(created_at), last_active_at, created_at, id, status, role, payment_failing, training_failing);

create index users_by_status_created on platform.users
  (status, created_at, id, tier, role, payment_failing, training_failing, last_active_at) where status <> 'active';
create index users_by_status_active on platform.users
  (status, last_active_at, id, tier, role, payment_failing, training_failing, created_at) where status <> 'active';
create index users_by_status_name on platform.users
  (status, name_key, id, tier, role, payment_failing, training_failing, created_at, last_active_at) where status <> 'active';
create index users_by_status_email on platform.users
  (status, email_key, id, tier, role, payment_failing, training_failing, created_at, last_active_at) where status <> 'active';

create index users_by_role_created on platform.users
  (role, created_at, id, status, tier, payment_failing, training_failing, last_active_at) where role <> 'member';
create index users_by_role_active on platform.users
  (role, last_active_at, id, status, tier, payment_failing, training_failing, created_at) where role <> 'member';
create index users_by_role_name on platform.users
  (role, name_key, id, status, tier, payment_failing, training_failing, created_at, last_active_at) where role <> 'member';
create index users_by_role_email on platform.users
  (role, email_key, id, status, tier, payment_failing, training_failing, created_at, last_active_at) where role <> 'member';

create index users_owing_by_created on platform.users
  (created_at, id, status, tier, role, training_failing, last_active_at) where payment_failing;
create index users_owing_by_active on platform.users
  (last_active_at, id, status, tier, role, training_failing, created_at) where payment_failing;
create index users_owing_by_name on platform.users
  (name_key, id, status, tier, role, training_failing, created_at, last_active_at) where payment_failing;
create index users_owing_by_email on platform.users
  (email_key, id, status, tier, role, training_failing, created_at, last_active_at) where payment_failing;

-- Few enough to be sorted.
create index users_training_failing on platform.users
  (created_at, id, status, tier, role, payment_failing, last_active_at) where training_failing;

-- Search: three letters or more anywhere in a name or an address.
create index users_email_trigrams on platform.users using gin (email_key public.gin_trgm_ops);
create index users_name_trigrams on platform.users using gin (name_key public.gin_trgm_ops);

-- The filters are not independent (a failing payment is a payer's), and the planner should know.
create statistics platform.users_filters (ndistinct, dependencies, mcv)
  on tier, status, role, payment_failing, training_failing from platform.users;
