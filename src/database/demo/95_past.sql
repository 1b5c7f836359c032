-- What the staff did before today: maintenance, some of it planned, some of it sudden. Reckoned back from today's midnight, so that a
-- day always shows the same. Whoever has windows of their own keeps only those.
insert into backlot.maintenance_windows (id, state, message, starts_at, ends_at, started_at, ended_at, created_by, created_at, ended_by, ended_why, version)
select p.id::uuid, case when p.ran is null then 'cancelled' else 'ended' end, p.message, d.at + p.starts, d.at + p.ends,
  case when p.ran is not null then d.at + p.starts + p.began end,
  case when p.ran is not null then d.at + p.starts + p.began + p.ran else d.at + p.starts - interval '20 hours' end,
  a.id, d.at + p.starts - p.ahead, e.id, p.why, 3
from (select date_trunc('day', now(), 'UTC') as at) d,
  (values
    ('0190f0a2-5c00-7000-8000-00000000d001', '-96 days 2 hours'::interval, '-96 days 4 hours'::interval, '5 days'::interval, '2 seconds'::interval,
      '2 hours'::interval, 'on_time', 'maya', null,
      'We move to larger machines tonight. You can look at everything; new generations start again at four.'),
    ('0190f0a2-5c00-7000-8000-00000000d002', '-71 days 14:12', null, '0', '0', '38 minutes', 'by_hand', 'olga', 'olga',
      'Our image models do not answer. We are on it; what you started is safe and goes on afterwards.'),
    ('0190f0a2-5c00-7000-8000-00000000d003', '-55 days 3 hours', '-55 days 4 hours', '3 days', '1 second', '41 minutes', 'by_hand', 'olga', 'maya',
      'A new version of the editor comes tonight.'),
    ('0190f0a2-5c00-7000-8000-00000000d004', '-33 days 2 hours', '-33 days 5 hours', '6 days', '0', null, 'by_hand', 'maya', 'olga',
      'We change how payments are taken.'),
    ('0190f0a2-5c00-7000-8000-00000000d005', '-26 days 2 hours', '-26 days 5 hours', '4 days', '2 seconds', '3 hours', 'on_time', 'maya', null,
      'We change how payments are taken. Nothing is charged meanwhile.'),
    ('0190f0a2-5c00-7000-8000-00000000d006', '-9 days 9:47', '-9 days 11:00', '0', '0', '52 minutes', 'by_hand', 'olga', 'olga',
      'The store for pictures is full and grows at the moment. Back by eleven (UTC).')
  ) as p (id, starts, ends, ahead, began, ran, why, by, ended_by, message)
  join backlot.admins a on a.email = p.by || '@backlot.example' left join backlot.admins e on e.email = p.ended_by || '@backlot.example'
where not exists (select from backlot.maintenance_windows);
