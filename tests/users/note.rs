//! Notes.
use crate::support::{BEN, SCRIPT, Studio};
use backlot::kernel::Role;

fn page() -> String {
    format!("/admin/users/{BEN}")
}

fn path() -> String {
    format!("/admin/users/{BEN}/notes")
}

#[tokio::test]
async fn a_note_is_shown_as_it_was_typed_with_its_author() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let form = data.get(&page()).await.must(200).form(&path());
    data.submit(&form.with("body", &format!("  {SCRIPT}\nsecond line & more  "))).await.sent_to(&page());
    let shown = data.get(&page()).await.must(200);
    assert!(shown.words().contains(&format!("{SCRIPT} second line & more")), "{}", shown.words());
    assert!(!shown.text.contains("<script>alert"), "escaped");
    assert!(shown.words().contains("Dai Nakamura"));
    assert_eq!(studio.text("select body from backlot.user_notes").await, format!("{SCRIPT}\nsecond line & more"));
}

#[tokio::test]
async fn an_empty_or_endless_note_is_refused_and_kept_in_the_form() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    for (typed, sentence) in [("   ", "Write something first."), (&*"é".repeat(5_001), "Use at most 5000 characters; these are 5001.")] {
        let form = data.get(&page()).await.must(200).form(&path());
        let refused = data.submit(&form.with("body", typed)).await.must(422);
        assert_eq!(refused.form(&path()).value("body"), typed);
        assert!(refused.one("#body-error").contains(sentence), "{refused:?}");
    }
    let longest = "é".repeat(5_000);
    data.post(&path(), &[("body", &longest)]).await.must(303);
    assert_eq!(studio.number("select count(*) from backlot.user_notes").await, 1);
}
