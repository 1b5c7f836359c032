//! What is changed about a subscription without the gateway, and the pages that show it.
use super::{ENDING, EVES, subscribed};
use crate::support::{ADA, Answer, BEN, Browser, DEL, EVE, RTL, Studio};
use backlot::kernel::Role;

async fn studio() -> (Studio, Browser) {
    let studio = Studio::open().await;
    studio.run(&subscribed()).await;
    let billing = studio.sign_in(Role::BillingAdmin).await;
    (studio, billing)
}

/// Fills the form, is shown the effect, and confirms it.
async fn act(admin: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (Answer, Answer) {
    let shown = ask(admin, path, fields).await.must(200);
    let done = admin.submit(&shown.form(path)).await;
    (shown, done)
}

async fn ask(admin: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let asked = admin.get(path).await.must(200);
    let form = fields.iter().fold(asked.form(path), |form, (name, value)| form.with(name, value));
    admin.submit(&form).await
}

async fn of(studio: &Studio, id: impl std::fmt::Display, what: &str) -> String {
    studio.text(&format!("select ({what})::text from platform.subscriptions where id = '{id}'")).await
}

#[tokio::test]
async fn the_list_narrows_and_leads_to_the_desk() {
    let (studio, mut billing) = studio().await;
    let page = billing.get("/admin/subscriptions").await.must(200);
    assert_eq!(page.one("#total"), "3");
    assert_eq!(page.all("tbody .badge").len(), 3, "{page:?}");
    for (query, users) in [
        ("status=past_due", vec![ADA]),
        ("tier=starter", vec![EVE]),
        ("next=discounted", vec![EVE]),
        ("user=eve%40users.example", vec![EVE]),
        ("status=past_due&tier=starter", vec![]),
        ("user=nobody-at-all", vec![]),
    ] {
        let page = billing.get(&format!("/admin/subscriptions?{query}")).await.must(200);
        let shown = page.attributes("tbody a[data-open]", "href");
        assert_eq!(shown, users.iter().map(|id| format!("/admin/users/{id}/billing")).collect::<Vec<_>>(), "{query}");
    }
    let page = billing.get("/admin/subscriptions?status=lapsed").await.must(200);
    assert!(page.words().contains("No subscriptions match these filters"), "{page:?}");
    let totals = billing.get("/admin/subscriptions/totals").await.must(200);
    assert!(totals.words().contains("€9.00"), "{}", totals.words());
    assert!(totals.attributes("td a", "href").contains(&"/admin/subscriptions?status=past_due&tier=pro".to_owned()));
    drop(studio);
}

#[tokio::test]
async fn pages_of_the_list_meet_without_a_gap() {
    let (studio, mut billing) = studio().await;
    studio
        .run(
            "with people as (insert into platform.users (id, email, name) select gen_random_uuid(), 'many' || n || '@users.example', 'Many ' || n
               from generate_series(1, 120) n returning id)
             insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor)
               select gen_random_uuid(), id, 'pro', 'active', now(), now() + interval '3 days', 2900 from people",
        )
        .await;
    for sort in ["renewal", "-renewal"] {
        let (mut next, mut seen) = (Some(format!("/admin/subscriptions?sort={sort}")), Vec::new());
        while let Some(path) = next {
            let page = billing.get(&path).await.must(200);
            seen.extend(page.attributes("tbody a[data-open]", "href"));
            next = page.attributes("a[rel=next]", "href").into_iter().next();
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (123, 123), "sorted by {sort}");
    }
}

#[tokio::test]
async fn the_desk_says_what_comes_next_and_offers_what_can_be_done() {
    let (studio, mut billing) = studio().await;
    let page = billing.get(&format!("/admin/users/{ADA}/billing")).await.must(200);
    assert!(page.words().contains("access is kept until"), "{}", page.words());
    assert!(page.attributes("#actions a", "href").contains(&format!("/admin/users/{ADA}/billing/grace")));
    assert!(page.words().contains("Its payment failed: grant grace."), "extending is closed, and says why");
    let page = billing.get(&format!("/admin/users/{EVE}/billing")).await.must(200);
    assert!(page.words().contains("20 % off for 3 periods, 2 periods left"), "{}", page.words());
    let page = billing.get(&format!("/admin/users/{BEN}/billing")).await.must(200);
    assert!(page.words().contains("They have never had a subscription."), "{page:?}");
    assert!(page.words().contains("500 credits"), "{page:?}");
    billing.get("/admin/users/0192f000-0000-7000-8000-0000000000ff/billing").await.must(404);
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let page = support.get(&format!("/admin/users/{ADA}/billing")).await.must(200);
    assert!(page.attributes("#actions a", "href").is_empty(), "support only reads");
    support.post(&format!("/admin/users/{ADA}/billing/grace"), &[("days", "3"), ("reason", "asked for it")]).await.must(403);
    let mut operations = studio.sign_in(Role::OperationsAdmin).await;
    operations.get(&format!("/admin/users/{ADA}/billing")).await.must(403);
    operations.get("/admin/subscriptions").await.must(403);
}

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
        let fields = [("cause", "fraud"), ("days", "3"), ("percent", "5"), ("periods", "1"), ("reason", "too late")];
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

async fn try_sql(studio: &Studio, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&studio.root).await.map(drop)
}

async fn act_once(admin: &mut Browser, path: &str) {
    ask(admin, path, &[]).await.must(303);
}

#[tokio::test]
async fn days_and_grace_have_their_bounds() {
    let (studio, mut billing) = studio().await;
    let extend = format!("/admin/users/{EVE}/billing/extend");
    let page = ask(&mut billing, &extend, &[("days", "91"), ("reason", "a long outage")]).await.must(422);
    assert!(page.one("#days-error").contains("Use 1 to 90 days"), "{page:?}");
    for typed in ["", "0", "-3", "2.5", "many"] {
        ask(&mut billing, &extend, &[("days", typed), ("reason", "a long outage")]).await.must(422);
    }
    let before = of(&studio, EVES, "period_end").await;
    act(&mut billing, &extend, &[("days", "10"), ("reason", "a long outage")]).await.1.must(303);
    assert_eq!(of(&studio, EVES, &format!("period_end - '{before}'::timestamptz")).await, "10 days");
    let page = ask(&mut billing, &format!("/admin/users/{ADA}/billing/extend"), &[("days", "3"), ("reason", "asked")]).await.must(409);
    assert!(page.words().contains("grant grace instead"), "{page:?}");

    let grace = format!("/admin/users/{ADA}/billing/grace");
    act(&mut billing, &grace, &[("days", "20"), ("reason", "waits for a new card")]).await.1.must(303);
    let page = ask(&mut billing, &grace, &[("days", "11"), ("reason", "still waits")]).await.must(422);
    assert!(page.one("#days-error").contains("more than 30 days beyond the end of the period"), "{page:?}");
    let page = ask(&mut billing, &format!("/admin/users/{EVE}/billing/grace"), &[("days", "3"), ("reason", "asked")]).await.must(409);
    assert!(page.words().contains("Nothing of it is overdue"), "{page:?}");
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_discount_is_shown_in_money_replaced_and_ended() {
    let (studio, mut billing) = studio().await;
    let path = format!("/admin/users/{EVE}/billing/discount");
    for (fields, field) in [
        (vec![("percent", "10"), ("amount", "1.00"), ("periods", "2")], "amount"),
        (vec![("periods", "2")], "percent"),
        (vec![("percent", "101"), ("periods", "2")], "percent"),
        (vec![("amount", "9.01"), ("periods", "2")], "amount"),
        (vec![("amount", "1.005"), ("periods", "2")], "amount"),
        (vec![("percent", "10"), ("periods", "37")], "periods"),
    ] {
        let fields: Vec<_> = fields.into_iter().chain([("reason", "a present")]).collect();
        let page = ask(&mut billing, &path, &fields).await.must(422);
        assert!(page.has(&format!("#{field}-error")), "{fields:?}: {page:?}");
    }
    let (shown, done) = act(&mut billing, &path, &[("amount", "2,50"), ("periods", "2"), ("reason", "a present")]).await;
    assert!(shown.words().contains("€6.50is the next charge instead of €9.00"), "{}", shown.words());
    assert!(shown.words().contains("€5.00go off over all periods together"), "{}", shown.words());
    done.must(303);
    let rows = "select string_agg(coalesce(percent::text, amount_minor::text) || (ended_at is null), ' ' order by created_at) from backlot.discounts";
    assert_eq!(studio.text(rows).await, "20false 250true");
    let entry = studio.entries("subscriptions.discount", "done").await.remove(0);
    assert_eq!(entry.change("discount"), ("20 % off for 3 periods".into(), "€2.50 off for 2 periods".into()));
    act(&mut billing, &format!("/admin/users/{EVE}/billing/discount/end"), &[("reason", "was a mistake")]).await.1.must(303);
    assert_eq!(studio.text("select count(*)::text from backlot.discounts where ended_at is null").await, "0");
    let page =
        ask(&mut billing, &format!("/admin/users/{RTL}/billing/discount"), &[("percent", "5"), ("periods", "1"), ("reason", "asked")])
            .await;
    assert!(page.must(409).words().contains("nothing is charged that could be lowered"));
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_cheaper_tier_comes_with_the_next_period_and_can_be_called_off() {
    let (studio, mut billing) = studio().await;
    studio.run(&format!("update platform.subscriptions set tier = 'pro', price_minor = 2900 where id = '{EVES}'")).await;
    let path = format!("/admin/users/{EVE}/billing/tier");
    let (shown, done) = act(&mut billing, &path, &[("tier", "starter"), ("reason", "asked for it")]).await;
    assert!(shown.words().contains("€9.00is the price from"), "{}", shown.words());
    done.must(303);
    assert_eq!(of(&studio, EVES, "tier || pending_tier").await, "prostarter");
    act(&mut billing, &path, &[("tier", "pro"), ("reason", "changed their mind")]).await.1.must(303);
    assert_eq!(of(&studio, EVES, "tier || coalesce(pending_tier, 'none')").await, "pronone");
    let page = ask(&mut billing, &path, &[("tier", "pro"), ("reason", "asked again")]).await.must(422);
    assert!(page.one("#tier-error").contains("They pay for Pro already"), "{page:?}");
    let page = ask(&mut billing, &format!("/admin/users/{ADA}/billing/tier"), &[("tier", "starter"), ("reason", "asked")]).await.must(409);
    assert!(page.words().contains("that one must be paid first"), "{page:?}");
    studio.run_jobs().await;
}

#[tokio::test]
async fn credits_are_booked_twice_over_and_never_below_nothing() {
    let (studio, mut billing) = studio().await;
    let path = format!("/admin/users/{BEN}/billing/credits");
    let (shown, done) = act(&mut billing, &path, &[("credits", "250"), ("cause", "goodwill"), ("reason", "a lost render")]).await;
    assert!(shown.words().contains("750credits is the balance then"), "{}", shown.words());
    done.must(303);
    let take = [("way", "deduct"), ("cause", "billing_error"), ("reason", "booked twice")];
    let page = ask(&mut billing, &path, &[&[("credits", "751")], &take[..]].concat()).await.must(422);
    assert!(page.one("#credits-error").contains("They have 750"), "{page:?}");
    act(&mut billing, &path, &[&[("credits", "750")], &take[..]].concat()).await.1.must(303);
    let sum = |table: &str, column: &str| format!("select coalesce(sum({column}), 0)::text from {table}");
    let balance = format!("{} where user_id = '{BEN}'", sum("platform.credit_transactions", "amount"));
    assert_eq!(studio.text(&balance).await, "0");
    let held = format!(
        "select (select coalesce(sum(amount), 0) from backlot.ledger_transfers where debit like '%{BEN}') - (select coalesce(sum(amount), 0) from backlot.ledger_transfers where credit like '%{BEN}')"
    );
    assert_eq!(studio.text(&format!("select ({held})::text")).await, "-500", "250 given and 750 taken");
    let entry = studio.entries("credits.adjust", "done").await.remove(0);
    assert_eq!(entry.change("credits"), (500.into(), 750.into()));
    ask(&mut billing, &format!("/admin/users/{DEL}/billing/credits"), &[("credits", "5"), ("cause", "other"), ("reason", "for nobody")])
        .await
        .must(409);
    studio.run_jobs().await;
}

#[tokio::test]
async fn many_credits_wait_for_a_second_admin() {
    let (studio, mut billing) = studio().await;
    let path = format!("/admin/users/{BEN}/billing/credits");
    let (shown, done) = act(&mut billing, &path, &[("credits", "1001"), ("cause", "goodwill"), ("reason", "a long outage")]).await;
    assert!(shown.words().contains("second admin must approve it"), "{}", shown.words());
    done.must(303);
    assert_eq!(studio.text("select state || amount_minor from backlot.billing_operations").await, "awaiting_approval1001");
    assert_eq!(studio.text(&format!("select sum(amount)::text from platform.credit_transactions where user_id = '{BEN}'")).await, "500");
    let page = billing.get(&format!("/admin/users/{BEN}/billing")).await.must(200);
    assert!(page.words().contains("Awaits approval"), "{}", page.words());
    studio.run_jobs().await;
}
