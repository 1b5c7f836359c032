//! Finding a setting.
use super::{PATH, boss, save};
use crate::support::{Answer, Studio};

fn keys(page: &Answer) -> Vec<String> {
    page.all(".setting .id code")
}

#[tokio::test]
async fn settings_are_found_by_key_name_and_what_people_call_them() {
    let studio = Studio::open().await;
    let (mut boss, page) = boss(&studio).await;
    let all = keys(&page);
    assert!(all.len() >= 45 && all.len() == backlot::live::settings::all().count(), "{all:?}");
    for (words, key) in [
        ("max_concurrent", "generation.max_concurrent"),
        ("DUNNING", "billing.dunning_retry_days"),
        ("four eyes refund", "billing.refund_approval_cents"),
        ("downtime", "maintenance.message"),
        ("price charge clip", "credits.video_second_cost"),
    ] {
        let found = boss.get(&format!("{PATH}?{}", serde_urlencoded::to_string([("q", words)]).unwrap())).await.must(200);
        assert!(keys(&found).contains(&key.to_owned()) && keys(&found).len() < 10, "{words}: {:?}", keys(&found));
    }
    let none = boss.get(&format!("{PATH}?q=nothing+is+called+so")).await.must(200);
    assert!(none.words().contains("No settings match these filters"));
    let billing = boss.get(&format!("{PATH}?category=billing")).await.must(200);
    assert!(keys(&billing).iter().all(|key| key.starts_with("billing.")) && keys(&billing).len() == 8, "{:?}", keys(&billing));
    boss.get(&format!("{PATH}?category=gold")).await.must(400);
}

#[tokio::test]
async fn only_what_differs_from_its_default_can_be_asked_for() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    let none = boss.get(&format!("{PATH}?changed=yes")).await.must(200);
    assert_eq!(keys(&none), [""; 0]);
    save(&mut boss, &[("exports.retention_hours", "48")]).await.must(303);
    let one = boss.get(&format!("{PATH}?changed=yes")).await.must(200);
    assert_eq!(keys(&one), ["exports.retention_hours"]);
    assert!(one.words().contains("Changed"), "{one:?}");
}

#[tokio::test]
async fn after_a_change_the_list_is_narrowed_as_before() {
    let studio = Studio::open().await;
    let (mut boss, _) = boss(&studio).await;
    let list = format!("{PATH}?q=csv&category=exports");
    let page = boss.get(&list).await.must(200);
    let review = boss.submit(&page.form(PATH).with("exports.retention_hours", "48")).await.must(200);
    boss.submit(&review.form(PATH).with("reason", "shorter")).await.sent_to(&list);
}
