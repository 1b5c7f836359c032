//! E-mail and password: every failure looks the same, and guessing does not pay.
use crate::support::{Answer, Browser, Studio};
use backlot::database::demo_admins::PASSWORD;
use backlot::kernel::Role;
use serde_json::Value;
use tokio::task::JoinSet;

const MAYA: &str = "maya@backlot.example";

async fn attempt(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let page = browser.get("/sign-in").await.must(200);
    browser.submit(&page.form("/sign-in").with("email", email).with("password", password)).await
}

/// What differs from one answer to the next by its nature, taken out.
fn bare(answer: &Answer, email: &str) -> (String, Vec<(String, String)>) {
    let options: Value = serde_json::from_str(&answer.attributes("[data-options]", "data-options")[0]).unwrap();
    let asked = [answer.form("/sign-in/passkey").value("ceremony").to_owned(), options["challenge"].as_str().unwrap().to_owned()];
    let once = answer.proofs().into_iter().chain(asked);
    let text = once.fold(answer.text.clone(), |text, once| text.replace(&once, "ONCE")).replace(email, "EMAIL");
    let headers = answer.headers.iter().filter(|(name, _)| !["x-request-id", "content-length"].contains(&name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (text, headers)
}

#[tokio::test]
async fn unknown_wrong_disabled_deleted_and_invited_are_answered_byte_for_byte_alike() {
    let studio = Studio::open().await;
    studio
        .run(
            "update backlot.admins set status = 'disabled' where email like 'sam@%';
             update backlot.admins set status = 'deleted' where email like 'olga@%';
             update backlot.admins set status = 'invited', password_hash = null where email like 'dai@%';",
        )
        .await;
    let mut browser = studio.browser();
    let wrong = attempt(&mut browser, MAYA, "not the password at all").await.must(422);
    assert!(wrong.words().contains("This e-mail and password do not belong together."), "{wrong:?}");
    for (email, password) in [
        ("nobody@backlot.example", PASSWORD),
        ("sam@backlot.example", PASSWORD),
        ("olga@backlot.example", PASSWORD),
        ("dai@backlot.example", PASSWORD),
        ("bea@backlot.example", ""),
        ("' or 1=1--@x", PASSWORD),
        ("", ""),
    ] {
        let other = attempt(&mut browser, email, password).await.must(422);
        if email.is_empty() {
            continue;
        }
        let ((other_text, other_headers), (text, headers)) = (bare(&other, &email.replace('\'', "&#39;")), bare(&wrong, MAYA));
        let differ = other_text.lines().zip(text.lines()).find(|(other, wrong)| other != wrong);
        assert_eq!(differ, None, "{email}");
        assert_eq!((other_text.len(), other_headers), (text.len(), headers), "{email}");
        let entry = studio.audit_of(other.request_id()).await;
        assert_eq!(entry.len(), 1, "{entry:?}");
        assert_eq!((entry[0].action.as_str(), entry[0].outcome.as_str(), entry[0].actor_name.as_str()), ("session.open", "denied", email));
    }
    assert_eq!(browser.cookie(), "");
    assert_eq!(studio.number("select count(*) from backlot.sessions").await, 0);
}

#[tokio::test]
async fn what_was_typed_is_kept_but_the_password() {
    let studio = Studio::open().await;
    let page = attempt(&mut studio.browser(), MAYA, "not the password at all").await.must(422);
    let form = page.form("/sign-in");
    assert_eq!((form.value("email"), form.value("password")), (MAYA, ""));
    assert!(!page.text.contains("not the password"), "{page:?}");
    let audit = studio.text("select coalesce(string_agg(l::text, ''), '') from backlot.audit_log l").await;
    assert!(!audit.contains("not the password"));
}

#[tokio::test]
async fn an_e_mail_is_known_in_any_case_and_with_blanks_around() {
    let studio = Studio::open().await;
    attempt(&mut studio.browser(), "  MAYA@Backlot.Example ", PASSWORD).await.sent_to("/sign-in/code");
}

/// Sixteen guesses at once; how many were looked at, and how many were told to wait.
async fn sixteen(studio: &Studio) -> (usize, usize) {
    let mut guesses = JoinSet::new();
    for guess in 0..16 {
        let mut browser = studio.browser();
        guesses.spawn(async move { attempt(&mut browser, MAYA, &format!("a wrong password {guess}")).await });
    }
    let answers = guesses.join_all().await;
    for answer in answers.iter().filter(|answer| answer.status == 429) {
        assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|wait| wait > 0), "{answer:?}");
        assert!(answer.words().contains("Too many attempts"), "{answer:?}");
    }
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    (count(422), count(429))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_guesses_at_once_five_are_looked_at_then_one_for_each_wait() {
    let studio = Studio::open().await;
    assert_eq!(sixteen(&studio).await, (5, 11));
    assert_eq!(studio.entries("session.open", "denied").await.len(), 5);
    for wait in [2, 4, 8, 16] {
        studio.run("update backlot.throttles set next_at = now() where key like 'account:%'").await;
        assert_eq!(sixteen(&studio).await, (1, 15), "waits are to be {wait} s");
        let left = studio
            .number("select round(extract(epoch from next_at - last_at))::bigint from backlot.throttles where key like 'account:%'")
            .await;
        assert_eq!(left, wait);
    }
    attempt(&mut studio.browser(), MAYA, PASSWORD).await.must(429);
    attempt(&mut studio.browser(), "sam@backlot.example", PASSWORD).await.sent_to("/sign-in/code");
    studio.run("update backlot.throttles set next_at = now() where key like 'account:%'").await;
    attempt(&mut studio.browser(), MAYA, PASSWORD).await.sent_to("/sign-in/code");
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'account:%'").await, 0, "a success forgets them");
}

#[tokio::test]
async fn nobody_can_be_locked_out_for_more_than_a_quarter_of_an_hour() {
    let studio = Studio::open().await;
    attempt(&mut studio.browser(), MAYA, "a wrong password").await.must(422);
    studio.run("update backlot.throttles set attempts = 1000, next_at = now()").await;
    attempt(&mut studio.browser(), MAYA, "a wrong password").await.must(422);
    assert_eq!(
        studio
            .number("select round(extract(epoch from next_at - last_at))::bigint from backlot.throttles where key like 'account:%'")
            .await,
        900
    );
    studio.run("update backlot.throttles set last_at = now() - interval '61 minutes', next_at = now()").await;
    attempt(&mut studio.browser(), MAYA, "a wrong password").await.must(422);
    assert_eq!(
        studio.number("select attempts::bigint from backlot.throttles where key like 'account:%'").await,
        1,
        "an hour of quiet forgets"
    );
}

#[tokio::test]
async fn one_address_cannot_try_everybody() {
    let studio = Studio::open().await;
    let mut browser = studio.browser().at([192, 0, 2, 9]);
    attempt(&mut browser, MAYA, "a wrong password").await.must(422);
    studio.run("update backlot.throttles set attempts = 99 where key = 'address:192.0.2.9'").await;
    attempt(&mut browser, "sam@backlot.example", "a wrong password").await.must(422);
    attempt(&mut browser, "olga@backlot.example", "a wrong password").await.must(429);
    attempt(&mut studio.browser().at([192, 0, 2, 10]), "olga@backlot.example", "a wrong password").await.must(422);
}

#[tokio::test]
async fn only_a_page_of_ours_comes_next() {
    let studio = Studio::open().await;
    for next in [
        "https://evil.example/admin",
        "//evil.example",
        "/\\evil.example",
        "/admin//evil.example",
        "javascript:alert(1)",
        "/admin\r\nset-cookie:x=y",
    ] {
        let mut browser = studio.browser();
        let page = browser.get("/sign-in").await.must(200);
        let form = page.form("/sign-in").with("email", MAYA).with("password", PASSWORD).with("next", next);
        browser.submit(&form).await.sent_to("/sign-in/code");
        let page = browser.get("/sign-in/code").await.must(200);
        browser.submit(&page.form("/sign-in/code").with("code", &studio.code(Role::SuperAdmin))).await.sent_to("/admin");
    }
}
