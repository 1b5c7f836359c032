//! Notifications of years: many of them, and one that went to everybody.
use crate::support::Studio;

/// Also: what users want, whom lists name, who agreed, who has read.
pub const NOTIFICATIONS: &str = "
insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, created_by, created_at, started_at,
    finished_at, next_at, held_why)
  select gen_random_uuid(), (array['system', 'maintenance', 'feature', 'promotional'])[1 + n % 4], 'info', 'Nr. ' || n, 'Hello.', 'Hello.', '<p>Hello.</p>',
    '{in_app,email}', case n when 1 then '{}' when 2 then '{\"tiers\": [\"pro\", \"free\"], \"active_days\": 30}'
      when 3 then '{\"narrowed\": \"role=creator&failed_payment=yes\", \"zone\": \"UTC\"}'
      when 4 then '{\"named\": {\"people\": 300, \"hash\": \"x\", \"text\": \"\", \"unknown\": [], \"unknown_count\": 0}}' else '{}' end::jsonb,
    '{\"when\": \"now\"}', s.state, (select id from backlot.admins order by id offset n % 5 limit 1), now() - n * interval '5 hours', now() - n * interval '5 hours',
    case when s.state in ('sent', 'cancelled') then now() - n * interval '4 hours' end, case when s.state in ('proposed', 'scheduled') then now() + n * interval '1 day' end,
    case when s.state = 'held' then 'too late' end
  from generate_series(1, 3000) n,
    lateral (select case when n < 5 then 'draft' when n = 6 then 'proposed' when n % 50 = 0 then 'held' when n % 9 = 0 then 'cancelled'
      when n % 13 = 0 then 'draft' when n % 17 = 0 then 'scheduled' else 'sent' end as state) s;
insert into backlot.notification_progress (notification_id, frozen_to, frozen_at, inbox_to, inbox_at, people)
  select id, case when state = 'sent' then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid end, case when state = 'sent' then now() end,
    case when state = 'sent' then '90000000-0000-0000-0000-000000000000'::uuid end, case when state = 'sent' then now() end, 100 from backlot.notifications;
insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, reason, detail, at)
  select n.id, c.channel, u.id, gen_random_uuid(), case when c.channel = 'in_app' then 'settled' when u.no % 97 = 0 then 'failed' when u.no % 101 = 0 then 'skipped' else 'sent' end,
    case when c.channel = 'email' and u.no % 97 = 0 then 'the mail server answered 550' end, null, now()
  from (select id from backlot.notifications where title = 'Nr. 5') n, (values ('in_app'), ('email')) c (channel),
    (select id, row_number() over () as no from platform.users) u;
insert into backlot.notification_people (notification_id, user_id)
  select (select id from backlot.notifications where title = 'Nr. 4'), u.id from platform.users u order by u.id limit 300;
insert into backlot.notification_people (notification_id, user_id)
  select (select id from backlot.notifications where title = 'Nr. 7'), u.id from platform.users u order by u.id limit 2000;
insert into backlot.notification_approvals (id, notification_id, hash, people, proposed_by, expires_at, decision, decided_by, decided_at)
  select gen_random_uuid(), n.id, sha256('x'), 2000, n.created_by, now() + interval '1 day', case when n.state <> 'proposed' then 'declined' end,
    case when n.state <> 'proposed' then n.created_by end, case when n.state <> 'proposed' then now() end from backlot.notifications n;
insert into backlot.notification_reads (notification_id, shard, seen, read)
  select id, s, 10, 5 from backlot.notifications, generate_series(0, 15) s;
insert into platform.notification_preferences (user_id, category, email)
  select u.id, 'promotional', false from platform.users u order by u.id limit 3000";

/// Every page about one that there is a page for.
pub async fn pages(studio: &Studio) -> Vec<String> {
    let mut all = Vec::new();
    let about: [(u32, &[&str]); 6] = [
        (1, &["", "/edit", "/send", "/cancel", "/deliveries"]),
        (2, &["/send", "/edit"]),
        (3, &["/send", "/edit"]),
        (4, &["/send", "/edit"]),
        (6, &["", "/approve"]),
        (
            5,
            &[
                "",
                "/progress",
                "/deliveries",
                "/deliveries?channel=in_app&state=sent",
                "/deliveries?channel=in_app&state=queued",
                "/deliveries?channel=email",
                "/deliveries?channel=email&state=sent",
                "/deliveries?channel=email&state=failed",
                "/deliveries?channel=email&state=skipped",
            ],
        ),
    ];
    for (number, pages) in about {
        let id = studio.text(&format!("select id::text from backlot.notifications where title = 'Nr. {number}'")).await;
        all.extend(pages.iter().map(|page| format!("/admin/notifications/{id}{page}")));
    }
    all
}
