//! Changing and extending, also when somebody else does the same.
use super::{PAGE, at, begin, plan, settings, told, window};
use crate::support::Studio;
use backlot::kernel::Role;
use jiff::ToSpan;
use serde_json::json;

#[tokio::test]
async fn what_is_on_is_extended_and_told_anew() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::OperationsAdmin).await;
    begin(&mut boss, "We move house.", &at(1.hour())).await;
    let path = format!("{PAGE}/{}/change", window(&studio, "active").await);
    let form = boss.get(&path).await.must(200).form(&path);
    assert_eq!((form.value("message"), form.value("starts_at")), ("We move house.", ""), "what has begun has no start to be changed");
    boss.submit(&form.with("message", "It takes longer.").with("ends_at", &at(3.hours()))).await.sent_to(PAGE);
    let status = told(&studio).await;
    assert_eq!(status["message"], json!("It takes longer."));
    assert!((10_000..=10_800).contains(&status["retry_after"].as_i64().unwrap()), "{status}");
    assert_eq!(settings(&studio).await, r#"true "It takes longer.""#);
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_maintenance_changed").unwrap();
    assert_eq!(event.properties["ends_at"], status["scheduled_end"]);
    let form = boss.get(&path).await.must(200).form(&path);
    boss.submit(&form.with("ends_at", "")).await.sent_to(PAGE);
    let status = told(&studio).await;
    assert_eq!((&status["scheduled_end"], &status["retry_after"]), (&json!(null), &json!(300)));
    let refused = boss.get(&path).await.must(200).form(&path);
    assert!(boss.submit(&refused).await.must(422).one("#errors").contains("Nothing is different"));
    studio.jobs().await;
}

#[tokio::test]
async fn a_planned_window_is_moved_but_not_into_anothers_time_or_the_past() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "First.", &at(10.hours()), &at(12.hours())).await.sent_to(PAGE);
    let path = format!("{PAGE}/{}/change", window(&studio, "planned").await);
    plan(&mut boss, "Second.", &at(20.hours()), &at(22.hours())).await.sent_to(PAGE);
    for (starts_at, ends_at, field, wrong) in [
        (at(19.hours()), at(21.hours()), "starts_at", "Second."),
        (at(-2.hours()), at(21.hours()), "starts_at", "has passed"),
        (at(14.hours()), at(13.hours()), "ends_at", "must end after it begins"),
    ] {
        let form = boss.get(&path).await.must(200).form(&path).with("message", "Moved.");
        let refused = boss.submit(&form.with("starts_at", &starts_at).with("ends_at", &ends_at)).await.must(422);
        assert!(refused.one(&format!("#{field}-error")).contains(wrong), "{refused:?}");
        assert_eq!((refused.form(&path).value("message"), refused.form(&path).value("starts_at")), ("Moved.", starts_at.as_str()));
    }
    let form = boss.get(&path).await.must(200).form(&path);
    boss.submit(&form.with("starts_at", &at(11.hours())).with("ends_at", &at(13.hours()))).await.sent_to(PAGE);
    let entry = studio.entries("maintenance.change", "done").await.remove(0);
    assert_ne!(entry.change("starts_at").0, entry.change("starts_at").1);
    studio.jobs().await;
}

#[tokio::test]
async fn whoever_was_slower_sees_theirs_keeps_their_own_and_may_go_on() {
    let studio = Studio::open().await;
    let (mut olga, mut maya) = (studio.sign_in(Role::OperationsAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    plan(&mut olga, "New machines.", &at(10.hours()), &at(12.hours())).await.sent_to(PAGE);
    let path = format!("{PAGE}/{}/change", window(&studio, "planned").await);
    let slow = maya.get(&path).await.must(200).form(&path);
    let quick = olga.get(&path).await.must(200).form(&path);
    olga.submit(&quick.with("message", "Olga's words.")).await.sent_to(PAGE);

    // A mistake in between does not make the slower one forget which version they saw.
    let mistaken = maya.submit(&slow.with("message", "Maya's words.").with("ends_at", "nonsense")).await.must(422);
    let mended = mistaken.form(&path).with("ends_at", &at(13.hours()));
    let conflict = maya.submit(&mended).await.must(409);
    assert!(conflict.one("#conflict").contains("changed meanwhile. Nothing was saved."), "{conflict:?}");
    let (theirs, yours) = (conflict.all(".diff .was").join(" "), conflict.all(".diff .now").join(" "));
    assert!(theirs.contains("Olga's words.") && yours.contains("Maya's words."), "{theirs} | {yours}");
    let form = conflict.form(&path);
    assert_eq!(form.value("message"), "Maya's words.");
    maya.submit(&form).await.sent_to(PAGE);
    assert_eq!(told(&studio).await["next"]["message"], json!("Maya's words."));
    studio.jobs().await;
}

#[tokio::test]
async fn what_began_or_ended_meanwhile_is_not_changed_by_an_old_form() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(10.hours()), &at(12.hours())).await.sent_to(PAGE);
    let id = window(&studio, "planned").await;
    let path = format!("{PAGE}/{id}/change");
    let old = boss.get(&path).await.must(200).form(&path).with("message", "Other words.");
    studio.run("update backlot.maintenance_windows set starts_at = now() - interval '1 minute'").await;
    studio
        .run("update backlot.jobs set run_at = now() where name = 'maintenance.keep_time' and run_at < now() + interval '11 hours'")
        .await;
    studio.run_jobs().await;
    let conflict = boss.submit(&old).await.must(409);
    assert_eq!(conflict.form(&path).value("message"), "Other words.");
    boss.get(PAGE).await.must(200);
    boss.post(&format!("{PAGE}/{id}/end"), &[]).await.sent_to(PAGE);
    let over = boss.submit(&conflict.form(&path)).await.must(409);
    assert!(over.one("#conflict").contains("over"), "{over:?}");
    assert_eq!(over.form(&path).value("message"), "Other words.");
    boss.get(&path).await.must(409);
    studio.jobs().await;
}
