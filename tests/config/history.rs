//! What a setting was, and the way back.
use super::{PATH, boss, save, stored};
use crate::support::{Answer, Browser, Studio};

async fn history(browser: &mut Browser, key: &str) -> Answer {
    browser.get(&format!("{PATH}/{key}")).await.must(200)
}

/// The button with these words of the setting's own page, reviewed and saved.
async fn back(browser: &mut Browser, key: &str, words: &str) -> Answer {
    let page = history(browser, key).await;
    let buttons = page.all(&format!("main form[action='{PATH}']"));
    let at = buttons.iter().position(|button| button.contains(words)).unwrap_or_else(|| panic!("{words} is not among {buttons:?}"));
    let values = |css: &str, name: &str| page.attributes(&format!("main form[action='{PATH}'] {css}"), name);
    let per_form = values("input", "name").iter().filter(|name| *name == "_proof").count();
    assert_eq!(per_form, buttons.len());
    let names = values("input", "name").into_iter().zip(values("input", "value"));
    let mut forms: Vec<Vec<(String, String)>> = Vec::new();
    for (name, value) in names {
        if name == "_proof" {
            forms.push(Vec::new());
        }
        forms.last_mut().unwrap().push((name, value));
    }
    let form = crate::support::Filled { action: PATH.into(), fields: forms.remove(at) };
    let review = browser.submit(&form).await.must(200);
    browser.submit(&review.form(PATH).with("reason", "as it was")).await
}

#[tokio::test]
async fn each_change_stands_there_with_who_why_and_its_audit_entry() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    save(&mut boss, &[("subscription.storage_gb:pro", "600")]).await.must(303);
    save(&mut boss, &[("subscription.storage_gb:pro", "700"), ("credits.hq_cost", "5")]).await.must(303);
    let page = history(&mut boss, "subscription.storage_gb").await;
    let steps = page.all("#history .affected > li");
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert!(steps[0].contains("Version 2") && steps[0].contains("600") && steps[0].contains("700"), "{steps:?}");
    assert!(!steps[0].contains("Starter"), "only what differs: {steps:?}");
    assert!(steps[1].contains("Maya") && steps[1].contains("for a good reason") && steps[1].contains("500"), "from the default: {steps:?}");
    let entry = studio.entries("config.change", "done").await.remove(1);
    assert!(page.attributes("a", "href").contains(&format!("/admin/audit/{}", entry.id)), "{page:?}");
    let entry = boss.get(&format!("/admin/audit/{}", entry.id)).await.must(200);
    assert!(entry.words().contains("subscription.storage_gb") && entry.words().contains("credits.hq_cost"), "{entry:?}");
}

#[tokio::test]
async fn any_earlier_value_can_be_had_again_and_that_is_a_change_of_its_own() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    for days in ["[2]", "[2, 9]", "[1, 2, 3]"] {
        save(&mut boss, &[("billing.dunning_retry_days", days)]).await.must(303);
    }
    let own = format!("{PATH}/billing.dunning_retry_days");
    back(&mut boss, "billing.dunning_retry_days", "Version 2").await.sent_to(&own);
    assert_eq!(stored(&studio, "billing.dunning_retry_days").await, "[2, 9]");
    let page = history(&mut boss, "billing.dunning_retry_days").await;
    assert_eq!(page.all("#history .affected > li").len(), 4, "nothing of the past is gone");
    assert!(page.words().contains("as it was"));
    back(&mut boss, "billing.dunning_retry_days", "Reset to the default").await.sent_to(&own);
    assert_eq!(stored(&studio, "billing.dunning_retry_days").await, "[1, 3, 5, 7]");
    let page = history(&mut boss, "billing.dunning_retry_days").await;
    assert!(!page.words().contains("Reset to the default"), "there is nothing to reset: {page:?}");
    assert_eq!(studio.entries("config.change", "done").await.len(), 5);
}

#[tokio::test]
async fn tables_and_switches_go_back_as_well() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let mut form = page.form(PATH).with("subscription.lora_models:pro", "30");
    form.fields.retain(|(name, _)| name != "lora.refund_failed_attempt");
    let review = boss.submit(&form).await.must(200);
    boss.submit(&review.form(PATH).with("reason", "a try")).await.must(303);
    back(&mut boss, "subscription.lora_models", "Reset").await.must(303);
    back(&mut boss, "lora.refund_failed_attempt", "Reset").await.must(303);
    assert_eq!(stored(&studio, "subscription.lora_models").await, r#"{"pro": 25, "free": 1, "starter": 5}"#);
    assert_eq!(stored(&studio, "lora.refund_failed_attempt").await, "true");
    boss.get(&format!("{PATH}/no.such_setting")).await.must(404);
}
