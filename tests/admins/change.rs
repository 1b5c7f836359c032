//! Changing an account: at once, everywhere, on the record, and its owner is told.
use super::confirm;
use crate::support::{SIGNED_IN, Studio, VERA};
use backlot::database::demo_admins::{self, PASSWORD};
use backlot::kernel::Role;

fn page(email: &str) -> String {
    format!("/admin/admins/{}", demo_admins::id(email))
}

#[tokio::test]
async fn a_role_change_says_what_they_gain_and_lose_and_ends_their_sessions() {
    let studio = Studio::open().await;
    let (mut boss, mut sam) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::SupportAdmin).await);
    let path = format!("{}/role", page("sam@backlot.example"));
    let asked = boss.get(&path).await.must(200);
    let shown = boss.submit(&asked.form(&path).with("role", "data_admin").with("reason", "moves on")).await.must(200);
    let counts = shown.all(".counts li");
    assert!(counts.iter().any(|line| line.contains("they may now:") && line.contains("verify the audit log")), "{counts:?}");
    assert!(counts.iter().any(|line| line.contains("they may no longer:") && line.contains("suspend or restore a user")), "{counts:?}");
    sam.get("/admin").await.must(200);
    boss.submit(&shown.form(&path)).await.sent_to(&page("sam@backlot.example"));
    sam.get("/admin").await.sent_to("/sign-in");
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_user_role_changed").unwrap();
    let id = demo_admins::id("sam@backlot.example");
    assert_eq!(event.properties, serde_json::json!({ "admin_id": id, "old_role": "support_admin", "new_role": "data_admin" }));
    studio.run_jobs().await;
    assert!(studio.letters.last_to("sam@backlot.example").body.contains("data admin"));
}

#[tokio::test]
async fn a_disabled_admin_is_out_on_the_next_click_on_every_instance_and_not_told_why_at_the_door() {
    let studio = Studio::open().await;
    let (mut boss, mut bea) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::BillingAdmin).await);
    let mut elsewhere = bea.clone();
    elsewhere.router = studio.second_instance();
    elsewhere.get("/admin").await.must(200);
    confirm(&mut boss, &format!("{}/disable", page("bea@backlot.example")), &[("reason", "on leave")]).await.must(303);
    elsewhere.get("/admin/users").await.must(303);
    bea.get("/admin/users").await.must(303);
    let mut door = studio.browser();
    let form = door.get("/sign-in").await.must(200).form("/sign-in");
    let refused = door.submit(&form.with("email", "bea@backlot.example").with("password", PASSWORD)).await.must(422);
    assert!(refused.words().contains("do not belong together") && !refused.words().contains("disabled"), "{refused:?}");
    let list = boss.get("/admin/admins?status=disabled").await.must(200);
    assert!(list.words().contains("Bea Lindqvist") && list.words().contains("Otto"), "{list:?}");

    confirm(&mut boss, &format!("{}/enable", page("bea@backlot.example")), &[("reason", "is back")]).await.must(303);
    studio.sign_in(Role::BillingAdmin).await.get("/admin").await.must(200);
    studio.run_jobs().await;
    assert_eq!(studio.letters.all().len(), 2, "told of both");
}

#[tokio::test]
async fn a_reset_password_is_chosen_by_its_owner_and_the_second_factor_stays() {
    let studio = Studio::open().await;
    let (mut boss, mut olga) = (studio.sign_in(Role::SuperAdmin).await, studio.sign_in(Role::OperationsAdmin).await);
    confirm(&mut boss, &format!("{}/password", page("olga@backlot.example")), &[("reason", "seen on a screen")]).await.must(303);
    olga.get("/admin").await.must(303);
    let form = olga.get("/sign-in").await.must(200).form("/sign-in");
    olga.submit(&form.with("email", "olga@backlot.example").with("password", PASSWORD)).await.must(422);
    studio.run_jobs().await;
    let body = studio.letters.last_to("olga@backlot.example").body;
    let path = body[body.find("/welcome/").unwrap()..].split_whitespace().next().unwrap().to_owned();
    let mut fresh = studio.browser();
    let form = fresh.get(&path).await.must(200).form(&path);
    let new = "quite another long secret";
    fresh.submit(&form.with("password", new).with("again", new)).await.sent_to("/sign-in/code");
    fresh.get("/admin").await.sent_to("/sign-in/code");
    let code = studio.code(Role::OperationsAdmin);
    fresh.post("/sign-in/code", &[("code", &code)]).await.must(303);
    studio.run("update backlot.admin_links set used_at = null, expires_at = created_at + interval '61 minutes'").await;
    assert!(studio.number("select count(*) from backlot.admin_links where purpose = 'reset' and expires_at > created_at").await == 1);
}

#[tokio::test]
async fn who_must_enrol_anew_reaches_nothing_else_before() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    confirm(&mut boss, &format!("{}/factors", page("dai@backlot.example")), &[("reason", "lost the phone")]).await.must(303);
    let mut dai = studio.browser();
    let form = dai.get("/sign-in").await.must(200).form("/sign-in");
    dai.submit(&form.with("email", "dai@backlot.example").with("password", PASSWORD)).await.sent_to("/sign-in/enrol");
    dai.get("/admin").await.sent_to("/sign-in/enrol");
    let list = boss.get("/admin/admins?factor=none").await.must(200);
    assert!(list.words().contains("Dai Nakamura"), "{list:?}");
    studio.run_jobs().await;
}

#[tokio::test]
async fn deleting_wants_the_address_typed_and_leaves_the_record_and_nothing_that_opens_a_door() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let (id, path) = (demo_admins::id("sam@backlot.example"), format!("{}/delete", page("sam@backlot.example")));
    let asked = boss.get(&path).await.must(200);
    let shown = boss.submit(&asked.form(&path).with("reason", "has left")).await.must(200);
    assert_eq!(shown.one(".phrase"), "sam@backlot.example");
    for typed in ["", "Sam", "SAM@backlot.example"] {
        let again = boss.submit(&shown.form(&path).with("_typed", typed)).await.must(422);
        assert!(again.one("#_typed-error").contains("exactly as it is shown"), "{again:?}");
    }
    let shown = boss.submit(&shown.form(&path).with("_typed", "")).await.must(422);
    boss.submit(&shown.form(&path).with("_typed", "sam@backlot.example")).await.must(303);
    let left = format!(
        "select count(*) from backlot.admins where id = '{id}' and password_hash is null and totp_secret is null and status = 'deleted'"
    );
    assert_eq!(studio.number(&left).await, 1);
    assert!(!boss.get("/admin/admins").await.must(200).words().contains("Sam Okonkwo"));
    assert!(boss.get("/admin/admins?status=deleted").await.must(200).words().contains("Sam Okonkwo"));
    boss.get(&page("sam@backlot.example")).await.must(200);
    let page = boss.get("/admin/admins/new").await.must(200);
    let form =
        page.form("/admin/admins/new").with("email", "sam@backlot.example").with("name", "Another Sam").with("role", "support_admin");
    boss.submit(&form).await.must(303);
    studio.run_jobs().await;
}

#[tokio::test]
async fn names_and_browsers_that_attack_are_shown_and_do_nothing() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    studio.run(SIGNED_IN).await;
    for path in ["/admin/admins".to_owned(), format!("/admin/admins/{VERA}"), format!("/admin/admins/{VERA}/sessions")] {
        let page = boss.get(&path).await.must(200);
        assert!(!page.text.contains("<script>agent") && !page.text.contains("\"<b>\""), "{page:?}");
        assert!(page.words().contains("Vera \"<b>\" Signed-In"), "{page:?}");
    }
    confirm(&mut boss, &format!("/admin/admins/{VERA}/sessions"), &[("reason", "lost a laptop")]).await.must(303);
    assert_eq!(studio.number(&format!("select count(*) from backlot.sessions where admin_id = '{VERA}' and ended_at is null")).await, 0);
    studio.run_jobs().await;
}
