//! Names that attack: shown as what they are, wherever they appear.
use crate::support::{ADA, Answer, BOBBY, EVE, NOBODY, RTL, SCRIPT, Studio};
use backlot::kernel::Role;

#[track_caller]
fn harmless(page: &Answer) {
    let attacks = page
        .attributes("script:not([src]), img, [onerror], [style], iframe, object, a[href^='javascript:'], td > b script, dd script", "src");
    assert!(attacks.is_empty(), "{attacks:?} on {page:?}");
    assert!(!page.text.contains("<script>alert"), "{page:?}");
    assert!(!page.text.contains("onerror=alert(2)>") || page.text.contains("&#60;img") || page.text.contains("&lt;img"), "{page:?}");
    assert!(!page.text.contains("49]"), "{page:?}");
}

#[tokio::test]
async fn hostile_names_are_shown_and_do_nothing_on_every_page_that_names_them() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::SuperAdmin).await;
    for user in [EVE, BOBBY, RTL, NOBODY] {
        let path = format!("/admin/users/{user}/suspend");
        let asked = admin.get(&path).await.must(200);
        harmless(&asked);
        let shown = admin.submit(&asked.form(&path).with("reason", SCRIPT).with("ticket", SCRIPT)).await.must(200);
        harmless(&shown);
        admin.submit(&shown.form(&path)).await.must(303);
        for path in [
            format!("/admin/users/{user}"),
            "/admin".into(),
            "/admin/users".into(),
            "/admin/users?sort=name&q=e".into(),
            "/admin/audit".into(),
            format!("/admin/audit?q={user}"),
        ] {
            harmless(&admin.get(&path).await.must(200));
        }
        let entry = studio.entries("users.suspend", "done").await.pop().unwrap();
        harmless(&admin.get(&format!("/admin/audit/{}", entry.id)).await.must(200));
    }
    let escaped = "%3Cscript%3Ealert(1)%3C/script%3E%22%3E%3Cimg%20src=x%20onerror=alert(2)%3E";
    for path in ["/admin/users?q=", "/admin/search?q=", "/admin/search/palette?q=", "/admin/audit?q=", "/sign-in?next=", "/nothing/"] {
        harmless(&admin.get(&format!("{path}{escaped}")).await);
    }
    let page = admin.get(&format!("/admin/users/{EVE}")).await;
    assert_eq!(page.one("h1"), SCRIPT);
    assert!(page.words().contains("<script>alert(4)</script>"), "a model's error: {}", page.words());
    assert!(page.words().contains("\"><script>alert(3)</script>"), "a project's name");
    assert_eq!(admin.get(&format!("/admin/users/{NOBODY}")).await.one("h1"), "nobody@users.example");
    assert_eq!(admin.get(&format!("/admin/users/{ADA}")).await.one("h1"), "Ada Byron");
    studio.run_jobs().await;
}

#[tokio::test]
async fn text_that_runs_backwards_stays_in_its_place() {
    let studio = Studio::open().await;
    let mut admin = studio.sign_in(Role::SuperAdmin).await;
    let page = admin.get(&format!("/admin/users/{RTL}")).await.must(200);
    assert_eq!(page.attributes("h1", "dir"), ["auto"]);
    let list = admin.get("/admin/users").await.must(200);
    assert_eq!(list.attributes("td.lead b[dir]", "dir").len(), 7, "all but the nameless: {list:?}");
}
