-- Analytics events, written with the change they tell of and sent afterwards.
create table backlot.outbox_events (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  properties jsonb not null default '{}' check (jsonb_typeof(properties) = 'object'),
  admin_id uuid,
  audit_id uuid not null,
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  attempts int not null default 0 check (attempts >= 0),
  next_at timestamptz not null default now(),
  last_error text
) with (fillfactor = 80);
comment on column backlot.outbox_events.id is 'Sent along as the event''s own id, so that a second delivery can be told from a second event.';
comment on column backlot.outbox_events.next_at is 'Not sent before: while one server is sending it, and for a while after it could not be sent.';

create index outbox_events_to_send on backlot.outbox_events (created_at, id) where delivered_at is null;
create index outbox_events_by_name on backlot.outbox_events (name, created_at desc, id desc);
create index outbox_events_by_audit on backlot.outbox_events (audit_id);
create index outbox_events_by_delivery on backlot.outbox_events (delivered_at) where delivered_at is not null;

grant select on backlot.outbox_events to backlot_app, backlot_reader;
grant insert (id, name, properties, admin_id, audit_id) on backlot.outbox_events to backlot_app;
grant update (delivered_at, attempts, next_at, last_error) on backlot.outbox_events to backlot_app;
