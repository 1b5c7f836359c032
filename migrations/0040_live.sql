-- What every server holds in memory and follows at once: which version of each topic is the newest, and which servers have it.
create sequence backlot.live_version;
create table backlot.live_topics (
  topic text primary key check (topic in ('flags', 'settings', 'maintenance')),
  version bigint not null default nextval('backlot.live_version'),
  changed_at timestamptz not null default clock_timestamp()
);
insert into backlot.live_topics (topic) values ('flags'), ('settings'), ('maintenance');
comment on column backlot.live_topics.version is 'One sequence for all topics: of two versions the greater is the later.';
grant select, update (version, changed_at) on backlot.live_topics to backlot_app;
grant select on backlot.live_topics to backlot_reader;
grant usage on sequence backlot.live_version to backlot_app;

-- Whatever changes a topic's rows makes a new version of it and says so when the transaction commits.
create function backlot.live_changed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update backlot.live_topics set version = nextval('backlot.live_version'), changed_at = clock_timestamp() where topic = tg_argv[0];
  perform pg_notify('backlot_live', tg_argv[0]);
  return null;
end $$;

-- The servers that run, and how quickly each learnt of the newest version.
create table backlot.instances (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  program text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
create index instances_by_sight on backlot.instances (seen_at);
create table backlot.instance_topics (
  instance_id uuid not null references backlot.instances on delete cascade,
  topic text not null references backlot.live_topics,
  version bigint not null,
  took_ms real,
  primary key (instance_id, topic)
);
comment on column backlot.instance_topics.took_ms is 'From the change to this server having it, by the database''s clock; null: it started later.';
grant select, insert, update, delete on backlot.instances, backlot.instance_topics to backlot_app;
grant select on backlot.instances, backlot.instance_topics to backlot_reader;
