//! Exports: asked for, made from one moment, checked, put in their place, and taken along only by who asked.
mod ask;
mod crash;
mod limits;
mod lists;
mod make;
mod readers;
mod schedules;
mod stop;
mod store;

use crate::support::{Answer, Browser, Filled, Studio};
use ring::digest::{SHA256, digest};

/// A notification that is in three inboxes of four, and a letter that was refused.
pub const DELIVERIES: &str = "
  with n as (insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, started_at, finished_at)
      values (gen_random_uuid(), 'system', 'info', 'Hello', 'Hello.', 'Hello.', '<p>Hello.</p>', '{in_app,email}', '{}', '{\"when\": \"now\"}', 'cancelled',
        now(), now()) returning id),
    p as (insert into backlot.notification_progress (notification_id, inbox_to) select id, '0192f000-0000-7000-8000-00000000000c' from n)
  insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, reason)
    select n.id, 'in_app', u.id, gen_random_uuid(), 'settled', null from n, (select id from platform.users order by id limit 4) u
    union all select n.id, 'email', u.id, gen_random_uuid(), 'failed', 'the mail server answered 550' from n, (select id from platform.users limit 1) u";

/// The form of a new export, with a reason.
pub async fn form(browser: &mut Browser, query: &str) -> Filled {
    let page = browser.get(&format!("/admin/exports/new?{query}")).await.must(200);
    page.form("/admin/exports/new").with("reason", "for the auditors")
}

/// Asks for an export and says where its page is.
pub async fn asked(browser: &mut Browser, form: &Filled) -> String {
    browser.submit(form).await.must(303).location().to_owned()
}

/// Asks for an export, makes it, and gives its page.
pub async fn made(studio: &Studio, browser: &mut Browser, form: &Filled) -> (String, Answer) {
    let place = asked(browser, form).await;
    studio.run_jobs().await;
    let page = browser.get(&place).await.must(200);
    assert_eq!(page.one("#badges"), "Ready", "{page:?}");
    (place, page)
}

/// Asks for an export, makes it, and takes the file along.
pub async fn file(studio: &Studio, browser: &mut Browser, form: &Filled) -> Vec<u8> {
    let (place, page) = made(studio, browser, form).await;
    let file = browser.file(&format!("{place}/download")).await;
    assert_eq!(page.one("#file .id code"), hex(digest(&SHA256, &file).as_ref()), "the page tells the file's hash");
    file
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
