-- What stands in the schema of the platform, and what Backlot's roles may do there, as one piece of JSON.
with roles as (
  select oid, rolname::text as name from pg_catalog.pg_roles where rolname in ('backlot_app', 'backlot_reader', 'backlot_viewer')),
relations as (
  select c.oid, c.relname::text as name, c.relrowsecurity as row_security, pg_catalog.pg_relation_is_updatable(c.oid, true) as writable,
    case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view' else 'foreign table' end as kind
  from pg_catalog.pg_class c where c.relnamespace = pg_catalog.to_regnamespace('platform') and c.relkind in ('r', 'p', 'v', 'm', 'f')),
columns as (
  select a.attrelid, a.attnum, a.attname::text as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null
  from pg_catalog.pg_attribute a join relations r on r.oid = a.attrelid where a.attnum > 0 and not a.attisdropped),
rights as (
  select r.oid, o.name as role, w.word as privilege, coalesce((
      select jsonb_agg(c.name order by c.name) from columns c where c.attrelid = r.oid and pg_catalog.has_column_privilege(o.oid, r.oid, c.attnum, w.word)), '[]') as columns
  from relations r, roles o, (values ('select'), ('insert'), ('update')) w (word)
  union all
  select r.oid, o.name, 'delete', case when pg_catalog.has_table_privilege(o.oid, r.oid, 'delete') then '["*"]'::jsonb else '[]' end
  from relations r, roles o)
select jsonb_build_object(
  'relations', coalesce((select jsonb_agg(jsonb_build_object(
    'name', r.name, 'kind', r.kind, 'row_security', r.row_security, 'writable', r.writable,
    'columns', (select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'type', c.type, 'not_null', c.not_null) order by c.name), '[]')
      from columns c where c.attrelid = r.oid),
    'rights', (select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'privilege', g.privilege, 'columns', g.columns) order by g.role, g.privilege), '[]')
      from rights g where g.oid = r.oid and g.columns <> '[]'),
    'indexes', (select coalesce(jsonb_agg(i.def order by i.def), '[]') from (
      select regexp_replace(pg_catalog.pg_get_indexdef(x.indexrelid), ' INDEX \S+ ON ', ' INDEX ON ') as def from pg_catalog.pg_index x
      where x.indrelid = r.oid and x.indisvalid) i),
    'constraints', (select coalesce(jsonb_agg(d.def order by d.def), '[]') from (
      select pg_catalog.pg_get_constraintdef(k.oid) as def from pg_catalog.pg_constraint k where k.conrelid = r.oid and k.contype in ('c', 'f')) d),
    'triggers', (select coalesce(jsonb_agg(t.def order by t.def), '[]') from (
      select regexp_replace(pg_catalog.pg_get_triggerdef(t.oid), '^CREATE TRIGGER \S+ ', '') as def from pg_catalog.pg_trigger t
      where t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled <> 'D') t),
    'policies', (select coalesce(jsonb_agg(p.def order by p.def), '[]') from (
      select format('%s for %s to %s using (%s)', case when p.polpermissive then 'permit' else 'restrict' end, p.polcmd,
        (select string_agg(o.rolname::text, ', ' order by o.rolname) from pg_catalog.pg_roles o where o.oid = any (p.polroles)),
        pg_catalog.pg_get_expr(p.polqual, p.polrelid)) as def
      from pg_catalog.pg_policy p where p.polrelid = r.oid) p)
  ) order by r.name) from relations r), '[]'),
  'functions', coalesce((select jsonb_agg(jsonb_build_object(
    'name', p.oid::regprocedure::text,
    'roles', (select coalesce(jsonb_agg(o.name order by o.name), '[]') from roles o where pg_catalog.has_function_privilege(o.oid, p.oid, 'execute'))
  ) order by p.oid::regprocedure::text) from pg_catalog.pg_proc p
    where p.pronamespace = pg_catalog.to_regnamespace('platform') and p.prorettype <> 'trigger'::regtype), '[]'))
