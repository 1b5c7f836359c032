-- What the staff wrote down about a user. Notes are added, never changed: a correction is another note.
create table backlot.user_notes (
  id uuid primary key,
  user_id uuid not null,
  admin_id uuid not null references backlot.admins,
  body text not null check (length(body) between 1 and 5000),
  created_at timestamptz not null default now()
);
create index user_notes_by_user on backlot.user_notes (user_id, created_at desc, id desc);
grant select, insert on backlot.user_notes to backlot_app;
grant select on backlot.user_notes to backlot_reader;
