//! What is true of every answer, whatever it says.
use super::{address, inside, is_post, routes, table};
use crate::support::{ABSENT, ADA, Answer, BEN, Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use backlot::web::routes::Access;

const HEADERS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("server", ""),
    ("x-powered-by", ""),
];

#[track_caller]
fn guarded(answer: &Answer) {
    for (name, value) in HEADERS {
        assert_eq!(answer.header(name), value, "{name} of {answer:?}");
    }
    let policy = answer.header("content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self';", "style-src 'self';", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{part} is missing: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    answer.request_id();
}

#[track_caller]
fn private(answer: &Answer) {
    guarded(answer);
    assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    if !answer.text.is_empty() && answer.text.starts_with('<') {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    }
}

#[tokio::test]
async fn every_route_answers_with_all_headers_and_is_never_stored() {
    let studio = Studio::open().await;
    let (mut browser, mine) = inside(&studio, Role::SupportAdmin).await;
    for route in routes(&studio).iter().filter(|route| !route.path.starts_with("/sign-out")) {
        let path = address(route, mine);
        let answer = if is_post(route) { browser.post(&path, &[]).await } else { browser.get(&path).await };
        private(&answer);
        private(&studio.browser().get(&path).await);
        private(&browser.send(Sent::get(&path).header("hx-request", "true")).await);
    }
    studio.run_jobs().await;
}

#[tokio::test]
async fn machines_are_answered_with_the_same_headers_and_never_with_a_page() {
    let studio = Studio::open().await;
    for route in table(&studio).iter().filter(|route| matches!(route.access, Access::Machine(_))) {
        let mut machine = studio.browser();
        let sent = Sent { method: route.method.clone(), ..Sent::get(&address(route, uuid::Uuid::now_v7())) };
        let answer = machine.send(sent).await;
        for (name, value) in HEADERS.iter().filter(|(name, _)| *name != "cross-origin-resource-policy") {
            assert_eq!(answer.header(name), *value, "{name} of {answer:?}");
        }
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{answer:?}");
        assert!(!answer.header("content-type").contains("html") && answer.header("set-cookie").is_empty(), "{answer:?}");
        answer.request_id();
    }
}

#[tokio::test]
async fn errors_of_every_kind_answer_with_all_headers_and_a_sentence() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SupportAdmin).await;
    let mut seen = Vec::new();
    let asked = browser.get(&format!("/admin/users/{BEN}/suspend")).await;
    for (status, answer) in [
        (303, studio.browser().get("/admin").await),
        (400, browser.get("/admin/users?nonsense=1").await),
        (403, browser.get("/admin/audit/verify").await),
        (403, browser.send(Sent::form("/admin/account/theme", &[("theme", "dark")])).await),
        (404, browser.get("/no/such/page").await),
        (404, studio.browser().get("/no/such/page").await),
        (404, browser.get(&format!("/admin/users/{ABSENT}")).await),
        (404, browser.get("/admin/users/not-an-id").await),
        (404, browser.get("/static/no-such-file.css").await),
        (405, browser.send(Sent { method: Method::DELETE, ..Sent::get("/admin/users") }).await),
        (409, browser.submit(&browser_restore(&mut browser.clone()).await).await),
        (422, browser.submit(&asked.form(&format!("/admin/users/{BEN}/suspend"))).await),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        private(&answer);
        if status != 303 {
            assert!(answer.one("h1").len() > 5 && answer.words().len() > 40, "{answer:?}");
        }
        seen.push(status);
    }
    studio.run("alter table platform.users rename to users_away").await;
    let broken = browser.get(&format!("/admin/users/{ADA}")).await.must(500);
    private(&broken);
    let id = broken.request_id().to_string();
    assert!(broken.words().contains(&id), "names the request: {broken:?}");
    for leak in ["users_away", "relation", "sqlx", "platform.", "src/", "panicked"] {
        assert!(!broken.text.contains(leak), "{leak} leaks: {broken:?}");
    }
}

/// A form that restores somebody who is not suspended.
async fn browser_restore(browser: &mut crate::support::Browser) -> crate::support::Filled {
    let path = format!("/admin/users/{BEN}/restore");
    let page = browser.get(&path).await.must(200);
    page.form(&path)
}

#[tokio::test]
async fn files_have_a_validator_and_no_secret() {
    let studio = Studio::open().await;
    let mut browser = studio.browser();
    for path in ["/static/css/base.css", "/static/js/app.js", "/static/icons.svg", "/static/vendor/inter/inter-latin-wght-normal.woff2"] {
        let answer = browser.get(path).await.must(200);
        guarded(&answer);
        assert_eq!(answer.header("cache-control"), "public, max-age=0, must-revalidate");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
        let again = browser.send(Sent::get(path).header("if-none-match", answer.header("etag"))).await.must(304);
        guarded(&again);
    }
    for outside in
        ["/static/../Cargo.toml", "/static/%2e%2e/Cargo.toml", "/static/..%2fCargo.toml", "/static//etc/passwd", "/static/", "/static/%00"]
    {
        private(&browser.get(outside).await.must(404));
    }
}

#[tokio::test]
async fn methods_that_are_not_offered_are_refused() {
    let studio = Studio::open().await;
    let (browser, mine) = inside(&studio, Role::SuperAdmin).await;
    let before = studio.fingerprint(&[]).await;
    let table = table(&studio);
    for route in &table {
        let path = address(route, mine);
        let offered = |method: &Method| {
            let head_of_get = |other: &Method| *method == Method::HEAD && *other == Method::GET;
            table.iter().any(|other| other.path == route.path && (other.method == *method || head_of_get(&other.method)))
        };
        for name in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            // A browser asks before it asks: answered for machines, of which some live in pages.
            let is_machines = table.iter().any(|other| other.path == route.path && matches!(other.access, Access::Machine(_)));
            let asks_first = method == Method::OPTIONS && is_machines;
            if offered(&method) || asks_first {
                continue;
            }
            let answer = browser.clone().send(Sent { method, ..Sent::get(&path) }).await;
            assert_eq!(answer.status, 405, "{answer:?}");
            private(&answer);
            assert!(name == "HEAD" || answer.words().contains("does not take this kind of request"), "{answer:?}");
        }
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_method_cannot_be_overridden() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("/admin/users/{BEN}/notes");
    browser.send(Sent::get(&path).header("x-http-method-override", "POST")).await.must(405);
    browser.get(&format!("{path}?_method=POST&body=x")).await.must(405);
}
