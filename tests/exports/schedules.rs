//! Exports that come by the clock: at their time also when the clocks change, once, of the days before, told by mail.
use super::form;
use crate::support::{Browser, Filled, Studio};
use backlot::kernel::Role;

async fn planned(browser: &mut Browser, query: &str) -> Filled {
    let page = browser.get(&format!("/admin/exports/schedules/new?{query}")).await.must(200);
    page.form("/admin/exports/schedules/new").with("reason", "the books").with("at", "06:30")
}

/// Lets the time of the only schedule come, and everything that it asks for be done.
async fn comes(studio: &Studio) {
    studio.run("update backlot.export_schedules set next_at = now() - interval '1 minute' where state = 'active'").await;
    studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.look_at_clock', 'null', 3)")
        .await;
    studio.run_jobs().await;
}

#[tokio::test]
async fn it_comes_once_of_the_days_before_and_is_told_by_mail() {
    let studio = Studio::open().await;
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    let form = planned(&mut billing, "dataset=payments").await;
    let form = form.with("every", "day").with("period", "day").with("keep_days", "30").with("by_mail", "yes");
    billing.submit(&form).await.sent_to("/admin/exports/schedules");
    let page = billing.get("/admin/exports/schedules").await.must(200);
    assert!(page.words().contains("Every day at 06:30, UTC"), "{page:?}");
    assert_eq!(studio.text("select cron from backlot.export_schedules").await, "30 6 * * *");
    comes(&studio).await;
    comes(&studio).await;
    let sql = "select count(*) from backlot.exports where state = 'ready' and keep_hours = 720 and schedule_id is not null";
    assert_eq!(studio.number(sql).await, 2);
    let yesterday = studio.text("select (now() at time zone 'UTC' - interval '1 day')::date::text").await;
    assert_eq!(studio.text("select distinct filter from backlot.exports").await, format!("from={yesterday}&to={yesterday}"));
    assert_eq!(studio.number("select count(*) from backlot.export_schedules where next_at > now() and last_at < now()").await, 1);
    let letters = studio.letters.all();
    assert_eq!(letters.len(), 2, "{letters:?}");
    let id = studio.text("select id::text from backlot.exports order by created_at limit 1").await;
    assert!(letters[0].body.contains(&format!("https://backlot.example/admin/exports/{id}")), "{letters:?}");
    assert_eq!(letters[0].to, studio.staff(Role::BillingAdmin).email);
    let place = format!("/admin/exports/{id}");
    assert!(billing.get(&place).await.must(200).words().contains("by the clock"));
    billing.get(&format!("{place}/download")).await.must(200);
    let events: Vec<_> = studio.events().await.into_iter().filter(|event| event.name == "admin_export_started").collect();
    assert_eq!(events[0].properties, serde_json::json!({ "type": "payments", "format": "csv" }));
}

#[tokio::test]
async fn two_servers_at_once_start_it_once() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let form = planned(&mut data, "dataset=users&filter=tier%3Dpro").await.with("every", "week").with("weekday", "7");
    data.submit(&form).await.must(303);
    assert_eq!(studio.text("select cron from backlot.export_schedules").await, "30 6 * * 0");
    studio.run("update backlot.export_schedules set next_at = now() - interval '3 days'").await;
    let both = "insert into backlot.jobs (id, name, payload, max_attempts)
                select gen_random_uuid(), 'exports.keep_time', jsonb_build_object('schedule', id), 10 from backlot.export_schedules, generate_series(1, 4)";
    studio.run(both).await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 1, "what was missed is caught up once");
    assert_eq!(studio.text("select filter from backlot.exports").await, "tier=pro");
}

#[tokio::test]
async fn it_is_paused_resumed_and_deleted() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let form = planned(&mut data, "dataset=users").await.with("every", "month").with("monthday", "last");
    data.submit(&form).await.must(303);
    let place = "/admin/exports/schedules";
    let act = async |browser: &mut Browser, what: &str| {
        let page = browser.get(place).await.must(200);
        let action = page.attributes(&format!("form[action$='/{what}']"), "action").remove(0);
        browser.submit(&page.form(&action)).await.sent_to(place);
    };
    act(&mut data, "pause").await;
    studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.look_at_clock', 'null', 3)")
        .await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 0);
    act(&mut data, "resume").await;
    assert_eq!(studio.number("select count(*) from backlot.export_schedules where next_at > now()").await, 1);
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    assert!(billing.get(place).await.must(200).has(".empty"));
    let delete = data.get(place).await.attributes("a[href$='/delete']", "href").remove(0);
    billing.get(&delete).await.must(403);
    let asked = data.get(&delete).await.must(200).form(&delete);
    let shown = data.submit(&asked).await.must(200).form(&delete);
    data.submit(&shown).await.sent_to(place);
    assert!(data.get(place).await.must(200).has(".empty"));
    comes(&studio).await;
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 0);
}

#[tokio::test]
async fn who_may_not_export_any_more_finds_it_paused() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let form = planned(&mut data, "dataset=audit_log").await.with("period", "week");
    data.submit(&form).await.must(303);
    studio.run("update backlot.admins set role = 'billing_admin' where role = 'data_admin'").await;
    comes(&studio).await;
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 0);
    let mut superior = studio.sign_in(Role::SuperAdmin).await;
    let page = superior.get("/admin/exports/schedules?whose=all").await.must(200);
    assert!(page.words().contains("Its owner may not export this any more."), "{page:?}");
}

#[tokio::test]
async fn what_makes_no_sense_is_said_beside_its_field() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let good = planned(&mut data, "dataset=users").await;
    for (form, field) in [
        (good.clone().with("at", "25:00"), "at"),
        (good.clone().with("every", "week").with("weekday", "9"), "weekday"),
        (good.clone().with("every", "month").with("monthday", "31"), "monthday"),
        (good.clone().with("keep_days", "0"), "keep_days"),
        (good.clone().with("keep_days", "900"), "keep_days"),
        (good.clone().with("reason", ""), "reason"),
    ] {
        assert!(data.submit(&form).await.must(422).has(&format!("#{field}-error")), "{field}");
    }
    data.get("/admin/exports/schedules/new?dataset=user_data").await.must(404);
    studio.run("update backlot.sessions set fresh_at = now() - interval '6 minutes'").await;
    assert!(data.submit(&good).await.must(303).location().starts_with("/confirm"), "a schedule takes a fresh second factor");
    assert_eq!(studio.number("select count(*) from backlot.export_schedules").await, 0);
    let _ = form(&mut data, "dataset=users").await;
}

#[test]
fn it_comes_at_the_same_hour_when_the_clocks_change() {
    let next = |at: &str| backlot::jobs::next_after("30 2 * * *", "Europe/Berlin", at.parse().unwrap()).unwrap().to_string();
    // In the night of 29 March 2026 the clocks go from 02:00 to 03:00; in that of 25 October 03:00 comes twice.
    assert_eq!(next("2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
    assert_eq!(next("2026-03-29T12:00:00Z"), "2026-03-30T00:30:00Z");
    assert_eq!(next("2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
    assert_eq!(next("2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
    let last = backlot::jobs::next_after("0 6 L * *", "UTC", "2028-02-01T00:00:00Z".parse().unwrap()).unwrap().to_string();
    assert_eq!(last, "2028-02-29T06:00:00Z");
}
