//! What holds for single users.
use super::column;
use crate::support::{ADA, BEN, CAS, DEL, EVE, Studio};
use backlot::kernel::{Role, Tier};
use backlot::live::{Decided, Subject};
use uuid::Uuid;

fn decided(studio: &Studio, flag: &str, user: Uuid) -> (bool, Decided) {
    let verdict = studio.site.live.now().flags[flag].rule.decide(&Subject::user(user, Tier::Free), studio.site.clock.now()).unwrap();
    (verdict.value, verdict.by)
}

#[tokio::test]
async fn users_are_named_by_address_or_id_and_unknown_ones_are_told() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let path = "/admin/features/hd_mode_enabled/overrides";
    let asked = sam.get(path).await.must(200);
    let form = asked.form(path).with("value", "on").with("reason", "as promised");
    let page = sam.submit(&form.clone().with("users", &format!("cas@users.example {EVE}\nnobody@nowhere.example, 12345"))).await.must(422);
    assert!(page.one("#users-error").contains("named by: 12345, nobody@nowhere.example"), "{page:?}");
    assert!(page.text.contains("nobody@nowhere.example"), "what was typed is kept");

    sam.submit(&form.clone().with("users", &format!("CAS@users.example; {}", EVE.to_string().to_uppercase())))
        .await
        .sent_to("/admin/features/hd_mode_enabled");
    assert_eq!(decided(&studio, "hd_mode_enabled", CAS), (true, Decided::Override));
    assert_eq!(decided(&studio, "hd_mode_enabled", EVE), (true, Decided::Override));
    assert_eq!(decided(&studio, "hd_mode_enabled", BEN), (false, Decided::Tier));
    let entry = studio.entries("flags.set_overrides", "done").await.remove(0);
    assert!(entry.changes.contains(&format!("override {CAS}")) && entry.reason.as_deref() == Some("as promised"), "{entry:?}");
    for (field, value, says) in [
        ("value", "", "Choose on or off"),
        ("reason", "", "Say why"),
        ("until", "2001-01-01T00:00", "over already"),
        ("until", "soon", "Give a day"),
    ] {
        let form = sam.get(path).await.must(200).form(path).with("value", "on").with("reason", "as promised");
        let page = sam.submit(&form.with("users", "ben@users.example").with(field, value)).await.must(422);
        assert!(page.one(&format!("#{field}-error")).contains(says), "{page:?}");
    }
}

#[tokio::test]
async fn one_that_has_run_out_stops_at_its_time_and_is_tidied_up() {
    let studio = Studio::open().await;
    assert_ne!(decided(&studio, "new_studio_ui", BEN).1, Decided::Override, "Ben's ran out yesterday");
    assert_eq!(decided(&studio, "new_studio_ui", ADA), (true, Decided::Override));
    let tidy = "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'flags.drop_expired', '{}', 5)";
    studio.run(tidy).await;
    studio.run_jobs().await;
    assert_eq!(column(&studio, "new_studio_ui", "config -> 'userOverrides'").await, format!("{{\"{ADA}\": true}}"));
    assert_eq!(studio.entries("flags.drop_expired", "done").await.len(), 1);
    studio.run(tidy).await;
    studio.run_jobs().await;
    assert_eq!(studio.entries("flags.drop_expired", "done").await.len(), 1, "nothing to do leaves nothing behind");
}

#[tokio::test]
async fn they_are_seen_set_and_removed_on_the_users_own_page() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let user = format!("/admin/users/{ADA}");
    let page = sam.get(&user).await.must(200);
    let flags = page.one("#flags");
    assert!(flags.contains("new_studio_uiset for this user") && flags.contains("hd_mode_enabledthe tier"), "{flags}");
    let form = page.form(&format!("/admin/features/new_studio_ui/overrides/{ADA}/remove"));
    sam.submit(&form).await.must(303);
    assert_ne!(decided(&studio, "new_studio_ui", ADA).1, Decided::Override);
    let page = sam.get(&user).await.must(200);
    assert!(page.one("#flags").contains("drawn at"), "{page:?}");
    let set = page.attributes("#flags a[href*='overrides?user=']", "href");
    let asked = sam.get(&set[0]).await.must(200);
    assert!(asked.text.contains(&ADA.to_string()), "the form knows whom it is for");
    sam.submit(&form).await.must(303);
    let gone = sam.post(&format!("/admin/features/new_studio_ui/overrides/{ADA}/remove"), &[]).await;
    assert_eq!(gone.status, 409, "{gone:?}");
    let page = sam.get(&format!("/admin/users/{DEL}")).await.must(200);
    assert!(page.attributes("#flags a[href*='overrides?user=']", "href").is_empty(), "who is deleted needs no flags");
}

#[tokio::test]
async fn a_thousand_are_enough() {
    let studio = Studio::open().await;
    studio.run("insert into platform.users (id, email, name) select gen_random_uuid(), 'u' || n || '@many.example', 'U' from generate_series(1, 1001) n").await;
    let all: Vec<String> = (1..=1001).map(|n| format!("u{n}@many.example")).collect();
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let path = "/admin/features/beta_features/overrides";
    let form = sam.get(path).await.must(200).form(path).with("value", "on").with("reason", "everybody who asked");
    let page = sam.submit(&form.clone().with("users", &all.join("\n"))).await.must(422);
    assert!(page.one("#users-error").contains("at most 1000"), "{page:?}");
    sam.submit(&form.with("users", &all[..1000].join(","))).await.must(303);
    assert_eq!(studio.site.live.now().flags["beta_features"].rule.overrides.len(), 1000);
    sam.get("/admin/features/beta_features").await.must(200);
}
