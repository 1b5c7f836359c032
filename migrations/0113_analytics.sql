-- Events as the analytics page lists them: the newest, and those that the collector has not taken.
create index outbox_events_by_time on backlot.outbox_events (created_at, id) include (name, delivered_at);
create index outbox_events_waiting on backlot.outbox_events (created_at, id) where delivered_at is null and last_error is null;
create index outbox_events_held_back on backlot.outbox_events (created_at, id) where delivered_at is null and last_error is not null;
