//! Forms about notifications: each with one that it can be about.
use crate::support::{Browser, Filled, Studio};

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

const PAGE: &str = "/admin/notifications";

/// How the forms are filled; the addresses are those of [`from_its_page`].
pub fn deeds() -> Vec<Deed> {
    let plain = ["send", "approve", "decline", "cancel", "pause", "resume", "again", "duplicate", "test"];
    let plain = plain.map(|verb| -> Deed { (name(verb), format!("{PAGE}/{{id}}/{verb}"), &[]) });
    let written: &[(&str, &str)] = &[("title", "Longer clips"), ("message", "Twelve seconds.")];
    let typed: [Deed; 2] =
        [("notifications.draft", format!("{PAGE}/new"), written), ("notifications.edit", format!("{PAGE}/{{id}}/edit"), written)];
    typed.into_iter().chain(plain).chain(super::rung::deeds()).collect()
}

fn name(verb: &str) -> &'static str {
    match verb {
        "send" => "notifications.send",
        "approve" => "notifications.approve",
        "decline" => "notifications.decline",
        "cancel" => "notifications.cancel",
        "pause" => "notifications.pause",
        "resume" => "notifications.resume",
        "again" => "notifications.send_again",
        "duplicate" => "notifications.duplicate",
        _ => "notifications.test",
    }
}

/// A notification in a state; its id.
async fn made(studio: &Studio, state: &str) -> String {
    let sql = format!(
        "with n as (
           insert into backlot.notifications (id, kind, severity, title, message, plain, html, channels, audience, plan, state, created_by,
             next_at, started_at, run)
           select gen_random_uuid(), 'system', 'info', 'Hello', 'Hello.', 'Hello.', '<p>Hello.</p>', '{{in_app}}', '{{}}', '{{\"when\": \"now\"}}',
             '{state}', a.id, now() + interval '1 day', now(), 1 from backlot.admins a where a.role = 'operations_admin' limit 1
           returning id),
         p as (insert into backlot.notification_progress (notification_id) select id from n)
         select id::text from n"
    );
    studio.text(&sql).await
}

/// One that is sent, but for a letter that the mail server had no time for.
async fn failed(studio: &Studio) -> String {
    let id = made(studio, "sending").await;
    studio
        .run(&format!(
            "update backlot.notifications set state = 'sent', finished_at = now() where id = '{id}';
             insert into backlot.notification_deliveries (notification_id, channel, user_id, id, state, again, at)
               select '{id}', 'email', u.id, gen_random_uuid(), 'failed', true, now() from platform.users u order by u.id limit 1;
             update backlot.notification_progress set frozen_at = now(), inbox_at = now(), people = 1, mail_planned = 1, mail_failed = 1,
               mail_again = 1 where notification_id = '{id}'"
        ))
        .await;
    id
}

/// A proposal of the operations admin's, for exactly what is there.
async fn proposed(studio: &Studio) -> String {
    let id = made(studio, "proposed").await;
    let content = r#"[{"kind":"system","severity":"info","title":"Hello","message":"Hello.","channels":["in_app"]},{},{"when":"now"}]"#;
    studio
        .run(&format!(
            "insert into backlot.notification_approvals (id, notification_id, hash, people, proposed_by, expires_at)
             select gen_random_uuid(), '{id}', sha256(convert_to('{content}', 'UTF8')), 7, created_by, now() + interval '1 day'
             from backlot.notifications where id = '{id}'"
        ))
        .await;
    id
}

/// The form of an action, if it is about a notification.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    if let Some(form) = super::rung::from_its_page(studio, browser, action).await {
        return Some(form);
    }
    let verb = match action.strip_prefix("notifications.")? {
        "send_again" => "again",
        verb => verb,
    };
    let id = match verb {
        "draft" => return Some(fill(browser, &format!("{PAGE}/new")).await),
        "edit" => return Some(fill(browser, &format!("{PAGE}/{}/edit", made(studio, "draft").await)).await),
        "approve" | "decline" => proposed(studio).await,
        "pause" => made(studio, "sending").await,
        "resume" => made(studio, "paused").await,
        "again" => failed(studio).await,
        _ => made(studio, "draft").await,
    };
    let path = format!("{PAGE}/{id}/{verb}");
    match verb {
        "send" => Some(browser.get(&path).await.must(200).form(&path)),
        "approve" | "cancel" => {
            let asked = browser.get(&path).await.must(200).form(&path);
            Some(browser.submit(&asked).await.must(200).form(&path))
        }
        _ => Some(Filled { action: path, fields: vec![("_proof".into(), browser.proof().await)] }),
    }
}

async fn fill(browser: &mut Browser, path: &str) -> Filled {
    browser.get(path).await.must(200).form(path).with("title", "Longer clips").with("message", "Twelve seconds.")
}
