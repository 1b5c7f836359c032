//! What the environment pins: it wins, is shown, and stays.
use super::{PATH, boss, error, filled, save, stored};
use crate::support::{PLATFORM_TOKEN, Sent, Studio};
use backlot::live::settings::{Pinned, keys};
use backlot::live::{Settings, Topic};
use serde_json::Value;
use std::collections::BTreeMap;

const PINS: &str = r#"{"credits.hq_cost": 7, "exports.max_rows": 5000}"#;

#[tokio::test]
async fn a_pinned_setting_is_shown_locked_and_an_attempt_to_change_it_is_refused() {
    let studio = Studio::open().await;
    let (mut boss, free) = boss(&studio).await;
    boss.router = studio.instance_that_pins(PINS).await;
    let page = boss.get(PATH).await.must(200);
    assert!(!page.has("[name='credits.hq_cost']") && page.has("[name='credits.draft_cost']"), "{page:?}");
    let row = page.all(".setting").into_iter().find(|row| row.contains("credits.hq_cost")).unwrap();
    assert!(row.contains("set by the environment") && row.contains("7 credits"), "{row}");
    let refused = boss.submit(&filled(&free, &[("credits.hq_cost", "4")])).await.must(422);
    assert!(error(&refused, "credits.hq_cost").contains("set by the environment"), "{refused:?}");
    assert_eq!(stored(&studio, "credits.hq_cost").await, "3");
    let own = boss.get(&format!("{PATH}/credits.hq_cost")).await.must(200);
    assert!(own.words().contains("set by the environment") && !own.has("main form[method=post]"), "{own:?}");
}

#[tokio::test]
async fn rules_hold_with_what_is_pinned() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    boss.router = studio.instance_that_pins(PINS).await;
    save(&mut boss, &[("credits.draft_cost", "5")]).await.must(303);
    let page = boss.get(PATH).await.must(200);
    let refused = boss.submit(&filled(&page, &[("credits.draft_cost", "8")])).await.must(422);
    assert!(error(&refused, "credits.hq_cost").contains("High quality must cost"), "said where nothing can be typed, too: {refused:?}");
    let refused = boss.submit(&filled(&page, &[("exports.step_up_rows", "6000")])).await.must(422);
    assert!(error(&refused, "exports.step_up_rows").contains("above the most"), "{refused:?}");
}

#[tokio::test]
async fn the_platform_is_told_what_is_pinned() {
    let studio = Studio::open().await;
    let mut server = studio.browser();
    let ask = || Sent::get("/api/v1/config").header("authorization", &format!("Bearer {PLATFORM_TOKEN}"));
    let free = server.send(ask()).await.must(200);
    server.router = studio.instance_that_pins(PINS).await;
    let pinned = server.send(ask()).await.must(200);
    let told: Value = serde_json::from_str(&pinned.text).unwrap();
    assert_eq!(told["settings"]["credits.hq_cost"], 7);
    assert_ne!(free.header("etag"), pinned.header("etag"), "another content has another validator");
}

#[test]
fn what_cannot_be_pinned_is_said_all_together() {
    for (text, problems) in [
        ("", 0),
        ("  ", 0),
        ("{}", 0),
        (PINS, 0),
        ("[1]", 1),
        ("{", 1),
        (r#"{"credits.hq_cost": "7"}"#, 1),
        (r#"{"credits.hq_cost": 7.5, "no.such": 1, "maintenance.enabled": true, "exports.max_rows": 1000}"#, 3),
    ] {
        let found = Pinned::parse(text).map_or_else(|wrong| wrong.len(), |_| 0);
        assert_eq!(found, problems, "{text}");
    }
}

#[tokio::test]
async fn a_value_in_the_database_that_does_not_fit_counts_as_not_there() {
    let studio = Studio::open().await;
    studio.run("update backlot.system_config set value = '\"many\"' where key = 'generation.max_concurrent'").await;
    studio.run("update backlot.system_config set value = '-4' where key = 'credits.hq_cost'").await;
    studio.run("insert into backlot.system_config (key, value, category) values ('from.another_program', '[]', 'x')").await;
    let before = studio.site.live.now().versions.of(Topic::Settings);
    studio.site.live.reload(&studio.app).await.unwrap();
    let now = studio.site.live.now();
    assert!(now.versions.of(Topic::Settings) > before);
    assert_eq!((now.settings.get(keys::MAX_CONCURRENT), now.settings.get(keys::HQ_COST)), (5, 3));
    let (mut boss, page) = boss(&studio).await;
    assert_eq!(page.form(PATH).value("credits.hq_cost"), "3");
    save(&mut boss, &[("credits.hq_cost", "4")]).await.must(303);
    assert_eq!(stored(&studio, "credits.hq_cost").await, "4");
    boss.get(&format!("{PATH}/credits.hq_cost")).await.must(200);
}

#[test]
fn pinned_values_win_over_the_database() {
    let stored = BTreeMap::from([("exports.max_rows".to_owned(), Value::from(9_000)), ("credits.hq_cost".to_owned(), Value::from(9))]);
    let settings = Settings::of(&stored, &Pinned::parse(r#"{"exports.max_rows": 5000}"#).unwrap());
    assert_eq!((settings.get(keys::EXPORT_MAX_ROWS), settings.get(keys::HQ_COST)), (5_000, 9));
    assert!(settings.is_pinned("exports.max_rows") && !settings.is_pinned("credits.hq_cost"));
}
