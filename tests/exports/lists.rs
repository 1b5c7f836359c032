//! Lists of the desk, each taken along as it is narrowed.
use super::file;
use crate::support::Studio;
use backlot::kernel::Role;
use serde_json::{Value, json};

/// Follows a list's own link to its export and takes the rows along.
async fn taken(studio: &Studio, role: Role, list: &str) -> Vec<Value> {
    let mut browser = studio.sign_in(role).await;
    let page = browser.get(list).await.must(200);
    let link = page.attributes("#acts a[href^='/admin/exports/new']", "href").remove(0);
    studio.run("update backlot.sessions set fresh_at = now() where ended_at is null").await;
    let form = browser.get(&link).await.must(200).form("/admin/exports/new").with("reason", "for the auditors").with("format", "json");
    serde_json::from_slice(&file(studio, &mut browser, &form).await).unwrap()
}

fn column(rows: &[Value], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[tokio::test]
async fn who_works_here_is_exported_as_the_list_is_narrowed_and_without_secrets() {
    let studio = Studio::open().await;
    studio.sign_in(Role::BillingAdmin).await;
    let everybody = taken(&studio, Role::SuperAdmin, "/admin/admins").await;
    let listed = "select count(*) from backlot.admins where status <> 'deleted'";
    assert_eq!(i64::try_from(everybody.len()).unwrap(), studio.number(listed).await);
    assert!(!everybody[0].as_object().unwrap().keys().any(|name| name.contains("secret") || name.contains("password")));
    let some = taken(&studio, Role::SuperAdmin, "/admin/admins?role=billing_admin&factor=app").await;
    assert_eq!(column(&some, "role"), [json!("billing_admin")]);
    assert_eq!(column(&some, "authenticator_app"), [json!(true)]);
    assert!(taken(&studio, Role::SuperAdmin, "/admin/admins?q=nobody%25").await.is_empty(), "a per cent sign means itself");
}

#[tokio::test]
async fn charges_refunds_and_credits_are_exported_as_the_list_is_narrowed() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.billing_operations (id, kind, purpose, user_id, gateway_mode, reference, amount_minor, currency, state,
               requested_at, approve_until, settled_at, settled_by)
             select gen_random_uuid(), 'credits', v.purpose, u.id, 'sandbox', 'k_' || v.purpose, 50, 'CRD', v.state, now(), now() + interval '1 day',
               case when v.state = 'succeeded' then now() end, case when v.state = 'succeeded' then 'people' end
             from (select id from platform.users order by id limit 1) u, (values ('grant', 'succeeded'), ('deduct', 'awaiting_approval')) v (purpose, state)",
        )
        .await;
    let all = taken(&studio, Role::BillingAdmin, "/admin/billing/operations").await;
    assert_eq!(column(&all, "credits"), [json!(50), json!(50)]);
    assert_eq!(column(&all, "amount"), [Value::Null, Value::Null], "credits are no money");
    let waiting = taken(&studio, Role::BillingAdmin, "/admin/billing/operations?state=awaiting_approval&kind=credits").await;
    assert_eq!(column(&waiting, "purpose"), [json!("deduct")]);
    let user = all[0]["user_email"].as_str().unwrap().to_uppercase();
    assert_eq!(taken(&studio, Role::BillingAdmin, &format!("/admin/billing/operations?user={user}")).await.len(), 2);
    assert!(taken(&studio, Role::BillingAdmin, "/admin/billing/operations?user=nobody@users.example").await.is_empty());
}
