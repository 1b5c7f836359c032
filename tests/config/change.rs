//! Changing settings: reviewed together, done together, once.
use super::{PATH, boss, error, filled, save, stored};
use crate::support::{Answer, Studio};
use backlot::kernel::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

const THREE: [(&str, &str); 4] = [
    ("generation.max_concurrent", "8"),
    ("subscription.lora_models:free", "2"),
    ("generation.default_quality", "hq"),
    ("billing.dunning_retry_days", "[1, 4]"),
];

/// Category and key of each of these changes.
const FOUR: [(&str, &str); 4] = [
    ("billing", "billing.dunning_retry_days"),
    ("generation", "generation.default_quality"),
    ("generation", "generation.max_concurrent"),
    ("subscription", "subscription.lora_models"),
];

/// What an entry announced, by category and key; nothing else stands in its events.
async fn announced(studio: &Studio, entry: Uuid) -> Vec<(&'static str, &'static str)> {
    let events: Vec<_> = studio.events().await.into_iter().filter(|event| event.audit_id == entry).collect();
    assert!(events.iter().all(|event| event.name == "admin_config_updated"), "{events:?}");
    let is = |(category, key): &(&str, &str)| events.iter().any(|event| event.properties == json!({ "category": category, "key": key }));
    assert_eq!(events.len(), FOUR.len(), "{events:?}");
    FOUR.into_iter().filter(is).collect()
}

#[tokio::test]
async fn several_edits_are_reviewed_together_and_saved_as_one_entry_with_an_event_for_each() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let review = boss.submit(&filled(&page, &THREE)).await.must(200);
    assert_eq!(review.all(".affected > li").len(), 4, "{review:?}");
    let words = review.words();
    for told in ["Change 4 settings", "5 per user", "8 per user", "High quality", "Too many at once keep everybody else waiting"] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert_eq!(stored(&studio, "generation.max_concurrent").await, "5", "only looked at");
    let names: Vec<_> = review.form(PATH).fields.into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name.starts_with("credits.")), "what is unchanged is dropped: {names:?}");

    let sent = boss.submit(&review.form(PATH).with("reason", "as agreed").with("ticket", "T-9")).await.sent_to(PATH);
    let left = studio.audit_of(sent.request_id()).await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(
        (left[0].action.as_str(), left[0].reason.as_deref(), left[0].ticket.as_deref()),
        ("config.change", Some("as agreed"), Some("T-9"))
    );
    let changes: Vec<Value> = serde_json::from_str(&left[0].changes).unwrap();
    let of = |key: &str| changes.iter().find(|change| change["target"]["id"] == key).unwrap_or_else(|| panic!("{key}: {changes:?}"));
    assert_eq!(changes.len(), 4);
    assert_eq!(
        (&of("generation.max_concurrent")["before"], &of("generation.max_concurrent")["after"]),
        (&json!({ "value": 5 }), &json!({ "value": 8 }))
    );
    assert_eq!(of("subscription.lora_models")["after"], json!({ "value": { "free": 2, "starter": 5, "pro": 25 } }));
    assert_eq!(of("generation.max_concurrent")["target"]["kind"], "setting");

    assert_eq!(announced(&studio, left[0].id).await, FOUR);
    let after = boss.get(PATH).await.must(200);
    assert!(after.one(".flash").contains("4 settings are changed"), "{after:?}");
    assert!(after.words().contains("Maya"), "names who changed it last");
}

#[tokio::test]
async fn a_reason_must_be_given_and_nothing_is_lost_without_one() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let review = boss.submit(&filled(&page, &[("credits.hq_cost", "4")])).await.must(200);
    let again = boss.submit(&review.form(PATH)).await.must(422);
    assert!(again.one("#reason-error").contains("Say why"), "{again:?}");
    assert_eq!(again.form(PATH).value("credits.hq_cost"), "4");
    assert_eq!(stored(&studio, "credits.hq_cost").await, "3");
    boss.submit(&again.form(PATH).with("reason", "prices went up")).await.sent_to(PATH);
    assert_eq!(stored(&studio, "credits.hq_cost").await, "4");
}

#[tokio::test]
async fn one_may_go_back_from_the_review_and_change_something() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let review = boss.submit(&filled(&page, &[("credits.hq_cost", "4")])).await.must(200);
    let list = boss.submit(&review.form(PATH).with("again", "yes")).await.must(200);
    assert_eq!(list.form(PATH).value("credits.hq_cost"), "4");
    boss.submit(&list.form(PATH)).await.must(200).words().contains("Change Image in high quality");
}

#[tokio::test]
async fn nothing_changed_is_said_and_what_is_only_written_differently_is_no_change() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let same = boss.submit(&page.form(PATH)).await.must(422);
    assert!(same.one(".errors").contains("Nothing is changed yet"), "{same:?}");
    let differently =
        [("generation.max_concurrent", " 5.0 "), ("billing.dunning_retry_days", "[1,\r\n3,5, 7]"), ("alerts.error_spike", "3")];
    let same = boss.submit(&filled(&page, &differently)).await.must(422);
    assert!(same.one(".errors").contains("Nothing is changed yet"), "{same:?}");
}

#[tokio::test]
async fn rules_between_settings_are_said_at_both() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let wrong =
        boss.submit(&filled(&page, &[("credits.hq_cost", "1"), ("credits.draft_cost", "2"), ("exports.max_rows", "9000")])).await.must(422);
    for key in ["credits.hq_cost", "credits.draft_cost"] {
        assert!(error(&wrong, key).contains("High quality must cost at least as much as a draft"), "{wrong:?}");
    }
    assert!(error(&wrong, "exports.step_up_rows").contains("above the most that an export holds"), "said where nothing was typed, too");
    assert_eq!(wrong.form(PATH).value("credits.hq_cost"), "1", "what was typed is kept");
    assert_eq!(studio.number("select count(*) from backlot.system_config_history").await, 0);
    let wrong = boss.submit(&filled(&page, &[("generation.max_concurrent", "11")])).await.must(422);
    assert!(error(&wrong, "rate_limit.generations_per_minute").contains("within a minute"));
    boss.submit(&filled(&page, &[("generation.max_concurrent", "11"), ("rate_limit.generations_per_minute", "20")])).await.must(200);
}

#[tokio::test]
async fn a_tier_that_pays_more_gets_no_less() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let wrong = boss.submit(&filled(&page, &[("subscription.storage_gb:free", "51")])).await.must(422);
    assert!(error(&wrong, "subscription.storage_gb").contains("Starter gets less than Free"), "{wrong:?}");
    assert_eq!(wrong.form(PATH).value("subscription.storage_gb:free"), "51");
}

#[tokio::test]
async fn a_switch_is_turned_by_leaving_its_box_empty() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let mut form = page.form(PATH);
    form.fields.retain(|(name, _)| name != "lora.refund_failed_attempt");
    let review = boss.submit(&form).await.must(200);
    assert!(review.one(".diff").contains("On") && review.one(".diff").contains("Off"), "{review:?}");
    boss.submit(&review.form(PATH).with("reason", "too dear")).await.must(303);
    assert_eq!(stored(&studio, "lora.refund_failed_attempt").await, "false");
}

#[tokio::test]
async fn maintenance_is_switched_on_its_own_page_only() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    assert!(page.attributes("a", "href").contains(&"/admin/maintenance".to_owned()));
    assert!(!page.has("[name='maintenance.enabled']"));
    let forged = [("maintenance.enabled:seen", "1"), ("maintenance.enabled:was", "false"), ("maintenance.enabled", "on")];
    let refused = boss.submit(&filled(&page, &forged)).await.must(422);
    assert!(error(&refused, "maintenance.enabled").contains("/admin/maintenance"), "{refused:?}");
    assert_eq!(stored(&studio, "maintenance.enabled").await, "false");
}

#[tokio::test]
async fn whoever_may_only_read_sees_values_and_no_editors_and_changes_nothing() {
    let studio = Studio::open().await;
    for role in [Role::SupportAdmin, Role::OperationsAdmin, Role::DataAdmin, Role::BillingAdmin] {
        let mut reader = studio.sign_in(role).await;
        let page = reader.get(PATH).await.must(200);
        assert!(page.words().contains("generation.max_concurrent") && page.words().contains("5 per user"), "{page:?}");
        assert!(!page.has("main form[method=post]") && !page.has(".setting input, .setting select, .setting textarea"), "{page:?}");
        let own = reader.get(&format!("{PATH}/credits.hq_cost")).await.must(200);
        assert!(!own.has("main form[method=post]"), "{own:?}");
        let forged = [("credits.hq_cost:seen", "1"), ("credits.hq_cost:was", "3"), ("credits.hq_cost", "900")];
        reader.post(PATH, &forged).await.must(403);
    }
    assert_eq!(stored(&studio, "credits.hq_cost").await, "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_at_once_one_acts_and_all_are_answered_alike() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let review = boss.submit(&filled(&page, &THREE)).await.must(200);
    let form = review.form(PATH).with("reason", "once only");
    let mut sent = JoinSet::new();
    for _ in 0..16 {
        let (mut browser, form) = (boss.clone(), form.clone());
        sent.spawn(async move { browser.submit(&form).await });
    }
    let answers: Vec<Answer> = sent.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 303 && answer.location() == PATH), "{answers:?}");
    assert_eq!(studio.entries("config.change", "done").await.len(), 1);
    assert_eq!(studio.number("select count(*) from backlot.system_config_history").await, 4);
}

#[tokio::test]
async fn two_admins_who_break_a_rule_only_together_cannot() {
    let studio = Studio::open().await;
    let (mut one, first) = boss(&studio).await;
    let mut other = one.clone();
    let review = one.submit(&filled(&first, &[("credits.draft_cost", "3")])).await.must(200);
    save(&mut other, &[("credits.hq_cost", "2")]).await.must(303);
    let refused = one.submit(&review.form(PATH).with("reason", "dearer")).await.must(422);
    assert!(error(&refused, "credits.draft_cost").contains("High quality must cost"), "{refused:?}");
    assert_eq!(stored(&studio, "credits.draft_cost").await, "1");
}
