//! Asking: what is offered to whom, and what is refused in words.
use super::{asked, form};
use crate::support::Studio;
use backlot::kernel::Role;

#[tokio::test]
async fn a_list_is_exported_exactly_as_it_is_filtered() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let list = data.get("/admin/users?status=active&tier=pro&sort=name&show[]=tier").await.must(200);
    let link = list.attributes("#acts a[href^='/admin/exports/new']", "href").remove(0);
    let page = data.get(&link).await.must(200);
    assert_eq!(page.all(".chip"), ["Status: Active", "Tier: Pro"]);
    assert_eq!(page.one("#estimate"), "2 users");
    let place = asked(&mut data, &page.form("/admin/exports/new").with("reason", "for the auditors")).await;
    let shown = data.get(&place).await.must(200);
    assert_eq!(shown.one("h1"), "Users: status Active, tier Pro");
    assert_eq!(shown.one("#badges"), "Waiting");
    assert_eq!(studio.jobs().await, ["exports.make"]);
    assert_eq!(studio.text("select filter from backlot.exports").await, "status=active&tier=pro&sort=name");
}

#[tokio::test]
async fn asking_is_recorded_and_announced() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let form = form(&mut data, "dataset=users").await.with("format", "ndjson").with("gzip", "yes").with("ticket", "T-7");
    let answer = data.submit(&form).await.must(303);
    let row = studio.audit_of(answer.request_id()).await.remove(0);
    assert_eq!(
        (row.action.as_str(), row.reason.as_deref(), row.ticket.as_deref()),
        ("exports.start", Some("for the auditors"), Some("T-7"))
    );
    assert_eq!(row.change("format").1, "ndjson");
    let events = studio.events().await;
    let event = events.iter().find(|event| event.audit_id == row.id).unwrap();
    assert_eq!(event.name, "admin_export_started");
    assert_eq!(event.properties, serde_json::json!({ "type": "users", "format": "ndjson" }));
    assert_eq!(studio.jobs().await, ["exports.make"]);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let good = form(&mut data, "dataset=users&filter=tier%3Dpro").await.with("ticket", "T-9");
    let without = |name: &str| {
        let mut form = good.clone();
        form.fields.retain(|(key, _)| key != name);
        form
    };
    for (form, field, says) in [
        (without("reason"), "reason", "Say why"),
        (good.clone().with("reason", "x"), "reason", "Say a little more"),
        (without("columns[]"), "columns", "Choose at least one column"),
        (good.clone().with("format", "xlsx").with("gzip", "yes"), "gzip", "compressed already"),
        (good.clone().with("format", "zip"), "format", "Choose a format"),
    ] {
        let page = data.submit(&form).await.must(422);
        assert!(page.one(&format!("#{field}-error")).contains(says), "{page:?}");
        let again = page.form("/admin/exports/new");
        assert_eq!((again.value("ticket"), again.value("filter")), ("T-9", "tier=pro"));
    }
    for filter in ["tier=gold", "nonsense=1", "tier=pro&tier=free"] {
        data.get(&format!("/admin/exports/new?dataset=users&filter={}", filter.replace('=', "%3D").replace('&', "%26"))).await.must(400);
    }
    data.get("/admin/exports/new?dataset=secrets").await.must(404);
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 0);
}

#[tokio::test]
async fn who_may_not_export_is_offered_nothing_and_refused_on_the_record() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    assert!(!support.get("/admin/users").await.must(200).has("#acts a[href^='/admin/exports']"));
    for path in ["/admin/exports", "/admin/exports/new", "/admin/exports/new?dataset=users"] {
        support.get(path).await.must(403);
    }
    support.post("/admin/exports/new", &[("dataset", "users"), ("reason", "because")]).await.must(403);
    assert_eq!(studio.entries("exports.start", "denied").await.len(), 1);
    assert_eq!(studio.number("select count(*) from backlot.exports").await, 0);
}
