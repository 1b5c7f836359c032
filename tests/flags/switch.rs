//! Off at once, on after a look, into the archive and back.
use super::{column, done, effects, shown};
use crate::support::{Studio, flags::OLD};
use backlot::kernel::Role;

#[tokio::test]
async fn one_click_turns_it_off_for_everybody() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let page = olga.get("/admin/features/hd_mode_enabled").await.must(200);
    let after = olga.submit(&page.form("/admin/features/hd_mode_enabled/kill")).await.sent_to("/admin/features/hd_mode_enabled");
    assert_eq!(column(&studio, "hd_mode_enabled", "enabled").await, "false");
    let page = olga.get(after.location()).await.must(200);
    assert!(page.one(".flash").contains("off for everybody"), "{page:?}");
    assert!(!page.has("form[action$='/kill']"), "there is nothing left to turn off");
    assert_eq!(studio.audit_of(after.request_id()).await[0].change("enabled"), ("on".into(), "off".into()));

    // The opposite is offered there and then, and says first whom it reaches.
    let undo = page.form("/admin/features/hd_mode_enabled/on");
    let asked = olga.submit(&undo).await.must(200);
    let gain = effects(&asked).remove(0);
    assert_eq!(gain.0, studio.text("select count(*)::text from platform.users where tier <> 'free' and status <> 'deleted'").await);
    olga.submit(&asked.form("/admin/features/hd_mode_enabled/on")).await.must(303);
    assert_eq!(column(&studio, "hd_mode_enabled", "enabled").await, "true");
}

#[tokio::test]
async fn support_reads_flags_and_sets_them_for_single_users_only() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get("/admin/features/hd_mode_enabled").await.must(200);
    assert!(!page.has("form[action$='/kill']") && !page.has("a[href$='/edit']"), "{page:?}");
    assert!(page.has("a[href$='/overrides']"));
    for closed in ["edit", "on", "archive", "versions/1/revert"] {
        sam.get(&format!("/admin/features/hd_mode_enabled/{closed}")).await.must(403);
    }
    sam.post("/admin/features/hd_mode_enabled/kill", &[]).await.must(403);
    assert_eq!(column(&studio, "hd_mode_enabled", "enabled").await, "true");
    let mut bea = studio.sign_in(Role::BillingAdmin).await;
    bea.get("/admin/features/hd_mode_enabled/overrides").await.must(403);
    let page = bea.get("/admin/features").await.must(200);
    assert!(!page.has("a[href='/admin/features/new']"), "{page:?}");
}

#[tokio::test]
async fn an_archived_flag_frees_its_name_and_comes_back_as_it_was() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let id = column(&studio, "new_studio_ui", "id").await;
    done(&mut olga, "/admin/features/new_studio_ui/archive", &[("reason", "all of it is out")])
        .await
        .sent_to(&format!("/admin/features/{id}"));
    olga.get("/admin/features/new_studio_ui").await.must(200);
    assert!(!studio.site.live.now().flags.contains_key("new_studio_ui"), "nobody gets it any more");
    let page = olga.get("/admin/features").await.must(200);
    assert!(!page.words().contains("new_studio_ui"), "{page:?}");
    let page = olga.get("/admin/features?state=archived").await.must(200);
    assert!(page.words().contains("new_studio_ui") && page.words().contains("old_flag"), "{page:?}");

    done(&mut olga, "/admin/features/new", &[("name", "new_studio_ui"), ("way", "boolean")]).await;
    let path = format!("/admin/features/{id}/restore");
    let asked = olga.get(&path).await.must(200);
    let page = olga.submit(&asked.form(&path).with("reason", "needed")).await.must(422);
    assert!(page.words().contains("Another flag has this name"), "{page:?}");

    let (_, form) = shown(&mut olga, &format!("/admin/features/{OLD}/restore"), &[("reason", "needed")]).await;
    olga.submit(&form).await.sent_to("/admin/features/old_flag");
    assert!(studio.site.live.now().flags["old_flag"].rule.enabled);
}
