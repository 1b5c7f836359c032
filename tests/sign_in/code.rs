//! The code of the second factor: each works once, for whoever holds the device.
use crate::support::Studio;
use backlot::features::sign_in::code_now;
use backlot::kernel::Role;
use tokio::task::JoinSet;

const PAGE: &str = "/sign-in/code";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_code_sixteen_times_at_once_lets_one_in_however_many_servers_there_are() {
    let studio = Studio::open().await;
    let second = studio.second_instance();
    let code = studio.code(Role::SuperAdmin);
    let mut browsers = Vec::new();
    for number in 0..16 {
        let mut browser = studio.half_way(Role::SuperAdmin).await;
        if number % 2 == 1 {
            browser.router = second.clone();
        }
        let form = browser.get(PAGE).await.must(200).form(PAGE).with("code", &code);
        browsers.push((browser, form));
    }
    let mut sent = JoinSet::new();
    for (mut browser, form) in browsers {
        sent.spawn(async move { browser.submit(&form).await });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 303 | 422 | 429)), "{answers:?}");
    assert_eq!(studio.number("select count(*) from backlot.sessions where stage = 'full'").await, 1);
    assert_eq!(studio.entries("session.complete", "done").await.len(), 1);
}

#[tokio::test]
async fn a_code_works_not_again_nor_does_an_older_one() {
    let studio = Studio::open().await;
    let role = Role::SupportAdmin;
    let older = code_now(&studio.staff(role).secret, studio.now()).unwrap();
    let code = studio.code(role);
    let mut browser = studio.half_way(role).await;
    browser.post(PAGE, &[("code", &code)]).await.sent_to("/admin");
    let mut again = studio.half_way(role).await;
    for used in [&code, &older] {
        let refused = again.post(PAGE, &[("code", used)]).await.must(422);
        assert!(refused.one("#code-error").contains("used already"), "{refused:?}");
    }
    assert_eq!(studio.entries("session.complete", "denied").await.len(), 2);
    again.post(PAGE, &[("code", &studio.code(role))]).await.sent_to("/admin");
}

#[tokio::test]
async fn a_clock_half_a_minute_off_is_forgiven_and_no_more() {
    let studio = Studio::open().await;
    let role = Role::SupportAdmin;
    let secret = studio.staff(role).secret;
    for (off, status) in [(-60, 422), (60, 422), (-30, 303), (30, 303)] {
        let mut browser = studio.half_way(role).await;
        let code = code_now(&secret, studio.now().checked_add_signed(off).unwrap()).unwrap();
        browser.post(PAGE, &[("code", &code)]).await.must(status);
        studio.wait(120);
    }
}

#[tokio::test]
async fn blanks_in_a_code_are_no_mistake() {
    let studio = Studio::open().await;
    let code = studio.code(Role::SupportAdmin);
    let mut browser = studio.half_way(Role::SupportAdmin).await;
    browser.post(PAGE, &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await.sent_to("/admin");
}

#[tokio::test]
async fn guessing_codes_is_counted_over_all_sessions_of_an_account() {
    let studio = Studio::open().await;
    let mut first = studio.half_way(Role::SupportAdmin).await;
    for code in ["000000", "", "abcdef", "12345678901234567890", "１２３４５６"] {
        first.post(PAGE, &[("code", code)]).await.must(422);
    }
    let mut second = studio.half_way(Role::SupportAdmin).await;
    second.post(PAGE, &[("code", &studio.code(Role::SupportAdmin))]).await.must(429);
    studio.run("update backlot.throttles set next_at = now()").await;
    second.post(PAGE, &[("code", &studio.code(Role::SupportAdmin))]).await.must(303);
}

#[tokio::test]
async fn half_way_in_lasts_a_quarter_of_an_hour() {
    let studio = Studio::open().await;
    let mut browser = studio.half_way(Role::SupportAdmin).await;
    studio.run("update backlot.sessions set started_at = now() - interval '14 minutes 50 seconds'").await;
    let page = browser.get(PAGE).await.must(200);
    studio.run("update backlot.sessions set started_at = now() - interval '15 minutes 1 second'").await;
    browser.get(PAGE).await.sent_to("/sign-in");
    let code = studio.code(Role::SupportAdmin);
    browser.submit(&page.form(PAGE).with("code", &code)).await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.sessions where stage = 'full'").await, 0);
}
