//! One's own password.
use super::{PAGE, everything, not_fresh};
use crate::support::{Answer, Browser, Filled, Sent, Studio};
use backlot::database::demo_admins::PASSWORD;
use backlot::kernel::Role;
use tokio::task::JoinSet;

const PATH: &str = "/admin/account/password";
const NEW: &str = "seven otters on a raft";

fn filled(page: &Answer, current: &str, new: &str, again: &str) -> Filled {
    page.form(PATH).with("current_password", current).with("new_password", new).with("new_password_again", again)
}

async fn ask(browser: &mut Browser, current: &str, new: &str, again: &str) -> Answer {
    let page = browser.get(PATH).await.must(200);
    browser.submit(&filled(&page, current, new, again)).await
}

async fn at_the_door(studio: &Studio, password: &str) -> Answer {
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    browser.submit(&page.form("/sign-in").with("email", "maya@backlot.example").with("password", password)).await
}

#[tokio::test]
async fn a_new_password_counts_at_once_and_ends_everything_that_the_old_one_opened() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let mut elsewhere = studio.sign_in(Role::SuperAdmin).await;
    let mut half = studio.half_way(Role::SuperAdmin).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    ask(&mut maya, PASSWORD, NEW, NEW).await.sent_to(PAGE);
    assert!(maya.get(PAGE).await.must(200).one(".flash").contains("Your password is changed, and your other session is ended."));
    elsewhere.get("/admin").await.sent_to("/sign-in");
    half.get("/sign-in/code").await.sent_to("/sign-in");
    sam.get("/admin").await.must(200);
    at_the_door(&studio, PASSWORD).await.must(422);
    at_the_door(&studio, NEW).await.sent_to("/sign-in/code");

    let entry = studio.entries("account.change_password", "done").await.remove(0);
    let changes: serde_json::Value = serde_json::from_str(&entry.changes).unwrap();
    assert_eq!(changes[0]["after"]["password"], "(hidden, changed)");
    assert_eq!((&changes[1]["before"]["open_sessions"], &changes[1]["after"]["open_sessions"]), (&2.into(), &1.into()));
    let all = everything(&studio).await;
    assert!(!all.contains(NEW) && !all.contains(PASSWORD), "no password anywhere");
    assert!(!entry.changes.contains("argon2"), "{}", entry.changes);
    studio.run_jobs().await;
    let letter = studio.letters.last_to("maya@backlot.example");
    assert_eq!(letter.subject, "Your password was changed");
    assert!(letter.body.contains("from 127.0.0.1") && letter.body.contains("tell a super admin"), "{}", letter.body);
}

#[tokio::test]
async fn without_the_current_password_nothing_is_changed_and_the_attempt_is_recorded() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let before = studio.text("select password_hash from backlot.admins where role = 'super_admin'").await;
    for wrong in ["", "not the password at all", NEW] {
        let refused = ask(&mut maya, wrong, "eight badgers in a boat", "eight badgers in a boat").await.must(422);
        assert!(refused.has("#current_password-error"), "{refused:?}");
        assert!(!refused.text.contains("badgers"), "nothing that was typed comes back");
    }
    assert_eq!(studio.entries("account.change_password", "denied").await.len(), 2, "an empty field is no attempt");
    assert_eq!(studio.text("select password_hash from backlot.admins where role = 'super_admin'").await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_guesses_at_the_current_password_five_are_looked_at() {
    let studio = Studio::open().await;
    let maya = studio.sign_in(Role::SuperAdmin).await;
    let mut sent = JoinSet::new();
    for guess in 0..16 {
        let mut browser = maya.clone();
        sent.spawn(async move { ask(&mut browser, &format!("a wrong password {guess}"), NEW, NEW).await.status.as_u16() });
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [[422; 5].as_slice(), &[429; 11]].concat());
    let mut maya = maya;
    studio.run("update backlot.throttles set next_at = now() + interval '1 minute'").await;
    ask(&mut maya, PASSWORD, NEW, NEW).await.must(429);
    studio.run("update backlot.throttles set next_at = now()").await;
    ask(&mut maya, PASSWORD, NEW, NEW).await.sent_to(PAGE);
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'password:%'").await, 0, "a success forgets them");
    studio.run_jobs().await;
}

#[tokio::test]
async fn the_same_wrong_form_again_is_no_further_guess_and_a_used_one_is_worth_nothing() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let attempts = "select coalesce(max(attempts), 0)::bigint from backlot.throttles where key like 'password:%'";
    let page = maya.get(PATH).await.must(200);
    for _ in 0..8 {
        maya.submit(&filled(&page, "a wrong password 1", NEW, NEW)).await.must(422);
    }
    assert_eq!(studio.number(attempts).await, 1);
    maya.submit(&filled(&page, "a wrong password 2", NEW, NEW)).await.must(422);
    assert_eq!(studio.number(attempts).await, 2, "another guess in the same form is one");

    let used = page.form(PATH).value("_proof").to_owned();
    maya.send(Sent::form("/admin/account/name", &[("name", "Maya"), ("_proof", &used)])).await.must(303);
    maya.submit(&filled(&page, "a wrong password 3", NEW, NEW)).await.must(409);
    assert_eq!(studio.number(attempts).await, 3, "nor does a form that acted elsewhere forget them");
    at_the_door(&studio, PASSWORD).await.sent_to("/sign-in/code");
}

#[tokio::test]
async fn a_password_that_guessers_try_first_is_refused_with_the_reason() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    for (new, why) in [
        ("too short", "at least 15 characters; this has 9"),
        ("qwertyuiopasdfgh", "common passwords"),
        ("maya-kruger-1984-backlot", "your name, your e-mail address"),
        ("my maya@backlot.example", "whole e-mail address"),
        ("changemechangeme", "one piece over and over"),
        ("aaaaaaaaaaaaaaaaaaaa", "one character over and over"),
        (PASSWORD, "your password already"),
    ] {
        let refused = ask(&mut maya, PASSWORD, new, new).await.must(422);
        assert!(refused.one("#new_password-error").contains(why), "{new}: {refused:?}");
    }
    let refused = ask(&mut maya, PASSWORD, NEW, "seven otters on a raft!").await.must(422);
    assert!(refused.one("#new_password_again-error").contains("not the same"));
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'password:%'").await, 0, "none of these is a guess");
}

#[tokio::test]
async fn the_second_factor_is_asked_for_first_and_no_password_is_kept_meanwhile() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(PATH).await.must(200);
    not_fresh(&studio).await;
    let confirm = "/confirm?next=%2Fadmin%2Faccount%2Fpassword";
    maya.submit(&filled(&page, PASSWORD, NEW, NEW)).await.sent_to(confirm);
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0);
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'password:%'").await, 0, "nothing was looked at");
    maya.get(PATH).await.sent_to(confirm);
    let asked = maya.get(confirm).await.must(200);
    assert!(!asked.words().contains("What you typed is kept"), "{asked:?}");
    maya.submit(&asked.form("/confirm").with("code", &studio.code(Role::SuperAdmin))).await.sent_to(PATH);
    ask(&mut maya, PASSWORD, NEW, NEW).await.sent_to(PAGE);
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_link_that_was_sent_to_set_a_password_opens_nothing_any_more() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.admin_links (id, token_hash, admin_id, purpose, expires_at)
             select gen_random_uuid(), sha256('token'), id, 'reset', now() + interval '1 hour' from backlot.admins where role = 'super_admin'",
        )
        .await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.browser().get("/welcome/token").await.must(200);
    ask(&mut maya, PASSWORD, NEW, NEW).await.sent_to(PAGE);
    studio.browser().get("/welcome/token").await.must(404);
    studio.run_jobs().await;
}
