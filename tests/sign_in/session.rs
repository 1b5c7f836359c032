//! Sessions: a new id for each step, never one that somebody else chose, and an end.
use crate::support::{BEN, Studio};
use axum::Router;
use axum::middleware::from_fn_with_state;
use backlot::kernel::{Permission, Role};
use backlot::web::{Routes, request, session};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

#[tokio::test]
async fn each_step_has_a_new_id_and_the_old_one_is_dead() {
    let studio = Studio::open().await;
    let mut browser = studio.half_way(Role::SuperAdmin).await;
    let half = browser.clone();
    browser.post("/sign-in/code", &[("code", &studio.code(Role::SuperAdmin))]).await.must(303);
    let mut browser = browser.inside();
    let full = browser.clone();
    browser.post("/confirm", &[("code", &studio.code(Role::SuperAdmin))]).await.must(303);
    browser.get("/admin").await.must(200);
    let ids = [half.cookie(), full.cookie(), browser.cookie()];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids.iter().all(|id| id.len() == 22), "{ids:?}");
    half.clone().get("/sign-in/code").await.sent_to("/sign-in");
    full.clone().get("/admin").await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.sessions where ended_at is null").await, 1);
}

#[tokio::test]
async fn an_id_that_somebody_else_chose_is_never_taken_over() {
    let studio = Studio::open().await;
    let attacker = studio.half_way(Role::DataAdmin).await;
    for chosen in [BASE64_URL_SAFE_NO_PAD.encode([7; 16]), attacker.cookie().to_owned(), "x".into(), String::new()] {
        let mut victim = studio.browser();
        victim.jar.insert("__Host-backlot".into(), chosen.clone());
        let page = victim.get("/sign-in").await.must(200);
        let form = page.form("/sign-in").with("email", "maya@backlot.example").with("password", backlot::database::demo_admins::PASSWORD);
        victim.submit(&form).await.sent_to("/sign-in/code");
        victim.post("/sign-in/code", &[("code", &studio.code(Role::SuperAdmin))]).await.must(303);
        assert_ne!(victim.cookie(), chosen);
        let mut thief = studio.browser();
        thief.jar.insert("__Host-backlot".into(), chosen);
        thief.get("/admin").await.must(303);
        victim.get("/admin").await.must(200);
    }
}

#[tokio::test]
async fn the_database_never_holds_what_the_cookie_holds() {
    let studio = Studio::open().await;
    let browser = studio.sign_in(Role::SuperAdmin).await;
    let id = BASE64_URL_SAFE_NO_PAD.decode(browser.cookie()).unwrap();
    // The cookie's library writes the number's last byte first.
    let hex: String = id.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    for table in studio.fingerprint(&[]).await.into_keys() {
        let rows = studio.text(&format!("select coalesce(string_agg(to_jsonb(t)::text, ''), '') from {table} t")).await;
        assert!(!rows.contains(browser.cookie()) && !rows.contains(&hex), "{table} holds the session's id");
    }
    let known =
        studio.number(&format!("select count(*) from backlot.sessions where id_hash = sha256('\\x{hex}') and ended_at is null")).await;
    assert_eq!(known, 1, "only its hash");
}

#[tokio::test]
async fn thirty_minutes_without_a_click_end_a_session_and_so_do_twelve_hours_of_clicks() {
    let studio = Studio::open().await;
    for (column, alive, over) in [
        ("last_seen_at", "29 minutes 57 seconds", "30 minutes 1 second"),
        ("started_at", "11 hours 59 minutes 57 seconds", "12 hours 1 second"),
    ] {
        let mut browser = studio.sign_in(Role::SuperAdmin).await;
        studio.run(&format!("update backlot.sessions set {column} = now() - interval '{alive}'")).await;
        browser.get("/admin").await.must(200);
        studio.run(&format!("update backlot.sessions set {column} = now() - interval '{over}'")).await;
        browser.get("/admin").await.must(303);
        browser.get("/admin").await.must(303);
    }
}

#[tokio::test]
async fn a_new_id_does_not_begin_twelve_new_hours() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.sessions set started_at = now() - interval '11 hours 59 minutes'").await;
    browser.post("/confirm", &[("code", &studio.code(Role::SuperAdmin))]).await.must(303);
    let age = studio.number("select extract(epoch from now() - started_at)::bigint from backlot.sessions where ended_at is null").await;
    assert!((43_140..43_200).contains(&age), "{age} s");
}

#[tokio::test]
async fn clicks_keep_a_session_alive_and_what_a_page_asks_by_itself_does_not() {
    let studio = Studio::open().await;
    let browser = studio.sign_in(Role::SuperAdmin).await;
    let site = studio.site.clone();
    let routes =
        Routes::new(site.clone()).live("/poll", Permission::Own, async || "polled").page("/click", Permission::Own, async || "clicked");
    let layers = tower::ServiceBuilder::new().layer(from_fn_with_state(site.clone(), request::name)).layer(session::layer(
        site.door.clone(),
        site.sessions.clone(),
        true,
    ));
    let router: Router = routes.finish().0.layer(layers).with_state(site);
    let quiet = "select extract(epoch from now() - last_seen_at)::bigint from backlot.sessions where ended_at is null";
    let age = "update backlot.sessions set last_seen_at = now() - interval '20 minutes'";
    for (path, least, most) in [("/poll", 1_200, 1_300), ("/click", 0, 60)] {
        let mut browser = browser.clone();
        browser.router = router.clone();
        studio.run(age).await;
        browser.get(path).await.must(200);
        let seconds = studio.number(quiet).await;
        assert!((least..most).contains(&seconds), "{path}: last seen {seconds} s ago");
    }
    studio.run(age).await;
    browser.clone().post("/session/stay", &[]).await.must(204);
    assert!(studio.number(quiet).await < 60, "staying is a click");
}

#[tokio::test]
async fn a_disabled_admin_is_out_on_the_next_click() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    let form = browser.get(&format!("/admin/users/{BEN}")).await.must(200).form(&format!("/admin/users/{BEN}/notes"));
    studio.run("update backlot.admins set status = 'disabled' where role = 'data_admin'").await;
    browser.submit(&form.with("body", "one more thing")).await.must(303);
    browser.get("/admin").await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.user_notes").await, 0);
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_click() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    browser.get("/admin/audit/verify").await.must(200);
    studio.run("update backlot.admins set role = 'billing_admin' where email like 'dai@%'").await;
    browser.get("/admin/audit/verify").await.must(403);
}
