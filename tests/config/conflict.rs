//! Two admins at once: nobody overwrites what they have not seen, and nobody's typing is lost.
use super::{PATH, boss, filled, save, stored};
use crate::support::Studio;

#[tokio::test]
async fn who_was_slower_sees_both_values_and_loses_nothing() {
    let studio = Studio::open().await;
    let (mut slow, page) = boss(&studio).await;
    let mut quick = slow.clone();
    save(&mut quick, &[("generation.max_concurrent", "7")]).await.must(303);

    let mine = filled(&page, &[("generation.max_concurrent", "9"), ("credits.hq_cost", "4")]);
    let both = slow.submit(&mine).await.must(409);
    assert!(both.one(".theirs p").contains("Maya Krüger changed it"), "{both:?}");
    assert_eq!(both.all(".theirs dd"), ["5 per user", "7 per user"], "what was seen, and theirs");
    assert!(both.one("#conflict").contains("Nothing was saved"));
    let form = both.form(PATH);
    assert_eq!((form.value("generation.max_concurrent"), form.value("credits.hq_cost")), ("9", "4"), "all that was typed is there");
    assert_eq!(both.attributes(".setting[data-typed]", "class").len(), 2, "a script knows which fields hold what was typed");
    assert_eq!(stored(&studio, "generation.max_concurrent").await, "7");

    let review = slow.submit(&form).await.must(200);
    assert!(
        review.all(".diff").iter().any(|diff| diff.contains("7 per user") && diff.contains("9 per user")),
        "from theirs to mine: {review:?}"
    );
    slow.submit(&review.form(PATH).with("reason", "mine after all")).await.must(303);
    assert_eq!(stored(&studio, "generation.max_concurrent").await, "9");
}

#[tokio::test]
async fn between_review_and_save_somebody_may_be_quicker_as_well() {
    let studio = Studio::open().await;
    let (mut slow, page) = boss(&studio).await;
    let mut quick = slow.clone();
    let review = slow.submit(&filled(&page, &[("generation.max_concurrent", "9"), ("credits.hq_cost", "4")])).await.must(200);
    save(&mut quick, &[("generation.max_concurrent", "7")]).await.must(303);
    let both = slow.submit(&review.form(PATH).with("reason", "as agreed")).await.must(409);
    assert_eq!(both.all(".theirs dd"), ["5 per user", "7 per user"]);
    assert_eq!(both.form(PATH).value("reason"), "as agreed", "nor is the reason lost");
    assert_eq!(both.form(PATH).value("credits.hq_cost"), "4");
    assert_eq!(stored(&studio, "credits.hq_cost").await, "3", "all or nothing");
}

#[tokio::test]
async fn what_somebody_else_changed_and_one_has_not_touched_is_left_alone() {
    let studio = Studio::open().await;
    let (mut slow, page) = boss(&studio).await;
    let mut quick = slow.clone();
    save(&mut quick, &[("generation.max_concurrent", "7")]).await.must(303);
    let review = slow.submit(&filled(&page, &[("credits.hq_cost", "4")])).await.must(200);
    assert_eq!(review.all(".affected > li").len(), 1, "{review:?}");
    slow.submit(&review.form(PATH).with("reason", "dearer")).await.must(303);
    assert_eq!(stored(&studio, "generation.max_concurrent").await, "7");
    assert_eq!(stored(&studio, "credits.hq_cost").await, "4");
}

#[tokio::test]
async fn a_setting_without_a_row_has_a_version_too() {
    let studio = Studio::open().await;
    let (mut slow, page) = boss(&studio).await;
    let mut quick = slow.clone();
    assert_eq!(stored(&studio, "exports.retention_hours").await, "nothing");
    save(&mut quick, &[("exports.retention_hours", "48")]).await.must(303);
    slow.submit(&filled(&page, &[("exports.retention_hours", "36")])).await.must(409);
    assert_eq!(stored(&studio, "exports.retention_hours").await, "48");
}
