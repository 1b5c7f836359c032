//! Planning: what is refused, and why.
use super::{PAGE, at, begin, plan, plan_form, shown, states, told, window};
use crate::support::Studio;
use backlot::kernel::Role;
use jiff::ToSpan;
use serde_json::json;

#[tokio::test]
async fn a_window_is_planned_and_told_of() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::OperationsAdmin).await;
    plan(&mut boss, "New machines.", &at(30.hours()), &at(32.hours())).await.sent_to(PAGE);
    let page = boss.get(PAGE).await.must(200);
    assert!(page.one(".flash").contains("Maintenance is planned for") && page.one(".flash").contains("UTC"), "{page:?}");
    let row = page.one("#planned tbody");
    assert!(row.contains("New machines.") && row.contains("2 h") && row.contains("Olga Petrova"), "{row}");
    assert!(page.one("#planned").contains("UTC"), "the zone is shown");
    let status = told(&studio).await;
    assert_eq!(
        (&status["enabled"], &status["retry_after"], &status["next"]["message"]),
        (&json!(false), &json!(null), &json!("New machines."))
    );
    assert!(!boss.get("/admin").await.must(200).has("#upkeep"), "more than a day ahead");
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_maintenance_planned").unwrap();
    assert_eq!(event.properties["starts_at"], status["next"]["starts_at"]);
    assert_eq!(studio.jobs().await, ["maintenance.keep_time", "maintenance.keep_time"], "to begin, and to end");
}

#[tokio::test]
async fn a_day_ahead_a_banner_tells_of_it() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::OperationsAdmin).await;
    plan(&mut boss, "New machines.", &at(20.hours()), &at(22.hours())).await.sent_to(PAGE);
    studio.site.live.reload(&studio.app).await.unwrap();
    let banner = boss.get("/admin/users").await.must(200).one("#upkeep");
    assert!(banner.contains("Maintenance is planned for") && banner.contains("in 20 h") && banner.contains("until"), "{banner}");
    studio.jobs().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_a_sentence_and_nothing_typed_is_lost() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    for (starts_at, ends_at, field, wrong) in [
        (at(-1.hour()), at(1.hour()), "starts_at", "has passed. To begin at once, choose “Begin now”"),
        (at(3.hours()), at(2.hours()), "ends_at", "must end after it begins"),
        (at(3.hours()), at(3.hours()), "ends_at", "must end after it begins"),
        (at(1.hour()), at(192.hours()), "ends_at", "7 days at most"),
        (at(9_600.hours()), at(9_624.hours()), "starts_at", "at most a year ahead"),
        (String::new(), at(3.hours()), "starts_at", "Say when it begins"),
        (at(3.hours()), String::new(), "ends_at", "Say when it ends"),
        ("tomorrow".into(), at(3.hours()), "starts_at", "Give a date and a time"),
    ] {
        let refused = plan(&mut boss, "New machines.", &starts_at, &ends_at).await.must(422);
        assert!(refused.one(&format!("#{field}-error")).contains(wrong), "{starts_at} to {ends_at}: {refused:?}");
        let form = refused.form(&format!("{PAGE}/plan"));
        assert_eq!(
            (form.value("message"), form.value("starts_at"), form.value("ends_at")),
            ("New machines.", starts_at.as_str(), ends_at.as_str())
        );
    }
    let bare = plan(&mut boss, "", "", "").await.must(422);
    assert_eq!(bare.all("#errors li").len(), 3, "everything that is wrong, together: {bare:?}");
    assert_eq!(states(&studio).await, "");
}

#[tokio::test]
async fn a_window_in_anothers_time_is_refused_and_the_other_is_named() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let (ten, twelve) = (at(10.hours()), at(12.hours()));
    plan(&mut boss, "New machines.", &ten, &twelve).await.sent_to(PAGE);
    for (starts_at, ends_at) in [(at(9.hours()), at(11.hours())), (at(11.hours()), at(13.hours())), (at(8.hours()), at(14.hours()))] {
        let refused = plan(&mut boss, "Another.", &starts_at, &ends_at).await.must(422);
        let said = refused.one("#starts_at-error");
        assert!(said.contains("overlaps with a planned window") && said.contains("New machines.") && said.contains("UTC"), "{said}");
    }
    // One may follow right upon another.
    plan(&mut boss, "Before.", &at(8.hours()), &ten).await.sent_to(PAGE);
    plan(&mut boss, "After.", &twelve, &at(13.hours())).await.sent_to(PAGE);

    let refused = shown(&mut boss, "At once.", &at(9.hours())).await.must(422);
    assert!(refused.one("#ends_at-error").contains("Before."), "{refused:?}");
    let open = shown(&mut boss, "At once.", "").await.must(200);
    assert!(open.one(".counts").contains("3planned windows: one that comes while this is still on is dropped"), "{open:?}");
    begin(&mut boss, "At once.", &at(2.hours())).await;
    let refused = plan(&mut boss, "Soon.", &at(1.hour()), &at(3.hours())).await.must(422);
    assert!(refused.one("#starts_at-error").contains("overlaps with the maintenance that is on"), "{refused:?}");
    studio.jobs().await;
}

#[tokio::test]
async fn times_are_read_in_the_zone_that_was_shown() {
    let studio = Studio::open().await;
    studio.run("update backlot.admins set time_zone = 'Europe/Berlin'").await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let day = studio.text("select (now() + interval '20 days')::date::text").await;
    let form = plan_form(&mut boss, "New machines.", &format!("{day}T12:00"), &format!("{day}T14:00")).await;
    assert_eq!(form.value("zone"), "Europe/Berlin");
    // Meanwhile they set another zone; what they looked at counts.
    studio.run("update backlot.admins set time_zone = 'Asia/Tokyo'").await;
    boss.submit(&form).await.sent_to(PAGE);
    let starts = "select to_char(starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') from backlot.maintenance_windows";
    assert_eq!(studio.text(starts).await, format!("{day} 12:00"));
    studio.jobs().await;
}

#[tokio::test]
async fn hours_that_the_clocks_skip_or_show_twice_are_refused_in_a_clear_sentence() {
    let studio = Studio::open().await;
    studio.run("update backlot.admins set time_zone = 'Europe/Berlin'").await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let skipped = plan(&mut boss, "New machines.", "2027-03-28T02:30", "2027-03-28T04:00").await.must(422);
    assert_eq!(
        skipped.one("#starts_at-error"),
        "Error: On 28 Mar 2027 the clocks of Europe/Berlin go forward from 02:00 to 03:00: there is no 02:30. Choose a time before 02:00, or from 03:00 on."
    );
    let twice = plan(&mut boss, "New machines.", "2027-10-31T01:00", "2027-10-31T02:30").await.must(422);
    assert!(twice.one("#ends_at-error").contains("go back from 03:00 to 02:00: 02:30 comes twice"), "{twice:?}");
    assert_eq!(twice.form(&format!("{PAGE}/plan")).value("ends_at"), "2027-10-31T02:30");
}

#[tokio::test]
async fn a_planned_window_is_cancelled_after_a_look() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(10.hours()), &at(12.hours())).await.sent_to(PAGE);
    let path = format!("{PAGE}/{}/cancel", window(&studio, "planned").await);
    let asked = boss.get(&path).await.must(200);
    let looked = boss.submit(&asked.form(&path)).await.must(200);
    assert!(looked.one(".affected").contains("planned") && looked.one(".affected").contains("cancelled"), "{looked:?}");
    boss.submit(&looked.form(&path)).await.sent_to(PAGE);
    assert_eq!(states(&studio).await, "cancelled by_hand");
    assert_eq!(told(&studio).await["next"], json!(null));
    let page = boss.get(PAGE).await.must(200);
    assert!(page.one("#past").contains("Cancelled") && page.one("#past").contains("by Maya Krüger"), "{page:?}");
    let again = boss.post(&path, &[]).await.must(409);
    assert!(again.words().contains("over already"), "{again:?}");
    studio.jobs().await;
}
