//! Beginning at once and ending by hand.
use super::{PAGE, at, begin, settings, shown, states, toggles, told, window};
use crate::support::{ADA, Studio};
use backlot::kernel::Role;
use jiff::ToSpan;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn it_begins_at_once_and_ends_by_one_click() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::OperationsAdmin).await;
    assert!(boss.get(PAGE).await.must(200).one("#now").contains("open to everybody"));
    assert_eq!(settings(&studio).await, "false \"\"");
    begin(&mut boss, "We move house.\nBack soon.", "").await;
    assert_eq!(settings(&studio).await, r#"true "We move house.\nBack soon.""#);
    let status = told(&studio).await;
    assert_eq!((&status["enabled"], &status["message"]), (&json!(true), &json!("We move house.\nBack soon.")));
    let page = boss.get(PAGE).await.must(200);
    for words in ["On", "Since", "when somebody ends it", "We move house. Back soon.", "300 s", "Olga Petrova, begun at once"] {
        assert!(page.one("#now").contains(words), "{words}: {}", page.one("#now"));
    }
    let entry = studio.entries("maintenance.begin", "done").await.remove(0);
    assert_eq!(entry.change("state"), (json!(null), json!("active")));

    let end = format!("{PAGE}/{}/end", window(&studio, "active").await);
    boss.submit(&page.form(&end)).await.sent_to(PAGE);
    assert_eq!((states(&studio).await.as_str(), settings(&studio).await.as_str()), ("ended by_hand", "false \"\""));
    assert_eq!(told(&studio).await["enabled"], json!(false));
    assert_eq!(toggles(&studio).await, [json!({ "enabled": true }), json!({ "enabled": false })]);
    let page = boss.get(PAGE).await.must(200);
    assert!(page.one(".flash").contains("Maintenance is over."), "{page:?}");
    assert!(page.one("#past").contains("ended by Olga Petrova") && page.one("#past").contains("We move house."), "{page:?}");
    let record = page.attributes("#past td a", "href");
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let audit = maya.get(&record[0]).await.must(200);
    assert!(audit.words().contains("maintenance.begin") && audit.words().contains("maintenance.end"), "{audit:?}");
    let kept = "select string_agg(old_value::text || '>' || new_value::text, ' ' order by key, version) from backlot.system_config_history";
    assert_eq!(
        studio.text(kept).await,
        r#"false>true true>false "">"We move house.\nBack soon." "We move house.\nBack soon.">"""#,
        "the settings' history tells it too"
    );
}

#[tokio::test]
async fn its_effect_is_shown_first_and_what_is_wrong_is_said_without_losing_a_word() {
    let studio = Studio::open().await;
    studio.run(&format!("update platform.users set last_active_at = now() where id = '{ADA}'")).await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let page = shown(&mut boss, "We move house.", "").await.must(200);
    let counts = page.all(".counts li");
    assert_eq!(
        counts,
        [
            "1users were active within the last 15 minutes",
            "1generations are waiting or running",
            "1workflows are waiting or running",
            "0trainings are waiting or running"
        ]
    );
    assert_eq!(states(&studio).await, "", "nothing has happened yet");
    for (ends_at, wrong) in [
        (at(-1.hour()), "has passed"),
        (at(192.hours()), "7 days at most"),
        ("soon".into(), "Give a date and a time"),
        ("2026-02-30T10:00".into(), "Give a date and a time"),
    ] {
        let refused = shown(&mut boss, "We <b>move</b> house.", &ends_at).await.must(422);
        assert!(refused.one("#ends_at-error").contains(wrong), "{ends_at}: {refused:?}");
        let form = refused.form(&format!("{PAGE}/begin"));
        assert_eq!((form.value("message"), form.value("ends_at")), ("We <b>move</b> house.", ends_at.as_str()));
    }
    let refused = shown(&mut boss, " ", "nonsense").await.must(422);
    assert_eq!(refused.all("#errors li").len(), 2, "all that is wrong, together: {refused:?}");
    let long = shown(&mut boss, &"x".repeat(1_001), "").await.must(422);
    assert!(long.one("#message-error").contains("at most 1000 characters; these are 1001"), "{long:?}");
}

#[tokio::test]
async fn while_it_is_on_another_beginning_is_refused_and_keeps_what_was_typed() {
    let studio = Studio::open().await;
    let (mut olga, mut maya) = (studio.sign_in(Role::OperationsAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let late = shown(&mut maya, "My own words.", "").await.must(200);
    begin(&mut olga, "We move house.", &at(2.hours())).await;
    let refused = maya.submit(&late.form(&format!("{PAGE}/begin"))).await.must(409);
    assert!(refused.one("#errors").contains("on already") && refused.one("#errors").contains("We move house."), "{refused:?}");
    assert_eq!(refused.form(&format!("{PAGE}/begin")).value("message"), "My own words.");
    assert_eq!(states(&studio).await, "active");
    assert!(!maya.get(PAGE).await.must(200).has("a[href='/admin/maintenance/begin']"));
    studio.jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_who_begin_at_once_one_does() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let mut ready = Vec::new();
    for number in 0..16 {
        let page = shown(&mut boss, &format!("Words of number {number}"), "").await.must(200);
        ready.push((boss.clone(), page.form(&format!("{PAGE}/begin"))));
    }
    let mut sent = JoinSet::new();
    for (mut browser, form) in ready {
        sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable();
    assert_eq!((answers[0], answers[1], answers[15]), (303, 409, 409), "{answers:?}");
    assert_eq!(states(&studio).await, "active");
    assert_eq!(toggles(&studio).await.len(), 1);
}

#[tokio::test]
async fn ending_can_be_taken_back_for_a_quarter_of_an_hour() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    begin(&mut boss, "We move house.", &at(2.hours())).await;
    let id = window(&studio, "active").await;
    let (end, reopen) = (format!("{PAGE}/{id}/end"), format!("{PAGE}/{id}/reopen"));
    boss.post(&end, &[]).await.sent_to(PAGE);
    let page = boss.get(PAGE).await.must(200);
    boss.submit(&page.form(&reopen)).await.sent_to(PAGE);
    assert_eq!((states(&studio).await.as_str(), settings(&studio).await.as_str()), ("active", r#"true "We move house.""#));
    assert!(boss.post(&reopen, &[]).await.must(409).words().contains("on already"));
    boss.post(&end, &[]).await.sent_to(PAGE);
    assert!(boss.post(&end, &[]).await.must(409).words().contains("over already"));
    studio.run("update backlot.maintenance_windows set ended_at = ended_at - interval '20 minutes'").await;
    assert!(boss.post(&reopen, &[]).await.must(409).words().contains("within 15 minutes"));
    assert_eq!(toggles(&studio).await.len(), 4);
    studio.jobs().await;
}

#[tokio::test]
async fn the_others_may_read_and_nothing_more() {
    let studio = Studio::open().await;
    studio
        .run("insert into backlot.maintenance_windows (id, state, message, starts_at, started_at) values (gen_random_uuid(), 'active', 'We move house.', now(), now())")
        .await;
    let id = window(&studio, "active").await;
    for role in [Role::SupportAdmin, Role::DataAdmin, Role::BillingAdmin] {
        let mut browser = studio.sign_in(role).await;
        let page = browser.get(PAGE).await.must(200);
        assert!(page.words().contains("We move house.") && page.words().contains("Only these roles may begin, plan or end maintenance"));
        assert!(!page.has("main form") && !page.has("main a.btn[href]"), "nothing to press: {page:?}");
        for path in ["begin", "plan"] {
            browser.get(&format!("{PAGE}/{path}")).await.must(403);
        }
        for path in ["change", "cancel", "end", "reopen"] {
            browser.post(&format!("{PAGE}/{id}/{path}"), &[("message", "mine")]).await.must(403);
        }
    }
    assert_eq!(states(&studio).await, "active");
}

#[tokio::test]
async fn a_banner_on_every_page_tells_of_it_without_asking_the_database() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    assert!(!boss.get("/admin").await.must(200).has("#upkeep"));
    begin(&mut boss, "We move house.", &at(2.hours())).await;
    studio.site.live.reload(&studio.app).await.unwrap();
    studio.run("alter table backlot.maintenance_windows rename to away").await;
    for path in ["/admin", "/admin/users", "/admin/account", "/admin/nowhere"] {
        let page = boss.get(path).await;
        let banner = page.one("#upkeep[role=status]");
        assert!(banner.contains("The platform is in maintenance since") && banner.contains("; it ends"), "{path}: {banner}");
        assert_eq!(page.attributes("#upkeep a", "href"), [PAGE]);
    }
    assert!(!studio.browser().get("/sign-in").await.must(200).has("#upkeep"), "not at the door");
    studio.run("alter table backlot.away rename to maintenance_windows").await;
    boss.post("/admin/account/theme", &[("theme", "dark")]).await.must(303);
    studio.jobs().await;
}
