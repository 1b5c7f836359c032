//! Notifications: written, aimed, looked at, sent once to each, and stopped when somebody says so.
mod again;
mod approve;
mod clock;
mod crash;
mod deliver;
mod inbox;
mod letters;
mod race;
mod send;
mod stock;
mod write;

use crate::support::{Answer, Browser, Filled, Studio};
use uuid::Uuid;

const PAGE: &str = "/admin/notifications";

/// The form of a new one, filled for everybody's inbox.
async fn form(browser: &mut Browser) -> Filled {
    let page = browser.get(&format!("{PAGE}/new")).await.must(200);
    let form = page.form(&format!("{PAGE}/new"));
    form.with("title", "Longer clips").with("message", "Clips can be **twelve** seconds long.")
}

/// Keeps a form as a draft; its id.
async fn keep(browser: &mut Browser, form: &Filled) -> Uuid {
    let answer = browser.submit(form).await.must(303);
    let place = answer.location().to_owned();
    place.trim_start_matches(PAGE).trim_matches('/').split('/').next().unwrap().parse().unwrap_or_else(|_| panic!("{answer:?}"))
}

/// The preview.
async fn preview(browser: &mut Browser, id: Uuid) -> Answer {
    browser.get(&format!("{PAGE}/{id}/send")).await.must(200)
}

/// Confirms what the preview shows.
async fn send(browser: &mut Browser, id: Uuid) -> Answer {
    let page = preview(browser, id).await;
    browser.submit(&page.form(&format!("{PAGE}/{id}/send"))).await
}

/// Written and sent.
async fn sent(browser: &mut Browser, form: &Filled) -> Uuid {
    let id = keep(browser, form).await;
    send(browser, id).await.sent_to(&format!("{PAGE}/{id}"));
    id
}

async fn state(studio: &Studio, id: Uuid) -> String {
    studio.text(&format!("select state from backlot.notifications where id = '{id}'")).await
}

/// Who has it in their inbox, by the part of their address before the @, sorted.
async fn inboxes(studio: &Studio, id: Uuid) -> String {
    let sql = format!(
        "select coalesce(string_agg(split_part(u.email, '@', 1), ' ' order by u.email), '') from platform.notifications n
         join platform.users u on u.id = n.user_id where n.broadcast_id = '{id}'"
    );
    studio.text(&sql).await
}

/// With both boxes ticked.
fn by_both(form: Filled) -> Filled {
    let mut form = form.with("channel[]", "in_app");
    form.fields.push(("channel[]".into(), "email".into()));
    form
}

/// From three people on a second admin must agree.
async fn strict(studio: &Studio) {
    studio
        .run(
            "insert into backlot.system_config (key, value, category) values ('notifications.second_admin_above', '3', 'notifications'),
               ('notifications.batch_size', '2', 'notifications')
             on conflict (key) do update set value = excluded.value, version = backlot.system_config.version + 1",
        )
        .await;
    studio.site.live.reload(&studio.app).await.unwrap();
}
