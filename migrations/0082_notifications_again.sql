-- Letters that have failed, but not for good, can be sent again once a notification is sent.
alter table backlot.notification_deliveries add column again boolean not null default false,
  add constraint notification_deliveries_again check (not again or state = 'failed');
comment on column backlot.notification_deliveries.again is 'Failed for a reason that may be gone by now: the mail server was busy, or was not heard.';
create index notification_deliveries_again on backlot.notification_deliveries (notification_id, at) where again;

alter table backlot.notification_progress add column mail_again bigint not null default 0 check (mail_again between 0 and mail_failed),
  add column again_at timestamptz;
comment on column backlot.notification_progress.mail_again is 'How many of mail_failed may be sent again.';
comment on column backlot.notification_progress.again_at is 'When somebody asked for that: what failed before is put back, batch by batch.';

create or replace function backlot.notifications_guard_edges() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.state, new.state) not in (
    ('draft', 'proposed'), ('draft', 'scheduled'), ('draft', 'sending'), ('draft', 'cancelled'),
    ('proposed', 'draft'), ('proposed', 'scheduled'), ('proposed', 'sending'), ('proposed', 'cancelled'),
    ('scheduled', 'draft'), ('scheduled', 'sending'), ('scheduled', 'held'), ('scheduled', 'paused'), ('scheduled', 'cancelled'),
    ('sending', 'paused'), ('sending', 'held'), ('sending', 'sent'), ('sending', 'cancelled'),
    ('paused', 'sending'), ('paused', 'scheduled'), ('paused', 'cancelled'),
    ('held', 'draft'), ('held', 'proposed'), ('held', 'scheduled'), ('held', 'sending'), ('held', 'cancelled'),
    ('sent', 'sending')
  ) then
    raise exception 'a notification cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'notifications_edges';
  end if;
  return new;
end $$;
