//! What nobody types by accident: always refused in a sentence, never our fault.
use super::{address, inside, is_post, routes};
use crate::support::{Answer, Browser, Sent, Studio};
use backlot::kernel::Role;
use backlot::web::routes::Access;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Answered in words, and not as our fault.
#[track_caller]
fn answered(answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{answer:?}");
    let on = answer.status.is_redirection() || answer.status == 204;
    assert!(on || !answer.text.trim().is_empty(), "nothing was said: {answer:?}");
}

/// Refused, with a sentence.
#[track_caller]
fn refused(answer: &Answer) {
    assert!(answer.status.is_client_error(), "{answer:?}");
    assert!(answer.words().len() > 40, "{answer:?}");
}

fn cursor(json: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

/// Queries that cannot be right on any page that reads one.
fn broken() -> Vec<String> {
    // The longest address that HTTP here takes at all.
    let huge = "x".repeat(60_000);
    vec![
        "q=%ff".into(),
        "q=%00".into(),
        "q=a%00b".into(),
        "%ff=1".into(),
        "q=a&q=b".into(),
        "nonsense=1".into(),
        format!("q={huge}"),
        "from=2026-02-30".into(),
        "created_from=-1".into(),
    ]
}

/// Queries that may be answered or refused.
const ODD: [&str; 20] = [
    "q=%25_%5C",
    "q='%20or%201=1--",
    "q=%F0%9F%98%80",
    "q=%E2%80%AE",
    "q=-1",
    "%",
    "%%%",
    "&&&",
    "=",
    "q",
    "a=b=c",
    "after=",
    "after=x",
    "before=-1",
    "sort=-created",
    "from=-9999-01-01",
    "to=9999-12-31",
    "created_from=-9999-01-01",
    "created_to=9999-12-31",
    "active_to=-9999-12-31",
];

/// Moments that no list has, and one that no number is.
const TIMES: [&str; 9] = [
    "null",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "-377705023201000000",
    "253402207200000000",
    "99999999999999999999",
    "1e308",
];

/// These, and cursors that somebody made up.
fn odd() -> Vec<String> {
    let id = "0192f000-0000-7000-8000-00000000000a";
    let mut odd = ODD.map(str::to_owned).to_vec();
    let texts = [r#"null"#, r#""a\u0000b""#, r#""\ud83d\ude00""#, "-1"];
    for sort in ["-created", "created", "-active", "name", "-name", "email"] {
        for at in TIMES {
            odd.push(format!("sort={sort}&after={}", cursor(&format!(r#"{{"at":{at},"text":null,"id":"{id}"}}"#))));
        }
        for text in texts {
            odd.push(format!("sort={sort}&before={}", cursor(&format!(r#"{{"at":null,"text":{text},"id":"{id}"}}"#))));
        }
    }
    for at in TIMES {
        odd.push(format!("after={}", cursor(&format!(r#"{{"at":{at},"seq":{at}}}"#))));
    }
    odd.push(format!("after={}", "A".repeat(60_000)));
    odd
}

#[tokio::test]
async fn no_query_is_our_fault() {
    let studio = Studio::open().await;
    let (mut browser, mine) = inside(&studio, Role::SuperAdmin).await;
    for route in routes(&studio).iter().filter(|route| !is_post(route) && !route.path.starts_with("/static")) {
        let path = address(route, mine);
        for query in broken().iter().chain(&odd()) {
            answered(&browser.get(&format!("{path}?{query}")).await);
        }
    }
    for path in ["/admin/users", "/admin/audit", "/admin/search", "/admin/search/palette"] {
        for query in ["q=%ff", "q=%00", "q=a&q=b", "nonsense=1", "%ff=1"] {
            refused(&browser.get(&format!("{path}?{query}")).await);
        }
    }
    for (path, query) in [
        ("/admin/users", "status=gone"),
        ("/admin/users", "sort=id"),
        ("/admin/users", "tier=-1"),
        ("/admin/audit", "outcome=x"),
        ("/admin/audit", "actor=x"),
        ("/admin/audit", "request=x"),
        ("/admin/audit/verify", "from=yesterday"),
    ] {
        refused(&browser.get(&format!("{path}?{query}")).await);
    }
}

#[tokio::test]
async fn no_address_is_our_fault() {
    let studio = Studio::open().await;
    let (mut browser, _) = inside(&studio, Role::SuperAdmin).await;
    let ids = [
        "x",
        "-1",
        "0",
        "%00",
        "%ff",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "1%20or%201=1",
        "%0d%0aset-cookie:x=y",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-fffffffffffff",
        "%F0%9F%98%80",
    ];
    let long = "9".repeat(8_000);
    for route in routes(&studio).iter().filter(|route| route.path.contains('{') && route.access != Access::Viewed) {
        for id in ids.iter().copied().chain([long.as_str()]) {
            let parts: Vec<_> = route.path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
            let path = parts.join("/");
            refused(&if is_post(route) { browser.post(&path, &[("reason", "because")]).await } else { browser.get(&path).await });
        }
    }
}

/// A body, with a proof of its own behind it.
async fn send(browser: &mut Browser, path: &str, body: &[u8]) -> Answer {
    let proof = browser.proof().await;
    let mut sent = Sent::form(path, &[("_proof", &proof)]);
    sent.body.push(b'&');
    sent.body.extend_from_slice(body);
    browser.send(sent).await
}

#[tokio::test]
async fn no_form_is_our_fault_and_none_of_these_does_anything() {
    let studio = Studio::open().await;
    let (mut browser, mine) = inside(&studio, Role::SuperAdmin).await;
    let before = studio.fingerprint(&["backlot.throttles"]).await;
    let megabyte = [b"reason=".as_slice(), &vec![b'x'; 1 << 20]].concat();
    let field = [b"reason=".as_slice(), &vec![b'x'; 200_000]].concat();
    let bodies: [&[u8]; 10] = [
        b"reason=%ff%fe",
        b"reason=a%00b",
        b"\xff\xfe=1",
        b"reason=one&reason=two",
        b"nonsense=1",
        b"tier=gold",
        b"role=-1",
        b"theme=%00",
        &megabyte,
        &field,
    ];
    for route in routes(&studio).iter().filter(|route| is_post(route)) {
        let path = address(route, mine);
        if ["/session/stay", "/sign-out", "/sign-out/everywhere", "/resume/discard"].contains(&path.as_str()) {
            continue;
        }
        for body in bodies {
            let answer = send(&mut browser, &path, body).await;
            // At the door an admin's own proof is no proof; that is refused as well.
            assert!(answer.status.is_client_error(), "{answer:?}");
            refused(&answer);
        }
    }
    assert_eq!(
        studio.fingerprint(&["backlot.throttles", "backlot.audit_log"]).await,
        before.into_iter().filter(|(table, _)| table != "backlot.audit_log").collect()
    );
}
