//! What each kind of setting may hold: refused beside its field, with everything that was typed, before anything is saved.
use super::{PATH, boss, error, filled, save, stored};
use crate::support::Studio;

/// A key, what is typed, and a part of what is said.
const WRONG: [(&str, &str, &str); 40] = [
    ("generation.max_concurrent", "", "number in digits"),
    ("generation.max_concurrent", "NaN", "number in digits"),
    ("generation.max_concurrent", "inf", "number in digits"),
    ("generation.max_concurrent", "1e400", "number in digits"),
    ("generation.max_concurrent", "1e1", "number in digits"),
    ("generation.max_concurrent", "0x10", "number in digits"),
    ("generation.max_concurrent", "1,5", "number in digits"),
    ("generation.max_concurrent", "1.2.3", "number in digits"),
    ("generation.max_concurrent", "٥", "number in digits"),
    ("generation.max_concurrent", "5\u{202e}", "number in digits"),
    ("generation.max_concurrent", "99999999999999999999999999999999999999999999", "number in digits"),
    ("generation.max_concurrent", "99999999999999999999", "from 1 to 100"),
    ("generation.max_concurrent", "-1", "from 1 to 100"),
    ("generation.max_concurrent", "0", "from 1 to 100"),
    ("generation.max_concurrent", "2.5", "whole number"),
    ("generation.max_concurrent", "5; drop table backlot.system_config", "number in digits"),
    ("generation.timeout_seconds", "100", "steps of 30 from 30"),
    ("alerts.failed_training_percent", "100.1", "from 0 to 100"),
    ("alerts.failed_training_percent", "0.05", "steps of 0.1"),
    ("subscription.storage_gb:pro", "many", "Pro: "),
    ("subscription.max_resolution:starter", "2000", "Starter: go in steps of 64"),
    ("generation.default_quality", "gold", "Choose one of these"),
    ("generation.default_quality", "", "Choose one of these"),
    ("lora.refund_failed_attempt", "maybe", "on or off"),
    ("notifications.sender_name", "  ", "Give a name"),
    ("notifications.sender_name", "two\nlines", "Use one line"),
    ("notifications.sender_name", "bell\u{7}", "control characters"),
    ("notifications.sender_name", "a name that is longer than any name of a sender has ever been so far", "at most 60"),
    ("billing.statement_descriptor", "STÜDIO", "without accents"),
    ("billing.dunning_retry_days", "", "Line 1, column 0: EOF"),
    ("billing.dunning_retry_days", "[1,\n 3,\n oops]", "Line 3, column 2: expected value"),
    ("billing.dunning_retry_days", "[1, 1e400]", "Line 1, column"),
    ("billing.dunning_retry_days", "[1, NaN]", "Line 1, column 5: expected value"),
    ("billing.dunning_retry_days", "[1, -3]", "At /1: -3 is less than the minimum of 1"),
    ("billing.dunning_retry_days", "{}", "At the top: "),
    ("billing.dunning_retry_days", "[5, 3]", "later day than the one before"),
    ("generation.presets", r#"[{"name":"a","model":"flux"}]"#, "At /0: \"steps\" is a required property"),
    ("generation.presets", r#"[{"name":"a","model":"flux","steps":5,"x":1}]"#, "At /0: Additional properties"),
    ("generation.presets", r#"[{"name":"a\u0000","model":"flux","steps":5}]"#, "cannot be kept"),
    ("generation.presets", r#"[{"name":"\ud800","model":"flux","steps":5}]"#, "Line 1, column"),
];

#[tokio::test]
async fn what_does_not_fit_is_said_beside_its_field_and_kept() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    for (field, typed, said) in WRONG {
        let wrong = boss.submit(&filled(&page, &[(field, typed), ("credits.hq_cost", "4")])).await.must(422);
        let key = field.split(':').next().unwrap();
        assert!(error(&wrong, key).contains(said), "{field} with {typed:?}: {}", error(&wrong, key));
        let form = wrong.form(PATH);
        // A browser's own switch and list of choices can hold nothing else.
        let is_closed = ["lora.refund_failed_attempt", "generation.default_quality"].contains(&key);
        if !is_closed && !typed.contains('\n') {
            assert_eq!(form.value(field), typed, "{field}");
        }
        assert_eq!(form.value("credits.hq_cost"), "4", "what is right is kept too");
        assert!(wrong.one(".errors").contains(said), "the summary says it as well: {wrong:?}");
    }
    let deep = "[".repeat(10_000);
    let wrong = boss.submit(&filled(&page, &[("generation.presets", &deep)])).await.must(422);
    assert!(error(&wrong, "generation.presets").contains("recursion limit"), "{wrong:?}");
    let long = format!("[{}1]", "1,".repeat(20_000));
    let wrong = boss.submit(&filled(&page, &[("billing.dunning_retry_days", &long)])).await.must(422);
    assert!(error(&wrong, "billing.dunning_retry_days").contains("at most 20000"), "{wrong:?}");
    assert_eq!(studio.number("select count(*) from backlot.system_config_history").await, 0, "nothing was saved");
}

#[tokio::test]
async fn what_fits_is_kept_as_it_was_typed_in_any_script() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    let notice = format!("{} שלום \u{202e}evil <script>alert(1)</script> 李小龍 😀", "long ".repeat(380));
    save(&mut boss, &[("generation.notice", &format!("\r\n{notice}")), ("alerts.failed_training_percent", "12.5")]).await.must(303);
    assert_eq!(
        studio.text("select value #>> '{}' from backlot.system_config where key = 'generation.notice'").await,
        format!("\n{notice}")
    );
    assert_eq!(stored(&studio, "alerts.failed_training_percent").await, "12.5");
    let page = boss.get(PATH).await.must(200);
    assert!(!page.text.contains("<script>alert"), "escaped");
    let same = boss.submit(&page.form(PATH)).await.must(422);
    assert!(same.one(".errors").contains("Nothing is changed"), "it comes back as it went: {same:?}");
    boss.get(&format!("{PATH}/generation.notice")).await.must(200);
}

#[tokio::test]
async fn what_no_form_of_ours_holds_is_refused() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    for (name, value) in [
        ("no.such_setting", "1"),
        ("credits.hq_cost:gold", "1"),
        ("credits.hq_cost:free", "1"),
        ("credits.hq_cost:seen", "one"),
        ("credits.hq_cost:was", "{"),
        ("tier", "pro"),
        ("list", "nonsense=1"),
    ] {
        let refused = boss.submit(&filled(&page, &[(name, value)])).await.must(400);
        assert!(refused.words().len() > 40, "{name}: {refused:?}");
    }
    let mut twice = page.form(PATH);
    twice.fields.push(("credits.hq_cost".into(), "4".into()));
    boss.submit(&twice).await.must(400);
    let mut half = page.form(PATH);
    half.fields.retain(|(name, _)| name != "credits.hq_cost:seen");
    boss.submit(&half).await.must(400);
    let mut half = page.form(PATH);
    half.fields.retain(|(name, _)| name != "subscription.storage_gb:pro");
    boss.submit(&half).await.must(400);
}
