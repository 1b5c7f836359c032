//! Dearer tiers: charged exactly as shown, once, and given only when paid.
use super::money::{BENS, GOOD, Till, pay, ready, till};
use super::{act, ask};
use crate::support::{BEN, Browser};
use backlot::kernel::Role;
use backlot::sandbox::finby::card;

const PATH: &str = "/admin/users/0192f000-0000-7000-8000-00000000000b/billing/tier";
const PRO: [(&str, &str); 3] = [("tier", "pro"), ("cause", "requested_by_customer"), ("reason", "asked for it")];

/// Ben pays €9.00 for starter, a third of the period is gone, and his card is of this kind.
async fn starter(number: &str) -> (Till, Browser) {
    let till = till(number).await;
    till.studio
        .run(&format!(
            "update platform.subscriptions set tier = 'starter', price_minor = 900, period_start = now() - interval '10 days',
               period_end = now() + interval '20 days' where id = '{BENS}';
             update platform.users set tier = 'starter' where id = '{BEN}'"
        ))
        .await;
    let admin = till.studio.sign_in(Role::BillingAdmin).await;
    (till, admin)
}

async fn tiers(till: &Till) -> String {
    let sql = format!(
        "select s.tier || ' ' || u.tier || ' ' || s.price_minor from platform.subscriptions s join platform.users u on u.id = s.user_id where s.id = '{BENS}'"
    );
    till.studio.text(&sql).await
}

#[tokio::test]
async fn the_difference_for_the_rest_of_the_period_is_shown_line_by_line_and_charged_exactly() {
    let (till, mut admin) = starter(GOOD).await;
    let (shown, done) = act(&mut admin, PATH, &PRO).await;
    for line in ["€19.33Pro until", "−€6.00unused rest of Starter", "€13.33is charged now to"] {
        assert!(shown.words().contains(line), "{line}: {}", shown.words());
    }
    done.must(303);
    assert_eq!(tiers(&till).await, "starter starter 900", "nothing is given before it is paid");
    till.settle().await;
    assert_eq!(tiers(&till).await, "pro pro 2900");
    assert_eq!(till.moved(), (1_333, 0));
    let credits = "select sum(amount)::text from platform.credit_transactions where kind = 'grant' and user_id = ";
    let credits: i64 = till.studio.text(&format!("{credits}'{BEN}'")).await.parse().unwrap();
    assert!((1..2_000).contains(&credits), "{credits} are two thirds of the difference");
    let entry = till.studio.entries("subscriptions.change_tier", "done").await.remove(0);
    assert_eq!(entry.change("upgrade"), (serde_json::Value::Null, "to Pro for €13.33".into()));
    till.must_agree().await;

    // Down again at once: with the next period, and it costs nothing and pays nothing back.
    act(&mut admin, PATH, &[("tier", "starter"), ("cause", "requested_by_customer"), ("reason", "was a mistake")]).await.1.must(303);
    till.settle().await;
    assert_eq!((tiers(&till).await.as_str(), till.moved()), ("pro pro 2900", (1_333, 0)));
    till.must_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_upgrades_at_once_are_one_charge() {
    let (till, mut admin) = starter(GOOD).await;
    let mut forms = Vec::new();
    for _ in 0..16 {
        forms.push(ready(&mut admin, PATH, &PRO).await);
    }
    let sent = futures::future::join_all(forms.iter().map(|form| {
        let mut admin = admin.clone();
        async move { admin.submit(form).await.status.as_u16() }
    }))
    .await;
    assert_eq!(sent.iter().filter(|status| **status == 303).count(), 1, "{sent:?}");
    till.settle().await;
    assert_eq!((tiers(&till).await.as_str(), till.moved()), ("pro pro 2900", (1_333, 0)));
    till.must_agree().await;
}

#[tokio::test]
async fn a_card_that_wants_its_customer_is_paid_by_a_link_and_then_the_tier_rises() {
    let (till, mut admin) = starter(card::ASKS_AGAIN).await;
    act(&mut admin, PATH, &PRO).await.1.must(303);
    till.settle().await;
    assert_eq!((till.states("charge").await.as_str(), tiers(&till).await.as_str()), ("failed", "starter starter 900"));
    let desk = admin.get(&format!("/admin/users/{BEN}/billing")).await.must(200);
    let link = desk.attributes("#payments a", "href").into_iter().find(|href| href.ends_with("/link")).expect("a link is offered");
    let form = ready(&mut admin, &link, &[("reason", "their bank asks them")]).await;
    admin.submit(&form).await.must(303);
    till.settle().await;
    let page = till.studio.text("select link from backlot.billing_operations where kind = 'link'").await;
    pay(&till.gateway, &page, GOOD).await;
    till.settle().await;
    assert_eq!((tiers(&till).await.as_str(), till.moved()), ("pro pro 2900", (1_333, 0)));
    till.must_agree().await;
}

#[tokio::test]
async fn without_a_card_the_customer_is_asked_and_agrees_with_the_payment() {
    let (till, mut admin) = starter(GOOD).await;
    till.studio.run("update backlot.mandates set revoked_at = now(), revoked_why = 'asked'").await;
    let (shown, done) = act(&mut admin, PATH, &PRO).await;
    assert!(shown.words().contains("€13.33is asked for by a payment link"), "{}", shown.words());
    done.must(303);
    till.settle().await;
    let page = till.studio.text("select link from backlot.billing_operations where kind = 'link'").await;
    let paid = pay(&till.gateway, &page, GOOD).await;
    till.settle().await;
    assert_eq!((tiers(&till).await.as_str(), till.moved()), ("pro pro 2900", (1_333, 0)));
    assert_eq!(till.studio.number("select initial_ref from backlot.mandates where revoked_at is null").await, paid);
    till.must_agree().await;
}

#[tokio::test]
async fn who_ends_it_before_the_charge_is_sent_is_not_charged() {
    let (till, mut admin) = starter(GOOD).await;
    act(&mut admin, PATH, &PRO).await.1.must(303);
    act(&mut admin, &format!("/admin/users/{BEN}/billing/cancel"), &[("ending", "now"), ("cause", "unused")]).await.1.must(303);
    till.settle().await;
    assert_eq!((till.states("charge").await.as_str(), till.moved()), ("called_off", (0, 0)));
    assert_eq!(till.subscription().await, "lapsed starter 0");
    till.must_agree().await;
}

#[tokio::test]
async fn a_trial_becomes_a_paid_period_of_its_own() {
    let (till, mut admin) = starter(GOOD).await;
    till.studio.run(&format!("update platform.subscriptions set status = 'trialing' where id = '{BENS}'")).await;
    let (shown, done) = act(&mut admin, PATH, &PRO).await;
    assert!(shown.words().contains("€29.00is charged now"), "{}", shown.words());
    done.must(303);
    till.settle().await;
    assert_eq!((till.subscription().await.as_str(), till.moved()), ("active pro 0", (2_900, 0)));
    let length = format!("select (period_end - period_start)::text from platform.subscriptions where id = '{BENS}'");
    assert_eq!(till.studio.text(&length).await, "30 days");
    till.must_agree().await;
}

#[tokio::test]
async fn other_currencies_are_refused_before_anything_is_asked() {
    let (till, mut admin) = starter(GOOD).await;
    till.studio.run(&format!("update platform.subscriptions set currency = 'JPY' where id = '{BENS}'")).await;
    till.settle().await;
    let page = ask(&mut admin, PATH, &PRO).await.must(422);
    assert!(page.one("#tier-error").contains("Only EUR is charged"), "{page:?}");
    assert_eq!(till.studio.number("select count(*) from backlot.billing_operations").await, 0);
}
