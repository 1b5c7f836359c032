//! Who reaches what: exactly what the table of roles and permissions says.
use super::{address, inside, is_inside, is_post, permission, routes, table};
use crate::support::studio::BROWSER_TOKEN;
use crate::support::{Sent, Studio};
use backlot::kernel::{Permission, Role};
use backlot::web::machine::Callers;
use backlot::web::routes::Access;
use std::fmt::Write;
use uuid::Uuid;

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_change_nothing() {
    let studio = Studio::open().await;
    let before = studio.fingerprint(&[]).await;
    for route in routes(&studio).iter().filter(|route| is_inside(route)) {
        let path = address(route, Uuid::now_v7());
        let sent = if is_post(route) { Sent::form(&path, &[("reason", "because I can"), ("tier", "pro")]) } else { Sent::get(&path) };
        let answer = studio.browser().send(sent).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.location().split('?').next(), Some("/sign-in"), "{answer:?}");
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_page_that_a_stranger_asked_for_is_where_they_are_once_they_are_in() {
    let studio = Studio::open().await;
    let mut browser = studio.browser();
    let sent = browser.get("/admin/users?tier=pro&q=a%20b").await.must(303);
    let page = browser.get(sent.location()).await.must(200);
    let form =
        page.form("/sign-in").with("email", studio.staff(Role::DataAdmin).email).with("password", backlot::database::demo_admins::PASSWORD);
    browser.submit(&form).await.sent_to("/sign-in/code");
    let page = browser.get("/sign-in/code").await.must(200);
    browser.submit(&page.form("/sign-in/code").with("code", &studio.code(Role::DataAdmin))).await.sent_to("/admin/users?tier=pro&q=a%20b");
}

#[tokio::test]
async fn half_way_in_only_the_second_factor_is_open() {
    let studio = Studio::open().await;
    let mut half = studio.half_way(Role::SuperAdmin).await;
    half.get("/sign-in/code").await.must(200);
    let proof = half.proof().await;
    let before = studio.fingerprint(&["backlot.audit_log"]).await;
    for route in routes(&studio).iter().filter(|route| is_inside(route)) {
        let path = address(route, Uuid::now_v7());
        let fields = [("reason", "because I can"), ("tier", "pro"), ("theme", "dark"), ("_proof", proof.as_str())];
        let answer = half.send(if is_post(route) { Sent::form(&path, &fields) } else { Sent::get(&path) }).await;
        let turned_away = answer.status == 303 && answer.location().starts_with("/sign-in");
        assert!(turned_away || (route.access == Access::Session && answer.status == 403), "{answer:?}");
    }
    assert_eq!(studio.fingerprint(&["backlot.audit_log"]).await, before);
    let parked = studio.number("select count(*) from backlot.parked_forms").await;
    assert_eq!(parked, 0, "what a half-signed-in browser sends is nobody's form");
}

#[tokio::test]
async fn each_role_reaches_exactly_what_the_table_says_and_each_refusal_is_recorded_once() {
    let studio = Studio::open().await;
    for role in Role::ALL {
        let (mut browser, mine) = inside(&studio, *role).await;
        for route in routes(&studio) {
            let Some(permission) = permission(&route) else { continue };
            let path = address(&route, mine);
            let rows = studio.number("select count(*) from backlot.audit_log").await;
            let answer = if is_post(&route) { browser.post(&path, &[]).await } else { browser.get(&path).await };
            let refused: Vec<_> = studio.audit_of(answer.request_id()).await.into_iter().filter(|row| row.outcome == "denied").collect();
            let what = format!("{} as {}", route.path, role.code());
            if permission.held_by(*role) {
                assert!(matches!(answer.status.as_u16(), 200 | 303 | 404 | 409 | 422), "{what}: {answer:?}");
                assert!(refused.is_empty(), "{what}: {refused:?}");
                continue;
            }
            assert_eq!(answer.status, 403, "{what}: {answer:?}");
            assert_eq!(refused.len(), 1, "{what}: {refused:?}");
            assert_eq!(studio.number("select count(*) from backlot.audit_log").await, rows + 1, "{what}: one refusal, one entry");
            let named = match &route.access {
                Access::Action { name, .. } => *name,
                _ => "page.view",
            };
            assert_eq!((refused[0].action.as_str(), refused[0].actor_id), (named, Some(studio.staff(*role).id)), "{what}");
            assert!(refused[0].target_id.as_deref().is_some_and(|target| !target.is_empty()), "{what}: says what was refused");
            assert!(answer.words().contains(permission.phrase()), "{what} says what is missing: {answer:?}");
        }
    }
    let jobs = studio.jobs().await;
    assert_eq!(jobs.iter().filter(|job| *job != "mail.send").count(), 1, "the dead job was retried by the first who may: {jobs:?}");
}

#[tokio::test]
async fn operators_pages_are_for_this_machine_or_their_token() {
    let studio = Studio::open().await;
    for route in routes(&studio).iter().filter(|route| route.access == Access::Operator) {
        studio.browser().get(route.path).await.must(200);
        let mut far = studio.browser().at([192, 0, 2, 7]);
        far.get(route.path).await.must(404);
        far.send(Sent::get(route.path).header("x-forwarded-for", "127.0.0.1")).await.must(404);
        far.send(Sent::get(route.path).header("authorization", "Bearer wrong")).await.must(404);
        far.send(Sent::get(route.path).header("authorization", "Bearer the operators' own token")).await.must(200);
    }
}

#[tokio::test]
async fn machines_show_a_token_that_is_known_and_a_page_is_no_server() {
    let studio = Studio::open().await;
    let admin = inside(&studio, Role::SuperAdmin).await.0;
    // What claims to be the payment gateway's is kept, to be looked at.
    let but = ["backlot.gateway_notices"];
    let before = studio.fingerprint(&but).await;
    let mut strict = 0;
    for route in table(&studio) {
        let Access::Machine(callers) = route.access else { continue };
        let ask = |token: &str| {
            let sent = Sent { method: route.method.clone(), body: b"{}".to_vec(), ..Sent::get(&address(&route, Uuid::now_v7())) };
            if token.is_empty() { sent } else { sent.header("authorization", &format!("Bearer {token}")) }
        };
        for (token, known) in [("", Callers::Anybody), ("wrong", Callers::Anybody), (BROWSER_TOKEN, Callers::Browsers)] {
            let open = callers == Callers::Anybody || (known == Callers::Browsers && callers == Callers::Browsers);
            if open {
                // What streams would not end.
                continue;
            }
            // Being signed in is no token.
            let answer = admin.clone().send(ask(token)).await;
            assert_eq!(answer.status, 401, "{token} at {}: {answer:?}", route.path);
            strict += 1;
        }
    }
    assert!(strict > 2, "there are machines' routes");
    assert_eq!(studio.fingerprint(&but).await, before);
}

#[test]
fn nobody_gets_or_loses_a_permission_unnoticed() {
    let mut table = format!("{:<14}", "");
    for role in Role::ALL {
        let _ = write!(table, "{:>12}", role.code().trim_end_matches("_admin"));
    }
    for permission in Permission::ALL {
        let _ = write!(table, "\n{:<14}", format!("{permission:?}"));
        for role in Role::ALL {
            let _ = write!(table, "{:>12}", if permission.held_by(*role) { "x" } else { "" });
        }
    }
    insta::assert_snapshot!("permissions", table);
}

#[tokio::test]
async fn no_route_changes_its_access_unnoticed() {
    let studio = Studio::open().await;
    let lines: Vec<_> =
        table(&studio).iter().map(|route| format!("{:<5}{:<34}{:?}", route.method.as_str(), route.path, route.access)).collect();
    insta::assert_snapshot!("routes", lines.join("\n"));
}

#[tokio::test]
async fn no_role_reaches_another_route_unnoticed() {
    let studio = Studio::open().await;
    let mut matrix = format!("{:<46}", "");
    for role in Role::ALL {
        let _ = write!(matrix, "{:>11}", role.code().trim_end_matches("_admin"));
    }
    for route in table(&studio) {
        let _ = write!(matrix, "\n{:<46}", format!("{:<5}{}", route.method.as_str(), route.path));
        let Some(permission) = permission(&route) else {
            let open = if is_inside(&route) { "whoever is signed in" } else { "whoever asks" };
            let _ = write!(matrix, "  {open}");
            continue;
        };
        for role in Role::ALL {
            let _ = write!(matrix, "{:>11}", if permission.held_by(*role) { "x" } else { "" });
        }
    }
    let lines: Vec<_> = matrix.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("matrix", lines.join("\n"));
}
