//! Writing: what is refused, what is kept, and whose change wins.
use super::{PAGE, form, keep, preview};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn a_draft_is_kept_and_nothing_is_sent() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("link_label", "See them").with("link_url", "/clips");
    let id = keep(&mut sam, &filled).await;
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert_eq!(page.one("#message strong"), "twelve");
    assert_eq!(page.attributes("#message a", "href"), ["https://studio.example/clips"], "a path is the platform's");
    assert!(page.one(".badges").contains("Draft"));
    let list = sam.get(PAGE).await.must(200);
    assert!(list.one("tbody").contains("Longer clips"), "{list:?}");
    assert_eq!(studio.number("select count(*) from backlot.notification_deliveries").await, 0);
    assert_eq!(studio.jobs().await.iter().filter(|job| job.starts_with("notifications.")).count(), 0);
    let entry = &studio.entries("notifications.draft", "done").await[0];
    assert!(entry.changes.contains("Longer clips") && entry.changes.contains("all users"), "{}", entry.changes);
}

#[tokio::test]
async fn what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    for (field, typed, wrong) in [
        ("title", String::new(), "Give it a title"),
        ("title", "x".repeat(121), "at most 120 characters; these are 121"),
        ("message", String::new(), "Say what users are to know"),
        ("message", "x".repeat(5_001), "at most 5000 characters"),
        ("message", "[x](http://studio.example)".into(), "A link leads to “http://studio.example”"),
        ("message", "[x](javascript:alert(1))".into(), "A link leads to “javascript:alert(1)”"),
        ("link_url", "https://studio.example".into(), "Say what the link is called"),
        ("active_days", "0".into(), "from 1 to 3650"),
        ("active_days", "many".into(), "from 1 to 3650"),
        ("people", "nobody@nowhere.example".into(), "Nobody of this list is a user"),
        ("at", "2001-01-01T10:00".into(), "has passed"),
    ] {
        let form = form(&mut sam).await.with("when", if field == "at" { "once" } else { "now" }).with(field, &typed);
        let refused = sam.submit(&form).await.must(422);
        let place = if field == "link_url" { "link_label" } else { field };
        assert!(refused.one(&format!("#{place}-error")).contains(wrong), "{field} {typed}: {refused:?}");
        assert_eq!(refused.form(&format!("{PAGE}/new")).value(field), typed);
    }
    let mut none = form(&mut sam).await;
    none.fields.retain(|(name, _)| name != "channel[]");
    assert!(sam.submit(&none).await.must(422).one("#channels-error").contains("at least one way"));
    assert_eq!(studio.number("select count(*) from backlot.notifications").await, 0);
}

#[tokio::test]
async fn a_list_is_resolved_and_what_names_nobody_is_reported() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let list = format!("email,name\nada@users.example,Ada\n\"BEN@users.example\",Ben\n{BEN},twice\nnobody@nowhere.example,X\njust words");
    let filled = form(&mut sam).await.with("people", &list);
    let id = keep(&mut sam, &filled).await;
    let page = preview(&mut sam, id).await;
    assert_eq!(page.one("#people"), "2");
    let unknown = page.one("#unknown");
    assert!(unknown.starts_with("2 of the list name nobody") && unknown.contains("nobody@nowhere.example, just words"), "{unknown}");
    let people = studio
        .text(&format!(
            "select string_agg(user_id::text, ' ' order by user_id) from backlot.notification_people where notification_id = '{id}'"
        ))
        .await;
    assert_eq!(people, format!("{ADA} {BEN}"));
}

#[tokio::test]
async fn two_who_edit_at_once_lose_nothing() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let filled = form(&mut sam).await;
    let id = keep(&mut sam, &filled).await;
    let path = format!("{PAGE}/{id}/edit");
    let (first, second) = (sam.get(&path).await.must(200).form(&path), olga.get(&path).await.must(200).form(&path));
    sam.submit(&first.with("title", "Sam's title")).await.must(303);
    let page = olga.submit(&second.with("message", "Olga's text")).await.must(409);
    assert!(page.one(".diff").contains("Sam's title") && page.has("#conflict"), "{page:?}");
    let form = page.form(&path);
    assert_eq!((form.value("message"), form.value("title")), ("Olga's text", "Longer clips"));
    olga.submit(&form).await.must(303);
    assert_eq!(
        studio.text(&format!("select title || ': ' || message from backlot.notifications where id = '{id}'")).await,
        "Longer clips: Olga's text"
    );
}

#[tokio::test]
async fn whom_the_list_of_users_showed_is_whom_it_is_for() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let list = sam.get("/admin/users?tier=pro&sort=name").await.must(200);
    let link = list.attributes("a[href^='/admin/notifications/new']", "href");
    assert_eq!(link.len(), 1, "{list:?}");
    let page = sam.get(&link[0]).await.must(200);
    assert!(page.words().contains("Tier: Pro"), "{page:?}");
    let form = page.form(&format!("{PAGE}/new")).with("title", "For the pros").with("message", "Hello.");
    let id = keep(&mut sam, &form).await;
    let page = preview(&mut sam, id).await;
    assert_eq!(
        (page.one("#people"), page.one("#reach").contains("Tier: Pro")),
        ("2".to_owned(), true),
        "Ada, and whose name runs from right to left"
    );
    sam.get(&format!("{PAGE}/new?users=nonsense%3D1")).await.must(400);
}

#[tokio::test]
async fn whoever_was_ticked_in_the_list_of_users_is_whom_it_is_for() {
    let studio = Studio::open().await;
    for (role, bulk, notify) in [(Role::SupportAdmin, false, true), (Role::DataAdmin, true, false), (Role::SuperAdmin, true, true)] {
        let list = studio.sign_in(role).await.get("/admin/users").await.must(200);
        assert!(!list.attributes("input.pick[form=bulk]", "value").is_empty(), "{role:?}");
        assert_eq!(list.has("form.bulk button[formaction='/admin/notifications/new']"), notify, "{role:?}");
        assert_eq!(list.text.contains("/admin/bulk/new"), bulk, "{role:?}");
    }
    let list = studio.sign_in(Role::BillingAdmin).await.get("/admin/users").await.must(200);
    assert!(!list.has("input.pick") && !list.has("form.bulk"), "{list:?}");
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let page = sam.get(&format!("{PAGE}/new?list=users&ids[]={ADA}&ids[]={BEN}")).await.must(200);
    let form = page.form(&format!("{PAGE}/new"));
    assert_eq!(form.value("people"), format!("{ADA}\n{BEN}"));
    let id = keep(&mut sam, &form.with("title", "For you two").with("message", "Hello.")).await;
    assert_eq!(preview(&mut sam, id).await.one("#people"), "2");
    sam.get(&format!("{PAGE}/new?list=users")).await.must(400);
    sam.get(&format!("{PAGE}/new?list=users&ids[]=nonsense")).await.must(400);
}
