//! Days, grace, discounts, cheaper tiers and credits: what is changed without the gateway.
use super::{EVES, act, ask, of, studio};
use crate::support::{ADA, BEN, DEL, EVE, RTL};

#[tokio::test]
async fn days_and_grace_have_their_bounds() {
    let (studio, mut billing) = studio().await;
    let extend = format!("/admin/users/{EVE}/billing/extend");
    let page = ask(&mut billing, &extend, &[("days", "91"), ("cause", "service_problem"), ("reason", "a long outage")]).await.must(422);
    assert!(page.one("#days-error").contains("Use 1 to 90 days"), "{page:?}");
    for typed in ["", "0", "-3", "2.5", "many"] {
        ask(&mut billing, &extend, &[("days", typed), ("cause", "service_problem"), ("reason", "a long outage")]).await.must(422);
    }
    let before = of(&studio, EVES, "period_end").await;
    act(&mut billing, &extend, &[("days", "10"), ("cause", "service_problem"), ("reason", "a long outage")]).await.1.must(303);
    assert_eq!(of(&studio, EVES, &format!("period_end - '{before}'::timestamptz")).await, "10 days");
    let page =
        ask(&mut billing, &format!("/admin/users/{ADA}/billing/extend"), &[("days", "3"), ("cause", "goodwill"), ("reason", "asked")])
            .await
            .must(409);
    assert!(page.words().contains("grant grace instead"), "{page:?}");

    let grace = format!("/admin/users/{ADA}/billing/grace");
    act(&mut billing, &grace, &[("days", "20"), ("cause", "goodwill"), ("reason", "waits for a new card")]).await.1.must(303);
    let page = ask(&mut billing, &grace, &[("days", "11"), ("cause", "goodwill"), ("reason", "still waits")]).await.must(422);
    assert!(page.one("#days-error").contains("more than 30 days beyond the end of the period"), "{page:?}");
    let page =
        ask(&mut billing, &format!("/admin/users/{EVE}/billing/grace"), &[("days", "3"), ("cause", "goodwill"), ("reason", "asked")])
            .await
            .must(409);
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
        let fields: Vec<_> = fields.into_iter().chain([("cause", "goodwill"), ("reason", "a present")]).collect();
        let page = ask(&mut billing, &path, &fields).await.must(422);
        assert!(page.has(&format!("#{field}-error")), "{fields:?}: {page:?}");
    }
    let (shown, done) =
        act(&mut billing, &path, &[("amount", "2,50"), ("periods", "2"), ("cause", "goodwill"), ("reason", "a present")]).await;
    assert!(shown.words().contains("€6.50is the next charge instead of €9.00"), "{}", shown.words());
    assert!(shown.words().contains("€5.00go off over all periods together"), "{}", shown.words());
    done.must(303);
    let rows = "select string_agg(coalesce(percent::text, amount_minor::text) || (ended_at is null), ' ' order by created_at) from backlot.discounts";
    assert_eq!(studio.text(rows).await, "20false 250true");
    let entry = studio.entries("subscriptions.discount", "done").await.remove(0);
    assert_eq!(entry.change("discount"), ("20 % off for 3 periods".into(), "€2.50 off for 2 periods".into()));
    act(&mut billing, &format!("/admin/users/{EVE}/billing/discount/end"), &[("cause", "goodwill"), ("reason", "was a mistake")])
        .await
        .1
        .must(303);
    assert_eq!(studio.text("select count(*)::text from backlot.discounts where ended_at is null").await, "0");
    let page = ask(
        &mut billing,
        &format!("/admin/users/{RTL}/billing/discount"),
        &[("percent", "5"), ("periods", "1"), ("cause", "goodwill"), ("reason", "asked")],
    )
    .await;
    assert!(page.must(409).words().contains("nothing is charged that could be lowered"));
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_cheaper_tier_comes_with_the_next_period_and_can_be_called_off() {
    let (studio, mut billing) = studio().await;
    studio.run(&format!("update platform.subscriptions set tier = 'pro', price_minor = 2900 where id = '{EVES}'")).await;
    let path = format!("/admin/users/{EVE}/billing/tier");
    let (shown, done) = act(&mut billing, &path, &[("tier", "starter"), ("cause", "goodwill"), ("reason", "asked for it")]).await;
    assert!(shown.words().contains("€9.00is the price from"), "{}", shown.words());
    done.must(303);
    assert_eq!(of(&studio, EVES, "tier || pending_tier").await, "prostarter");
    act(&mut billing, &path, &[("tier", "pro"), ("cause", "goodwill"), ("reason", "changed their mind")]).await.1.must(303);
    assert_eq!(of(&studio, EVES, "tier || coalesce(pending_tier, 'none')").await, "pronone");
    let page = ask(&mut billing, &path, &[("tier", "pro"), ("cause", "goodwill"), ("reason", "asked again")]).await.must(422);
    assert!(page.one("#tier-error").contains("They pay for Pro already"), "{page:?}");
    let page =
        ask(&mut billing, &format!("/admin/users/{ADA}/billing/tier"), &[("tier", "starter"), ("cause", "goodwill"), ("reason", "asked")])
            .await
            .must(409);
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
