-- The flags that triggers keep from now on, then keys, indexes and triggers back in place.
update platform.users u set payment_failing = true
from (select distinct on (user_id) user_id, status from platform.payments where status <> 'pending' order by user_id, created_at desc, id desc) p
where p.user_id = u.id and p.status = 'failed';
update platform.users u set training_failing = true
from (select distinct on (user_id) user_id, status from platform.lora_models where deleted_at is null order by user_id, updated_at desc, id desc) m
where m.user_id = u.id and m.status = 'failed';

do $$
declare
  o record;
begin
  for o in select * from demo.set_aside where kind in ('p', 'u') order by name loop
    execute format('alter table %s add constraint %I %s', o.table_name, o.name, o.def);
  end loop;
  for o in select * from demo.set_aside where kind = 'i' order by name loop
    execute o.def;
  end loop;
  for o in select * from demo.set_aside where kind = 'f' order by name loop
    execute format('alter table %s add constraint %I %s', o.table_name, o.name, o.def);
  end loop;
  for o in select distinct table_name from demo.set_aside where table_name like 'platform.%' order by 1 loop
    execute format('alter table %s enable trigger user', o.table_name);
  end loop;
end $$;
drop schema demo cascade;
-- What was captured before, as the ledger's opening.
select backlot.open_ledger();
