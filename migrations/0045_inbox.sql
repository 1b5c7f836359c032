-- What the outside has told us: each message once, however often it is delivered.
create table backlot.inbox (
  source text not null check (length(source) between 1 and 40),
  message text not null check (length(message) between 1 and 200),
  received_at timestamptz not null default now(),
  primary key (source, message)
);
create index inbox_over on backlot.inbox (received_at);
grant select, insert, delete on backlot.inbox to backlot_app;
grant select on backlot.inbox to backlot_reader;
