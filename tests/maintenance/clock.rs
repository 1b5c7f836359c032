//! Windows begin and end by themselves, once, whatever happens around them.
use super::{PAGE, at, begin, plan, settings, states, toggles, told, window};
use crate::support::Studio;
use backlot::kernel::Role;
use jiff::ToSpan;
use serde_json::json;

/// Lets time pass: every window and every alarm is so much earlier.
async fn pass(studio: &Studio, time: &str) {
    studio
        .run(&format!(
            // One after the other, so that none is in another's time meanwhile.
            "do $$ declare w record; begin
               for w in select id from backlot.maintenance_windows where state in ('planned', 'active') order by starts_at loop
                 update backlot.maintenance_windows set starts_at = starts_at - interval '{time}', ends_at = ends_at - interval '{time}',
                   started_at = started_at - interval '{time}' where id = w.id;
               end loop;
             end $$;
             update backlot.jobs set run_at = run_at - interval '{time}' where name = 'maintenance.keep_time' and state = 'waiting'"
        ))
        .await;
}

/// The look that comes every minute.
async fn look(studio: &Studio) {
    let look =
        "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'maintenance.look_at_clock', 'null', 3)";
    studio.run(look).await;
    studio.run_jobs().await;
}

/// No alarm rings: as if the jobs were lost.
async fn lose_alarms(studio: &Studio) {
    studio
        .run("update backlot.jobs set run_at = now() + interval '1 year' where name = 'maintenance.keep_time' and state = 'waiting'")
        .await;
}

#[tokio::test]
async fn a_planned_window_begins_and_ends_by_itself() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(2.hours()), &at(4.hours())).await.sent_to(PAGE);
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "planned", "not before its time");
    pass(&studio, "2 hours").await;
    studio.run_jobs().await;
    assert_eq!((states(&studio).await.as_str(), settings(&studio).await.as_str()), ("active", r#"true "New machines.""#));
    assert_eq!(told(&studio).await["enabled"], json!(true));
    assert!(boss.get(PAGE).await.must(200).one("#now").contains("Maya Krüger, planned"));
    pass(&studio, "2 hours").await;
    studio.run_jobs().await;
    assert_eq!((states(&studio).await.as_str(), settings(&studio).await.as_str()), ("ended on_time", "false \"\""));
    assert_eq!(toggles(&studio).await, [json!({ "enabled": true }), json!({ "enabled": false })]);
    for action in ["maintenance.start_planned", "maintenance.end_on_time"] {
        let entry = studio.entries(action, "done").await.remove(0);
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id), ("system", None), "{action}");
        assert!(entry.cause.is_some(), "{action} names what asked for it");
    }
    assert!(boss.get(PAGE).await.must(200).one("#past").contains("ended at its time"));
    studio.run_jobs().await;
}

#[tokio::test]
async fn what_began_at_once_ends_at_the_time_that_was_given() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    begin(&mut boss, "We move house.", &at(1.hour())).await;
    pass(&studio, "61 minutes").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "ended on_time");
}

#[tokio::test]
async fn the_alarm_of_a_window_that_was_moved_or_cancelled_does_nothing() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(2.hours()), &at(4.hours())).await.sent_to(PAGE);
    let id = window(&studio, "planned").await;
    let path = format!("{PAGE}/{id}/change");
    let form = boss.get(&path).await.must(200).form(&path);
    boss.submit(&form.with("starts_at", &at(6.hours())).with("ends_at", &at(8.hours()))).await.sent_to(PAGE);
    pass(&studio, "5 hours").await;
    let rows = studio.audit().await.len();
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "planned", "both of its old times have passed");
    assert_eq!(studio.audit().await.len(), rows, "and nothing is on the record");
    let path = format!("{PAGE}/{id}/cancel");
    let asked = boss.get(&path).await.must(200).form(&path);
    let looked = boss.submit(&asked).await.must(200).form(&path);
    boss.submit(&looked).await.sent_to(PAGE);
    pass(&studio, "4 hours").await;
    studio.run("update backlot.jobs set run_at = now() - interval '1 second' where state = 'waiting'").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "cancelled by_hand");
    assert!(toggles(&studio).await.is_empty());
}

#[tokio::test]
async fn when_its_alarm_is_lost_the_look_of_every_minute_begins_and_ends_it_once() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(2.hours()), &at(4.hours())).await.sent_to(PAGE);
    lose_alarms(&studio).await;
    pass(&studio, "121 minutes").await;
    look(&studio).await;
    look(&studio).await;
    assert_eq!(states(&studio).await, "active");
    lose_alarms(&studio).await;
    pass(&studio, "2 hours").await;
    look(&studio).await;
    look(&studio).await;
    assert_eq!(states(&studio).await, "ended on_time");
    assert_eq!(toggles(&studio).await.len(), 2, "never twice");
    studio.jobs().await;
}

#[tokio::test]
async fn what_passed_while_nothing_ran_is_caught_up_with_and_says_so() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "Missed.", &at(2.hours()), &at(4.hours())).await.sent_to(PAGE);
    plan(&mut boss, "Late.", &at(5.hours()), &at(9.hours())).await.sent_to(PAGE);
    pass(&studio, "6 hours").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "cancelled missed, active");
    let page = boss.get(PAGE).await.must(200);
    assert!(page.one("#past").contains("nothing was running during its whole time"), "{page:?}");
    assert!(page.one("#now").contains("late: nothing was running at its time"), "{page:?}");
    let dropped = studio.events().await.into_iter().find(|event| event.name == "admin_maintenance_dropped").unwrap();
    assert_eq!(dropped.properties["why"], json!("missed"));
    pass(&studio, "5 hours").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "cancelled missed, ended on_time");
    assert!(boss.get(PAGE).await.must(200).one("#past").contains("late: nothing was running at its time"));
}

#[tokio::test]
async fn one_window_follows_right_upon_another() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let (two, four) = (at(2.hours()), at(4.hours()));
    plan(&mut boss, "First.", &two, &four).await.sent_to(PAGE);
    plan(&mut boss, "Second.", &four, &at(6.hours())).await.sent_to(PAGE);
    pass(&studio, "2 hours").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "active, planned");
    pass(&studio, "2 hours").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "ended on_time, active");
    assert_eq!(settings(&studio).await, r#"true "Second.""#);
    studio.jobs().await;
}

#[tokio::test]
async fn a_planned_window_that_comes_while_maintenance_is_on_is_dropped() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    plan(&mut boss, "New machines.", &at(2.hours()), &at(4.hours())).await.sent_to(PAGE);
    begin(&mut boss, "A fire.", "").await;
    pass(&studio, "2 hours").await;
    studio.run_jobs().await;
    assert_eq!(states(&studio).await, "cancelled overtaken, active");
    assert_eq!(settings(&studio).await, r#"true "A fire.""#);
    assert!(boss.get(PAGE).await.must(200).one("#past").contains("maintenance was on already when it was to begin"));
    studio.jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ended_by_hand_and_by_the_clock_at_once_it_ends_once() {
    for _ in 0..5 {
        let studio = Studio::open().await;
        let mut boss = studio.sign_in(Role::SuperAdmin).await;
        begin(&mut boss, "We move house.", &at(1.hour())).await;
        let end = format!("{PAGE}/{}/end", window(&studio, "active").await);
        pass(&studio, "61 minutes").await;
        let (answer, ()) = tokio::join!(boss.post(&end, &[]), studio.run_jobs());
        assert!(matches!(answer.status.as_u16(), 303 | 409), "{answer:?}");
        studio.run_jobs().await;
        assert!(states(&studio).await.starts_with("ended"));
        assert_eq!(toggles(&studio).await, [json!({ "enabled": true }), json!({ "enabled": false })]);
        assert_eq!(settings(&studio).await, "false \"\"");
    }
}
