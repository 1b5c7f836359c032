//! By the clock: at its time, too late, and again and again.
use super::{PAGE, form, inboxes, keep, send, state};
use crate::support::{Browser, Studio};
use backlot::kernel::Role;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

async fn planned(browser: &mut Browser, fields: &[(&str, &str)]) -> Uuid {
    let filled = fields.iter().fold(form(browser).await, |form, (name, value)| form.with(name, value));
    let id = keep(browser, &filled).await;
    send(browser, id).await.must(303);
    id
}

/// As if it had been planned for so long ago.
async fn ago(studio: &Studio, id: Uuid, interval: &str) {
    studio
        .run(&format!(
            "update backlot.notifications set next_at = now() - interval '{interval}' where id = '{id}';
             update backlot.jobs set run_at = now() where name = 'notifications.keep_time' and state = 'waiting'"
        ))
        .await;
}

#[tokio::test]
async fn it_goes_at_its_time_and_not_before() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let at = Timestamp::now().checked_add(3.hours()).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
    let id = planned(&mut sam, &[("when", "once"), ("at", &at)]).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.one(".badges").contains("Scheduled") && page.one("#facts").contains("UTC"), "the zone is shown: {page:?}");
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("scheduled", ""));
    ago(&studio, id, "1 minute").await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), inboxes(&studio, id).await.as_str()), ("sent", "ada ben bobby cas eve nobody rtl"));
}

#[tokio::test]
async fn what_is_too_late_is_held() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let at = Timestamp::now().checked_add(3.hours()).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
    let id = planned(&mut sam, &[("when", "once"), ("at", &at)]).await;
    ago(&studio, id, "5 hours 59 minutes").await;
    let late = planned(&mut sam, &[("when", "once"), ("at", &at)]).await;
    ago(&studio, late, "6 hours 1 minute").await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), state(&studio, late).await.as_str()), ("sent", "held"));
    let page = sam.get(&format!("{PAGE}/{late}")).await.must(200);
    assert!(page.words().contains("nothing was running until 6 hours later"), "{page:?}");
    assert_eq!(inboxes(&studio, late).await, "");
}

#[tokio::test]
async fn who_may_no_longer_send_does_not_by_the_clock_either() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = planned(&mut sam, &[("when", "daily"), ("time", "09:00")]).await;
    studio.run("update backlot.admins set status = 'disabled' where email = 'sam@backlot.example'").await;
    ago(&studio, id, "1 minute").await;
    studio.run_jobs().await;
    assert_eq!(
        studio.text(&format!("select state || ': ' || held_why from backlot.notifications where series_id = '{id}'")).await,
        "held: Whoever sent or approved it may no longer send notifications."
    );
}

#[tokio::test]
async fn a_series_has_a_row_for_each_time_and_catches_up_one() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = planned(&mut sam, &[("when", "daily"), ("time", "09:00"), ("zone", "Europe/Berlin")]).await;
    assert_eq!(state(&studio, id).await, "scheduled");
    let hour = studio
        .text(&format!("select to_char(next_at at time zone 'Europe/Berlin', 'HH24:MI') from backlot.notifications where id = '{id}'"))
        .await;
    assert_eq!(hour, "09:00");
    // Nothing was running for three days: of all that were missed one is caught up, and being older than it may be, it is held.
    ago(&studio, id, "3 days").await;
    studio.run_jobs().await;
    let children = format!("select count(*) from backlot.notifications where series_id = '{id}'");
    assert_eq!(studio.number(&children).await, 1);
    assert_eq!(studio.text(&format!("select state from backlot.notifications where series_id = '{id}'")).await, "held");
    ago(&studio, id, "1 hour").await;
    studio.run_jobs().await;
    assert_eq!(studio.number(&children).await, 2);
    let sent = studio.text(&format!("select id::text from backlot.notifications where series_id = '{id}' and state = 'sent'")).await;
    assert_eq!(inboxes(&studio, sent.parse().unwrap()).await, "ada ben bobby cas eve nobody rtl");
    assert_eq!(studio.number(&format!("select people from backlot.notification_progress where notification_id = '{sent}'")).await, 7);
    let ahead = studio.number(&format!("select (next_at > now())::int::bigint from backlot.notifications where id = '{id}'")).await;
    assert_eq!((ahead, state(&studio, id).await.as_str()), (1, "scheduled"));
    let page = sam.get(&format!("{PAGE}?series={id}")).await.must(200);
    assert_eq!(page.all("tbody tr").len(), 2);
}

#[tokio::test]
async fn a_paused_series_does_not_come_and_one_that_goes_on_comes_next_time() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let id = planned(&mut sam, &[("when", "weekly"), ("weekday", "3"), ("time", "18:30")]).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.one("#facts").contains("every Wednesday at 18:30 (UTC)"), "{page:?}");
    sam.submit(&page.form(&format!("{PAGE}/{id}/pause"))).await.must(303);
    studio.run("update backlot.jobs set run_at = now() where state = 'waiting'").await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.notifications").await, 1);
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    sam.submit(&page.form(&format!("{PAGE}/{id}/resume"))).await.must(303);
    let when = studio
        .text(&format!("select to_char(next_at at time zone 'UTC', 'ID HH24:MI') from backlot.notifications where id = '{id}'"))
        .await;
    assert_eq!(when, "3 18:30");
    studio.jobs().await;
}

#[tokio::test]
async fn a_job_that_was_lost_is_noticed() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = super::sent(&mut sam, &filled).await;
    studio
        .run(&format!(
            "update backlot.jobs set state = 'cancelled', finished_at = now() where name = 'notifications.deliver';
             update backlot.notification_progress set worked_at = now() - interval '3 minutes' where notification_id = '{id}';
             insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'notifications.look_at_clock', 'null', 3)"
        ))
        .await;
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "sent");
}
