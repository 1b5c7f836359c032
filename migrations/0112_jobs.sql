-- Somebody may look at a dead job and leave it at that.
create or replace function backlot.jobs_guard_edges() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    if old.finished_at is null then
      raise exception 'a job that is % cannot be deleted', old.state using errcode = '23514', constraint = 'jobs_edges';
    end if;
    return old;
  end if;
  if (old.state, new.state) not in (
    ('waiting', 'running'), ('waiting', 'cancelled'),
    ('running', 'done'), ('running', 'waiting'), ('running', 'dead'),
    ('dead', 'waiting'), ('dead', 'cancelled')
  ) then
    raise exception 'a job cannot go from % to %', old.state, new.state using errcode = '23514', constraint = 'jobs_edges';
  end if;
  return new;
end $$;
