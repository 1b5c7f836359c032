//! Notifications and letters for a browser to look at.
use super::browser::Browser;

/// Its pages.
pub const PAGES: [(&str, &str); 9] = [
    ("/admin/notifications", "/admin/notifications"),
    ("/admin/notifications/new", "/admin/notifications/new"),
    ("/admin/notifications/{id}", "/admin/notifications/{sent}"),
    ("/admin/notifications/{id}/progress", "/admin/notifications/{sent}/progress"),
    ("/admin/notifications/{id}/deliveries", "/admin/notifications/{sent}/deliveries"),
    ("/admin/notifications/{id}/edit", "/admin/notifications/{draft}/edit"),
    ("/admin/notifications/{id}/send", "/admin/notifications/{draft}/send"),
    ("/admin/notifications/{id}/cancel", "/admin/notifications/{draft}/cancel"),
    ("/admin/notifications/{id}/approve", "/admin/notifications/{proposed}/approve"),
];

/// A notification that is written, one that waits for approval, one that was sent, and one that stands still.
pub async fn write(browser: &Browser) {
    let text = "with n as (
        insert into backlot.notifications (id, kind, severity, title, message, plain, html, link_label, link_url, channels, audience, plan,
          state, created_by, next_at, started_at, finished_at)
        select gen_random_uuid(), 'feature', 'success', 'Longer clips, ' || s.state,
          E'Clips can be **twelve seconds** long.\n\n- on every tier\n- from today\n\n[Prices](https://studio.example/prices)', 'Clips', '<p>Clips</p>',
          'See them', 'https://studio.example/clips', '{in_app,email}', '{\"tiers\": [\"pro\"], \"active_days\": 30}', '{\"when\": \"now\"}',
          s.state, (select id from backlot.admins where email = 'olga@backlot.example'), now() + interval '1 day', now(),
          case when s.state = 'sent' then now() end
        from (values ('draft'), ('proposed'), ('sent'), ('sending')) s (state) returning id, state),
      p as (insert into backlot.notification_progress (notification_id, frozen_at, inbox_at, people, inbox_planned, inbox_sent, mail_planned, mail_sent,
          mail_failed, mail_again, no_consent, deleted, worked_at)
        select id, now(), now(), 3, 3, 3, 3, case when state = 'sending' then 0 else 1 end, case when state = 'sending' then 0 else 2 end,
          case when state = 'sending' then 0 else 1 end, 12, 4, now() - interval '12 minutes' from n),
      d as (insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, again, reason, detail, at, due_at, attempts)
        select n.id, 'email', u.id, gen_random_uuid(), w.state, w.again, w.reason, w.reason || w.detail, case when n.state = 'sent' then now() end,
          case when n.state = 'sending' then now() + interval '1 hour' end, w.attempts
        from n, (select id, row_number() over () as no from platform.users limit 3) u,
          (values ('sent', 1, 'failed', false, 'the mail server answered 550', ': no such mailbox', 1),
            ('sent', 2, 'failed', true, 'the mail server answered 451', ': come again later', 8), ('sent', 3, 'sent', false, null, null, 1),
            ('sending', 1, 'queued', false, 'the mail server answered 451', ': come again later', 7),
            ('sending', 2, 'queued', false, 'the mail server answered 451', ': come again later', 7),
            ('sending', 3, 'queued', false, 'the mail server answered 451', ': come again later', 7))
            w (of, no, state, again, reason, detail, attempts)
        where w.of = n.state and w.no = u.no)
      insert into backlot.notification_approvals (id, notification_id, hash, people, proposed_by, expires_at)
        select gen_random_uuid(), id, sha256('x'), 12431, (select id from backlot.admins where email = 'olga@backlot.example'), now() + interval '1 day'
        from n where state = 'proposed'";
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
}

/// A letter with a link of ours.
pub async fn deliver(browser: &Browser) {
    let text = "insert into backlot.mailbox (id, to_address, subject, body)
                values (gen_random_uuid(), 'new@backlot.example', 'You are invited', $1)";
    let body = format!("Welcome.\n\n{}/welcome/token\n", browser.studio.url());
    sqlx::query(text).bind(body).execute(&mut browser.studio.database().await).await.unwrap();
}
