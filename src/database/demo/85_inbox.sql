-- What users were told, and where they are signed in.
create table demo.news (i int, kind text, severity text, title text, body text);
insert into demo.news values
  (0, 'announcement', 'info', 'Longer clips', 'Clips can now be 12 seconds long on every paid tier.'), (1, 'tip', 'info', 'Better hands', 'Add "hands visible" and train with at least three pictures that show them.'),
  (2, 'training', 'success', 'Your LoRA model is ready', 'Use its trigger word in any prompt.'), (3, 'training', 'warning', 'A training failed', 'Open the model to see why; a retry costs nothing when the fault was ours.'),
  (4, 'billing', 'success', 'Payment received', 'Thank you. Your credits were added.'), (5, 'billing', 'critical', 'Payment failed', 'Please check your card; you keep access for 14 days.'),
  (6, 'maintenance', 'warning', 'Maintenance on Sunday', 'Generation pauses from 02:00 to 02:30 UTC.'), (7, 'security', 'critical', 'New sign-in', 'Your account was used on a new device. If that was not you, change your password.'),
  (8, 'announcement', 'info', 'New look of the editor', 'Same place, calmer colours.'), (9, 'tip', 'info', 'Credits', 'Draft pictures cost 1 credit, HQ pictures 3.');

insert into platform.notifications (id, user_id, kind, title, body, severity, created_at, seen_at, read_at, archived_at)
select demo.id(m.at, m.k, 200), m.user_id, w.kind, w.title, w.body, w.severity, m.at, m.seen, m.opened, case when m.opened is not null and demo.u(m.k, 201) < 0.4 then m.opened + interval '1 hour' * demo.u(m.k, 202) end
from (
  select r.*, case when r.seen is not null and demo.u(r.k, 203) < 0.6 then r.seen + interval '2 minutes' * demo.u(r.k, 204) end as opened from (
    select p.n * 100 + no as k, p.id as user_id, a.at, case when a.at < p.last_active_at then demo.between_times(a.at, p.last_active_at, demo.u(p.n * 100 + no, 205) * 0.2) end as seen
    from demo.person p
    cross join lateral generate_series(1, case when not p.plain and p.n <> 10 then 0 when p.n = 10 then 40 when p.heavy then (demo.h(p.n, 206) % 7)::int else (demo.u(p.n, 206) < 0.25)::int end) no
    cross join lateral (select demo.between_times(p.created_at, demo.clock(), power(demo.u(p.n * 100 + no, 207), 0.6)) as at) a
  ) r
) m join demo.news w on w.i = demo.h(m.k, 208) % 10;

insert into platform.user_sessions (id, user_id, device, ip, created_at, last_seen_at, token_hash)
select demo.id(t.at, t.k, 210), t.user_id,
  demo.pick(array['Firefox on Linux', 'Chrome on Windows', 'Chrome on Android', 'Safari on iPhone', 'Safari on macOS', 'Edge on Windows', 'Samsung Internet on Android'], demo.h(t.k, 211)),
  case when demo.u(t.k, 212) < 0.1 then '2001:db8::'::inet + (demo.h(t.k, 213) % 1099511627776) else demo.pick('{192.0.2.0,198.51.100.0,203.0.113.0}', demo.h(t.k, 214))::inet + (demo.h(t.k, 213) % 256) end,
  t.at, case when t.no = 1 then t.last_active_at else demo.between_times(t.at, t.last_active_at, demo.u(t.k, 215)) end, sha256(int8send(demo.h(t.k, 216)))
from (
  select p.n * 10 + no as k, no, p.id as user_id, p.last_active_at, demo.between_times(greatest(p.created_at, p.last_active_at - interval '25 days'), p.last_active_at, demo.u(p.n * 10 + no, 217)) as at
  from demo.person p
  cross join lateral generate_series(1, case when p.status <> 'active' or p.n = 11 then 0 when p.heavy and p.last_active_at > demo.clock() - interval '30 days' then 1 + (demo.h(p.n, 218) % 3)::int
    when p.last_active_at > demo.clock() - interval '8 days' then 1 else 0 end) no
) t;
