//! Notifications and letters for a browser to look at.
use super::browser::Browser;

/// A notification that is written, one that waits for approval, and one that was sent.
pub async fn write(browser: &Browser) {
    let text = "with n as (
        insert into backlot.notifications (id, kind, severity, title, message, plain, html, link_label, link_url, channels, audience, plan,
          state, created_by, next_at, started_at, finished_at)
        select gen_random_uuid(), 'feature', 'success', 'Longer clips, ' || s.state,
          E'Clips can be **twelve seconds** long.\n\n- on every tier\n- from today\n\n[Prices](https://studio.example/prices)', 'Clips', '<p>Clips</p>',
          'See them', 'https://studio.example/clips', '{in_app,email}', '{\"tiers\": [\"pro\"], \"active_days\": 30}', '{\"when\": \"now\"}',
          s.state, (select id from backlot.admins where email = 'olga@backlot.example'), now() + interval '1 day', now(),
          case when s.state = 'sent' then now() end
        from (values ('draft'), ('proposed'), ('sent')) s (state) returning id, state),
      p as (insert into backlot.notification_progress (notification_id, frozen_at, people, inbox_planned, inbox_sent, mail_planned, mail_sent,
          mail_failed, no_consent, deleted)
        select id, now(), 3, 3, 3, 3, 2, 1, 12, 4 from n),
      d as (insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, reason, detail, at, attempts)
        select n.id, 'email', u.id, gen_random_uuid(), case when u.no = 1 then 'failed' else 'sent' end,
          case when u.no = 1 then 'the mail server answered 550' end, case when u.no = 1 then 'the mail server answered 550: no such mailbox' end, now(), 1
        from n, (select id, row_number() over () as no from platform.users limit 3) u where n.state = 'sent')
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
