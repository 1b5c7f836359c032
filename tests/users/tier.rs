//! Changing a tier.
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn the_billing_admin_may_change_the_tier_and_nothing_else() {
    let studio = Studio::open().await;
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    let page = billing.get(&format!("/admin/users/{BEN}")).await.must(200);
    assert!(page.attributes("a", "href").contains(&format!("/admin/users/{BEN}/tier")), "{page:?}");
    for closed in ["suspend", "role", "restore"] {
        let path = format!("/admin/users/{BEN}/{closed}");
        assert!(!page.attributes("a", "href").contains(&path), "{closed} is offered: {page:?}");
        billing.get(&path).await.must(403);
        billing.post(&path, &[("reason", "because I can"), ("role", "moderator")]).await.must(403);
    }
    assert!(page.words().contains("Only these roles may suspend or restore a user: Super admin, Support admin."), "{}", page.words());

    let path = format!("/admin/users/{BEN}/tier");
    let asked = billing.get(&path).await.must(200);
    let shown = billing.submit(&asked.form(&path).with("tier", "pro").with("reason", "a present")).await.must(200);
    billing.submit(&shown.form(&path)).await.sent_to(&format!("/admin/users/{BEN}"));
    assert_eq!(studio.text(&format!("select tier from platform.users where id = '{BEN}'")).await, "pro");
    let entry = studio.entries("users.change_tier", "done").await.remove(0);
    assert_eq!(entry.change("tier"), ("free".into(), "pro".into()));
    assert_eq!(studio.text(&format!("select title from platform.notifications where user_id = '{BEN}'")).await, "Your plan has changed");
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_user_tier_changed").unwrap();
    assert_eq!(event.properties, serde_json::json!({ "user_id": BEN, "old_tier": "free", "new_tier": "pro" }));
}

#[tokio::test]
async fn what_they_pay_for_is_said_and_stays() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let path = format!("/admin/users/{ADA}/tier");
    let asked = support.get(&path).await.must(200);
    let page = support.submit(&asked.form(&path).with("tier", "free").with("reason", "asked for it")).await.must(200);
    assert!(page.words().contains("running subscription goes on for Pro"), "{page:?}");
    support.submit(&page.form(&path)).await.must(303);
    assert_eq!(studio.text(&format!("select tier || status from platform.subscriptions where user_id = '{ADA}'")).await, "propast_due");
}

#[tokio::test]
async fn the_tier_that_they_have_is_no_change() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let path = format!("/admin/users/{BEN}/tier");
    let asked = support.get(&path).await.must(200);
    let page = support.submit(&asked.form(&path).with("tier", "free").with("reason", "just so")).await.must(422);
    assert!(page.one("#tier-error").contains("They are on Free already"), "{page:?}");
    let page = support.submit(&asked.form(&path).with("tier", "").with("reason", "just so")).await.must(422);
    assert!(page.one("#tier-error").contains("Choose a tier"), "{page:?}");
}
