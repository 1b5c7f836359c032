-- The ground for the demo data: its clock, its dice, and the platform's tables stripped for a quick load.
-- Everything is drawn from row numbers, never from chance: the same number of users and the same
-- `backlot.demo_now` make the same rows.
set local client_min_messages = warning;
set local synchronous_commit = off;
set local work_mem = '128MB';
set local maintenance_work_mem = '256MB';
set local jit = off;
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;

do $$ begin
  if exists (select from platform.users) then
    raise exception 'the platform already has users: demo data is only for an empty one' using errcode = '55000';
  end if;
  if coalesce(nullif(current_setting('backlot.demo_users', true), '')::int, 0) not between 50 and 5000000 then
    raise exception 'backlot.demo_users must be between 50 and 5000000' using errcode = '22023';
  end if;
end $$;

create schema demo;

-- The moment that everything happened before; a constant, so that the planner folds it away.
do $do$ begin
  execute format('create function demo.clock() returns timestamptz language sql immutable as $f$ select %L::timestamptz $f$',
    coalesce(nullif(current_setting('backlot.demo_now', true), '')::timestamptz, date_trunc('minute', now())));
  execute format('create function demo.people() returns bigint language sql immutable as ''select %s::bigint''',
    current_setting('backlot.demo_users'));
end $do$;

-- A die for row n: `salt` names the question, so that answers are independent of each other.
create function demo.h(n bigint, salt int) returns bigint language sql immutable as
  'select hashint8extended(n, salt) & 9223372036854775807';
create function demo.u(n bigint, salt int) returns float8 language sql immutable as
  'select (hashint8extended(n, salt) & 4294967295)::float8 / 4294967296.0';
create function demo.pick(words text[], die bigint) returns text language sql immutable as
  'select words[1 + (die % cardinality(words))::int]';
-- Stable, not immutable, where time is reckoned with: only then the planner writes them into the query itself.
-- A UUID v7: the millisecond, then 74 bits from the row's number.
create function demo.id(at timestamptz, n bigint, salt int) returns uuid language sql stable as $$
  select (lpad(to_hex(trunc(date_part('epoch', at) * 1000)::bigint), 12, '0')
    || lpad(to_hex(28672 | ((hashint8extended(n, salt) >> 50) & 4095)), 4, '0')
    || to_hex(32768 | ((hashint8extended(n, salt) >> 36) & 16383))
    || lpad(to_hex(hashint8extended(n, salt + 100000) & 281474976710655), 12, '0'))::uuid
$$;
-- A moment between two others; never outside of them.
create function demo.between_times(a timestamptz, b timestamptz, share float8) returns timestamptz language sql stable as
  'select a + greatest(b - a, interval ''0'') * share';

-- Indexes, keys and triggers are remembered, dropped, and put back after the load: many times quicker than keeping them.
create table demo.set_aside as
select c.contype::text as kind, format('%I.%I', n.nspname, t.relname) as table_name, c.conname::text as name, pg_get_constraintdef(c.oid) as def
from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = 'platform' and c.contype in ('p', 'u')
  or c.contype = 'f' and 'platform' in (n.nspname, (select k.relnamespace::regnamespace::text from pg_class k where k.oid = c.confrelid))
union all
select 'i', format('%I.%I', i.schemaname, i.tablename), i.indexname::text, i.indexdef
from pg_indexes i where i.schemaname = 'platform'
  and not exists (select from pg_constraint c where c.conindid = format('%I.%I', i.schemaname, i.indexname)::regclass and c.contype in ('p', 'u'));

do $$
declare
  o record;
begin
  for o in select distinct table_name from demo.set_aside where table_name like 'platform.%' loop
    execute format('alter table %s disable trigger user', o.table_name);
  end loop;
  for o in select * from demo.set_aside where kind = 'f' loop
    execute format('alter table %s drop constraint %I', o.table_name, o.name);
  end loop;
  for o in select * from demo.set_aside where kind in ('p', 'u') loop
    execute format('alter table %s drop constraint %I', o.table_name, o.name);
  end loop;
  for o in select * from demo.set_aside where kind = 'i' loop
    execute format('drop index platform.%I', o.name);
  end loop;
end $$;
