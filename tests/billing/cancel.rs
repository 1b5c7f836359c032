//! Cancelling and resuming: what is kept, what is lost, what is never charged again.
use super::{ENDING, EVES, act, act_once, ask, of, studio, try_sql};
use crate::support::{ADA, EVE, RTL};

#[tokio::test]
async fn cancelling_keeps_what_is_paid_for_and_can_be_undone() {
    let (studio, mut billing) = studio().await;
    let path = format!("/admin/users/{EVE}/billing/cancel");
    let (shown, done) = act(&mut billing, &path, &[("cause", "unused"), ("reason", "wrote to us")]).await;
    assert!(shown.words().contains("user keeps the tier until the end of the period"), "{}", shown.words());
    done.sent_to(&format!("/admin/users/{EVE}/billing"));
    assert_eq!(of(&studio, EVES, "status || ' ' || cancel_reason").await, "cancelled Does not use it");
    assert_eq!(studio.text(&format!("select tier from platform.users where id = '{EVE}'")).await, "starter", "access is kept");
    let entry = studio.entries("subscriptions.cancel", "done").await.remove(0);
    assert_eq!(entry.change("status"), ("active".into(), "cancelled".into()));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_subscription_action").unwrap();
    assert_eq!(event.properties, serde_json::json!({ "action": "cancel", "user_id": EVE }));
    assert_eq!(
        studio
            .text(&format!("select kind || ': ' || title from platform.notifications where user_id = '{EVE}' and kind = 'billing'"))
            .await,
        "billing: Your subscription is cancelled"
    );
    studio.run_jobs().await;
    assert!(ask(&mut billing, &path, &[("cause", "unused")]).await.must(409).words().contains("cancelled already"));

    let path = format!("/admin/users/{EVE}/billing/resume");
    ask(&mut billing, &path, &[]).await.sent_to(&format!("/admin/users/{EVE}/billing"));
    assert_eq!(of(&studio, EVES, "status").await, "trialing", "nothing of it was ever paid");
    studio.run_jobs().await;
    let path = format!("/admin/users/{RTL}/billing/resume");
    ask(&mut billing, &path, &[]).await.must(303);
    assert_eq!(of(&studio, ENDING, "status || coalesce(cancel_reason, '') || (cancelled_at is null)").await, "activetrue");
    studio.run_jobs().await;
}

#[tokio::test]
async fn ended_is_ended() {
    let (studio, mut billing) = studio().await;
    let path = format!("/admin/users/{EVE}/billing/cancel");
    let (shown, done) = act(&mut billing, &path, &[("ending", "now"), ("cause", "fraud")]).await;
    assert!(shown.words().contains("loses what the tier gives, at once"), "{}", shown.words());
    done.must(303);
    assert_eq!(of(&studio, EVES, "status").await, "lapsed");
    assert_eq!(studio.text(&format!("select tier from platform.users where id = '{EVE}'")).await, "free");
    for action in ["cancel", "resume", "extend", "discount", "grace"] {
        let path = format!("/admin/users/{EVE}/billing/{action}");
        let cause = if action == "cancel" { "fraud" } else { "fraudulent" };
        let fields = [("cause", cause), ("days", "3"), ("percent", "5"), ("periods", "1"), ("reason", "too late")];
        let asked = billing.get(&path).await.must(200);
        let form = fields.iter().fold(
            asked.form(&path),
            |form, (name, value)| if asked.has(&format!("[name={name}]")) { form.with(name, value) } else { form },
        );
        assert!(billing.submit(&form).await.must(409).words().contains("No subscription of theirs runs"), "{action}");
    }
    studio.run(&format!("update platform.subscriptions set period_end = now() - interval '1 second', period_start = now() - interval '9 days' where id = '{ENDING}'")).await;
    let answer = ask(&mut billing, &format!("/admin/users/{RTL}/billing/resume"), &[]).await.must(409);
    assert!(answer.words().contains("It has ended by now"), "{answer:?}");
    studio.run_jobs().await;
}

#[tokio::test]
async fn what_is_past_due_keeps_its_grace_and_is_not_charged_again() {
    let (studio, mut billing) = studio().await;
    let ada = "0192f000-0000-7000-8000-0000000000a7";
    studio.run(&format!("update platform.subscriptions set next_charge_at = now() + interval '1 day' where id = '{ada}'")).await;
    studio
        .run(&format!("insert into backlot.mandates (id, user_id, gateway_mode, initial_ref) values ('{ada}', '{ADA}', 'sandbox', 1)"))
        .await;
    act(&mut billing, &format!("/admin/users/{ADA}/billing/cancel"), &[("cause", "other")]).await.1.must(303);
    assert_eq!(of(&studio, ada, "status || (next_charge_at is null) || (cancelled_at is not null)").await, "past_duetruetrue");
    let charge = format!(
        "insert into backlot.billing_operations (id, kind, purpose, user_id, subscription_id, payment_id, mandate_id, gateway_mode, reference,
           amount_minor, currency, state) values (gen_random_uuid(), 'charge', 'recovery', '{ADA}', '{ada}', '0192f000-0000-7000-8000-0000000000a8',
           '{ada}', 'sandbox', 'c_1', 2900, 'EUR', 'queued')"
    );
    let refused = try_sql(&studio, &charge).await.unwrap_err().to_string();
    assert!(refused.contains("this subscription is not charged any more"), "{refused}");
    act_once(&mut billing, &format!("/admin/users/{ADA}/billing/resume")).await;
    try_sql(&studio, &charge).await.expect("it may be charged again");
    studio.run("update backlot.mandates set revoked_at = now(), revoked_why = 'asked'").await;
    let refused = try_sql(&studio, "update backlot.billing_operations set state = 'sending'").await.unwrap_err().to_string();
    assert!(refused.contains("no agreement to charge this card stands"), "{refused}");
    studio.run_jobs().await;
}
