//! A form acts only when it is ours, whole, and sent from our own page.
use super::{address, inside, is_inside, is_post, routes};
use crate::support::{Answer, Browser, Sent, Studio};
use backlot::kernel::Role;
use backlot::web::routes::Access;

const OTHER: [&str; 2] = ["backlot.audit_log", "backlot.throttles"];

/// What a forger would send, and an honest form's fields with them, so that only the forgery stands in the way.
fn forgeries(path: &str, proof: &str, strange: &str) -> Vec<(&'static str, Sent)> {
    let fields = |proof| {
        [("reason", "because I can"), ("tier", "free"), ("role", "moderator"), ("theme", "dark"), ("body", "a note"), ("_proof", proof)]
    };
    let honest = || Sent::form(path, &fields(proof));
    let mut plain = honest().header("content-type", "text/plain");
    plain.body = format!("reason=because&_proof={proof}").into_bytes();
    vec![
        ("no proof", Sent::form(path, &fields("")[..5])),
        ("an empty proof", Sent::form(path, &fields(""))),
        ("another sign-in's proof", Sent::form(path, &fields(strange))),
        ("a made-up proof", Sent::form(path, &fields("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))),
        ("from another site", honest().header("sec-fetch-site", "cross-site")),
        ("from a neighbour's site", honest().header("sec-fetch-site", "same-site")),
        ("from another origin", honest().without("sec-fetch-site").header("origin", "https://evil.example")),
        ("from no origin", honest().without("sec-fetch-site").header("origin", "null")),
        ("without saying from where", honest().without("sec-fetch-site")),
        ("as plain text", plain),
        ("as JSON", honest().header("content-type", "application/json")),
    ]
}

async fn refused(browser: &mut Browser, forgery: &str, sent: Sent) -> Answer {
    let answer = browser.send(sent).await;
    assert_eq!(answer.status, 403, "{forgery}: {answer:?}");
    assert!(answer.words().contains("Nothing was"), "{forgery}: {answer:?}");
    answer
}

#[tokio::test]
async fn a_forged_form_does_nothing_and_is_recorded() {
    let studio = Studio::open().await;
    let mut stranger = studio.sign_in(Role::SupportAdmin).await;
    let (mut browser, mine) = inside(&studio, Role::SuperAdmin).await;
    let before = studio.fingerprint(&OTHER).await;
    for route in routes(&studio).iter().filter(|route| is_post(route) && is_inside(route)) {
        let path = address(route, mine);
        let (proof, strange) = (browser.proof().await, stranger.proof().await);
        for (forgery, sent) in forgeries(&path, &proof, &strange) {
            let answer = refused(&mut browser, &format!("{path}, {forgery}"), sent).await;
            let rows = studio.audit_of(answer.request_id()).await;
            assert_eq!(rows.len(), 1, "{path}, {forgery}: {rows:?}");
            assert_eq!(rows[0].outcome, "denied", "{path}, {forgery}");
        }
    }
    assert_eq!(studio.fingerprint(&OTHER).await, before);
    browser.get("/admin").await.must(200);
}

#[tokio::test]
async fn a_forged_form_at_the_door_does_nothing() {
    let studio = Studio::open().await;
    let before = studio.fingerprint(&[]).await;
    let (mut browser, mut other) = (studio.browser(), studio.browser());
    for route in routes(&studio).iter().filter(|route| is_post(route) && route.access == Access::Door) {
        let path = address(route, uuid::Uuid::now_v7());
        let (proof, strange) = (browser.proof().await, other.proof().await);
        for (forgery, sent) in forgeries(&path, &proof, &strange) {
            refused(&mut browser, &format!("{path}, {forgery}"), sent).await;
        }
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_proof_of_one_sign_in_is_worth_nothing_in_the_next() {
    let studio = Studio::open().await;
    let mut first = studio.sign_in(Role::SuperAdmin).await;
    let old = first.proof().await;
    let mut second = studio.sign_in(Role::SuperAdmin).await;
    second.send(Sent::form("/admin/account/theme", &[("theme", "dark"), ("_proof", &old)])).await.must(403);
    second.post("/admin/account/theme", &[("theme", "dark")]).await.must(303);
}

#[tokio::test]
async fn a_browser_that_only_says_its_origin_is_believed_about_its_own() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let proof = browser.proof().await;
    let sent = Sent::form("/admin/account/theme", &[("theme", "dark"), ("_proof", &proof)]);
    browser.send(sent.without("sec-fetch-site").header("origin", "https://backlot.example")).await.must(303);
}
