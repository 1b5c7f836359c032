//! While it is on: what can be seen, and that nothing else can be done.
use super::viewing;
use crate::support::{ABSENT, ADA, BEN, Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use backlot::web::routes::Access;
use sqlx::Row;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::{Uuid, uuid};

/// A project of Eve's.
const HERS: Uuid = uuid!("0192f000-0000-7000-8000-0000000000a2");

#[tokio::test]
async fn each_page_shows_their_own_and_goes_on_the_record() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    let began = studio.entries("impersonation.start", "done").await.remove(0).id;
    let pages: Vec<_> = studio.site.routes().iter().filter(|route| route.access == Access::Viewed).map(|route| route.path).collect();
    let mut seen = Vec::new();
    for path in pages.iter().filter(|path| !path.contains('{') && **path != "/as/platform") {
        let page = sam.get(path).await.must(200);
        assert!(page.has("#viewing form[action='/as/end']"), "{path}: {page:?}");
        assert!(!page.text.contains("<script>alert"), "{path}");
        seen.push(*path);
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
    let entries = studio.entries("impersonation.view", "done").await;
    assert_eq!(entries.iter().map(|entry| entry.target_id.as_deref().unwrap()).collect::<Vec<_>>(), seen);
    assert!(entries.iter().all(|entry| entry.cause == Some(began) && entry.actor_id == Some(studio.staff(Role::SupportAdmin).id)));
    let as_ada = format!("select count(*) from backlot.audit_log where view_as = '{ADA}' and action = 'impersonation.view'");
    assert_eq!(studio.number(&as_ada).await, seen.len() as i64);
}

#[tokio::test]
async fn anothers_project_is_not_there_whatever_the_path_says() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    sam.get("/as/projects/0192f000-0000-7000-8000-0000000000a1").await.must(200);
    for id in [HERS.to_string(), ABSENT.to_string(), BEN.to_string()] {
        let answer = sam.get(&format!("/as/projects/{id}")).await.must(404);
        assert!(!answer.text.contains("alert(3)"), "{answer:?}");
    }
}

#[tokio::test]
async fn without_its_record_no_page_is_shown() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    studio.run("revoke insert on backlot.audit_log from backlot_app").await;
    let answer = sam.get("/as/projects").await.must(500);
    assert!(!answer.text.contains("Difference Engine"), "{answer:?}");
}

/// What was written into each table since it was made.
async fn written(studio: &Studio) -> BTreeMap<String, i64> {
    // A connection hands in its numbers after ten idle seconds (PostgreSQL, PGSTAT_IDLE_INTERVAL).
    tokio::time::sleep(Duration::from_secs(11)).await;
    let sql = "select schemaname || '.' || relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables";
    sqlx::query(sql).fetch_all(&studio.root).await.unwrap().into_iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn meanwhile_every_other_route_refuses_and_nothing_is_written_but_the_record() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    let before = written(&studio).await;
    let mut refused = 0;
    for route in studio.site.routes() {
        let is_inside = !matches!(route.access, Access::Door | Access::Public | Access::Operator | Access::Machine(_));
        let is_way_out = route.path.starts_with("/sign-out") || route.path == "/as/end";
        if !is_inside || is_way_out || route.access == Access::Viewed {
            continue;
        }
        let path = route.path.replace("{id}", &ADA.to_string());
        for method in [Method::GET, Method::POST] {
            let answer = match method {
                Method::POST => sam.post(&path, &[("reason", "because I can")]).await,
                _ => sam.get(&path).await,
            };
            let status = answer.status.as_u16();
            if method == route.method {
                assert_eq!(status, 403, "{} {answer:?}", route.path);
                assert_eq!(studio.audit_of(answer.request_id()).await.len(), 1, "{}", route.path);
                refused += 1;
            } else {
                assert!(matches!(status, 403..=405), "{answer:?}");
            }
            if status == 403 {
                assert!(answer.has("#viewing form[action='/as/end']"), "the way out is there: {answer:?}");
            }
        }
    }
    assert!(refused > 80, "there are routes: {refused}");
    for method in ["PUT", "DELETE", "PATCH"] {
        let sent = Sent { method: Method::from_bytes(method.as_bytes()).unwrap(), ..Sent::get("/as/projects") };
        sam.send(sent).await.must(405);
    }
    sam.post("/as/projects", &[("name", "mine now")]).await.must(405);
    sam.get("/as/projects").await.must(200);
    let after = written(&studio).await;
    let grown: Vec<_> = after.iter().filter(|(table, count)| before.get(*table) != Some(count)).map(|(table, _)| table.as_str()).collect();
    assert!(grown.iter().all(|table| ["backlot.audit_log", "backlot.sessions"].contains(table)), "{grown:?}");
    assert!(grown.contains(&"backlot.audit_log"), "it counts");
}
