//! Billing, as pages; and money that goes back, comes in and waits for a second admin, seen to settle without a reload.
use super::browser::{Browser, Done};
use super::visit::{Look, visit};
use sqlx::AssertSqlSafe;
use thirtyfour::By;

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 16] = [
    ("/admin/subscriptions", "/admin/subscriptions"),
    ("/admin/subscriptions", "/admin/subscriptions?status=past_due"),
    ("/admin/subscriptions", "/admin/subscriptions?user=nobody"),
    ("/admin/subscriptions/totals", "/admin/subscriptions/totals"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:past_due}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:active}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{payer:cancelled}/billing"),
    ("/admin/users/{id}/billing", "/admin/users/{nothing@example.org}/billing"),
    ("/admin/users/{id}/billing/cancel", "/admin/users/{payer:active}/billing/cancel"),
    ("/admin/users/{id}/billing/resume", "/admin/users/{payer:cancelled}/billing/resume"),
    ("/admin/users/{id}/billing/extend", "/admin/users/{payer:active}/billing/extend"),
    ("/admin/users/{id}/billing/discount", "/admin/users/{payer:active}/billing/discount"),
    ("/admin/users/{id}/billing/discount/end", "/admin/users/{payer:active}/billing/discount/end"),
    ("/admin/users/{id}/billing/grace", "/admin/users/{payer:past_due}/billing/grace"),
    ("/admin/users/{id}/billing/tier", "/admin/users/{payer:active}/billing/tier"),
    ("/admin/users/{id}/billing/credits", "/admin/users/{script@example.com}/billing/credits"),
];

/// The id that is meant, if it is one of these: whoever pays in euros and has paid most often.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let (what, state) = name.split_once(':')?;
    let text = match what {
        "payer" => {
            "select s.user_id::text from platform.subscriptions s where s.status = $1 and s.currency = 'EUR'
             order by (select count(*) from platform.payments p where p.subscription_id = s.id) desc, s.id limit 1"
        }
        _ => return None,
    };
    Some(sqlx::query_scalar(text).bind(state).fetch_one(&mut browser.studio.database().await).await.unwrap())
}

/// The page of a subscription that is paid in euros by a card that works, and its newest paid payment.
async fn payer(browser: &Browser, tier: &str) -> (String, String) {
    let text = "select s.user_id::text, (select p.id::text from platform.payments p where p.subscription_id = s.id and p.status = 'paid' and p.refunding_minor = 0
          and p.refunded_minor = 0 order by p.created_at desc limit 1)
        from platform.subscriptions s where s.status = 'active' and s.currency = 'EUR' and s.tier = $1 and s.pending_tier is null
          and s.period_end > now() + interval '3 days'
          and not exists (select from platform.payments p where p.user_id = s.user_id and (p.status = 'failed' or p.gateway_ref is null))
          and exists (select from backlot.mandates m where m.user_id = s.user_id and m.revoked_at is null)
        order by s.id limit 1";
    sqlx::query_as(text).bind(tier).fetch_one(&mut browser.studio.database().await).await.unwrap()
}

/// Whoever reloads loses this.
async fn mark(browser: &Browser) -> Done {
    browser.run("window.kept = true", Vec::new()).await.map(drop)
}

async fn is_kept(browser: &Browser) -> Done<bool> {
    Ok(browser.run("return window.kept === true", Vec::new()).await? == serde_json::json!(true))
}

async fn refund(browser: &Browser, payment: &str, amount: &str) -> Done {
    browser.open(&format!("/admin/payments/{payment}/refund")).await?;
    browser.fill("#amount", amount).await?;
    browser.click("#reason_code option[value=goodwill]").await?;
    browser.fill("#reason", "a day was lost").await?;
    browser.press("Show what will happen").await?;
    browser.find("#effect-title").await?;
    browser.press("Refund it").await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn part_of_a_payment_is_refunded_and_seen_to_settle() {
    visit(Look::Desktop, async |browser| {
        let (user, payment) = payer(&browser, "starter").await;
        browser.come_in("Billing admin").await?;
        browser.open(&format!("/admin/users/{user}/billing")).await?;
        browser.click(&format!("#payments a[href='/admin/payments/{payment}/refund']")).await?;
        refund(&browser, &payment, "2.50").await?;
        browser.says(".flash", "on its way to the gateway").await?;
        mark(&browser).await?;
        browser.says("main", "Succeeded").await?;
        assert!(is_kept(&browser).await?, "it was reloaded");
        browser.open(&format!("/admin/users/{user}/billing")).await?;
        browser.says("#payments", "€2.50 back").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_refund_above_the_limit_waits_for_a_second_admin() {
    visit(Look::Desktop, async |browser| {
        let (_, payment) = payer(&browser, "pro").await;
        browser.come_in("Super admin").await?;
        browser.open("/admin/config?q=billing.refund_approval_cents").await?;
        browser.fill("[id='billing.refund_approval_cents']", "1000").await?;
        browser.press("Review changes").await?;
        browser.fill("#reason", "for this month").await?;
        browser.press("Change it").await?;
        browser.find(".flash").await?;
        browser.come_in("Billing admin").await?;
        refund(&browser, &payment, "25.00").await?;
        browser.says(".flash", "waits for a second admin").await?;
        let operation = browser.path().await?;
        assert!(browser.driver.find_all(By::Css("a[href$='/approve']")).await?.is_empty(), "nobody approves their own");
        browser.come_in("Super admin").await?;
        browser.open(&operation).await?;
        browser.press("Actions").await?;
        browser.click("#actions a[href$='/approve']").await?;
        browser.press("Show what will happen").await?;
        browser.find("#effect-title").await?;
        browser.press("Approve").await?;
        browser.says("main", "Succeeded").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_subscription_is_cancelled_and_resumed() {
    visit(Look::Desktop, async |browser| {
        let (user, _) = payer(&browser, "starter").await;
        browser.come_in("Billing admin").await?;
        browser.open(&format!("/admin/users/{user}/billing")).await?;
        browser.press("Actions").await?;
        browser.click("#actions a[href$='/cancel']").await?;
        browser.click("#cause option[value=unused]").await?;
        browser.press("Show what will happen").await?;
        browser.says(".counts", "keeps the tier until the end of the period").await?;
        browser.press("Cancel the subscription").await?;
        browser.says("#plan", "is not charged again").await?;
        browser.press("Actions").await?;
        browser.click("#actions a[href$='/resume']").await?;
        browser.press("Resume the subscription").await?;
        browser.says("#plan", "It renews on").await
    })
    .await;
}

/// Gives them somebody's card whose bank asks its owner each time.
const ASKS: &str = "declare asking record; begin
  select m.id, m.initial_ref into strict asking from backlot.mandates m join platform.payments p on p.user_id = m.user_id
    where p.failure_code = '300.100.100' and m.revoked_at is null limit 1;
  update backlot.mandates set initial_ref = 1 where id = asking.id;
  update backlot.mandates set initial_ref = asking.initial_ref where user_id = '{user}' and revoked_at is null;
end";

/// A page that shows something within twenty seconds, asked again and again.
async fn shows_in_time(browser: &Browser, page: &str, css: &str) -> Done {
    for _ in 0..40 {
        browser.open(page).await?;
        if browser.shows(css).await? {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("{page} never shows {css}");
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn an_upgrade_with_a_card_that_needs_its_owner_is_paid_on_the_gateways_page() {
    visit(Look::Desktop, async |browser| {
        let (user, _) = payer(&browser, "starter").await;
        sqlx::raw_sql(AssertSqlSafe(format!("do $$ {} $$", ASKS.replace("{user}", &user))))
            .execute(&mut browser.studio.database().await)
            .await
            .unwrap();
        browser.come_in("Billing admin").await?;
        browser.open(&format!("/admin/users/{user}/billing/tier")).await?;
        browser.click("#tier option[value=pro]").await?;
        browser.click("#cause option[value=requested_by_customer]").await?;
        browser.fill("#reason", "asked for it").await?;
        browser.press("Show what will happen").await?;
        browser.says(".counts", "is charged now").await?;
        browser.press("Change the tier").await?;
        let desk = format!("/admin/users/{user}/billing");
        shows_in_time(&browser, &desk, "#payments a[href$='/link']").await?;
        browser.click("#payments a[href$='/link']").await?;
        browser.fill("#reason", "their bank asks them").await?;
        browser.press("Show what will happen").await?;
        browser.find("#effect-title").await?;
        browser.click("main form button").await?;
        browser.says("main", "Waiting").await?;
        let operation = browser.path().await?;
        let text =
            "select link from backlot.billing_operations where kind = 'link' and link is not null order by requested_at desc limit 1";
        let link: String = sqlx::query_scalar(text).fetch_one(&mut browser.studio.database().await).await.unwrap();
        browser.driver.goto(&link).await?;
        browser.press("Pay").await?;
        browser.says("h1", "Done").await?;
        browser.open(&operation).await?;
        browser.says("main", "Succeeded").await?;
        browser.open(&desk).await?;
        browser.says("#plan", "Pro").await
    })
    .await;
}
