-- When the platform is, was or will be in maintenance.
create table backlot.maintenance_windows (
  id uuid primary key,
  state text not null check (state in ('planned', 'active', 'ended', 'cancelled')),
  message text not null check (length(message) between 1 and 1000),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at > starts_at),
  started_at timestamptz,
  ended_at timestamptz,
  created_by uuid references backlot.admins,
  created_at timestamptz not null default now(),
  ended_by uuid references backlot.admins,
  ended_why text check (ended_why in ('by_hand', 'on_time', 'missed', 'overtaken')),
  version int not null default 1,
  constraint maintenance_windows_started check ((state in ('active', 'ended')) = (started_at is not null)),
  constraint maintenance_windows_ended check ((state in ('ended', 'cancelled')) = (ended_at is not null)),
  constraint maintenance_windows_why check ((ended_why is not null) = (ended_at is not null)),
  constraint maintenance_windows_planned check (state <> 'planned' or ends_at is not null),
  constraint maintenance_windows_apart exclude using gist (tstzrange(starts_at, ends_at) with &&)
    where (state in ('planned', 'active') and ends_at is not null)
);
create unique index maintenance_windows_one_active on backlot.maintenance_windows ((true)) where state = 'active';
create index maintenance_windows_by_start on backlot.maintenance_windows (starts_at desc, id desc);
create index maintenance_windows_to_come on backlot.maintenance_windows (starts_at) where state in ('planned', 'active');
comment on column backlot.maintenance_windows.ends_at is 'When it is to end; nothing: until somebody ends it.';
comment on column backlot.maintenance_windows.ended_by is 'Who ended or cancelled it; nothing: it came by itself.';
comment on column backlot.maintenance_windows.ended_why is
  'missed: nothing was running when it was to begin, until its end had passed; overtaken: maintenance was on already when it was to begin.';

grant select, insert, update (state, message, starts_at, ends_at, started_at, ended_at, ended_by, ended_why, version)
  on backlot.maintenance_windows to backlot_app;
grant select on backlot.maintenance_windows to backlot_reader;

create trigger maintenance_windows_live after insert or update on backlot.maintenance_windows
  for each statement execute function backlot.live_changed('maintenance');
