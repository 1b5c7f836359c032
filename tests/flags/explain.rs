//! Why somebody has a flag, or has it not.
use super::done;
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;
use backlot::live::bucket::bucket;

#[tokio::test]
async fn the_answer_comes_with_the_number_that_was_drawn() {
    let studio = Studio::open().await;
    let mut bea = studio.sign_in(Role::BillingAdmin).await;
    let drawn = bucket("new_studio_ui", &BEN.to_string());
    let page = bea.get("/admin/features/new_studio_ui?user=ben%40users.example").await.must(200);
    let told = page.one(".explained");
    assert!(told.contains(&format!("drawn at {}.{:03} %", drawn / 1_000, drawn % 1_000)), "{told}");
    assert!(told.contains(&format!("turns on for them by itself at {}.{:03} %", (drawn + 1) / 1_000, (drawn + 1) % 1_000)), "{told}");
    assert!(told.contains(if drawn < 25_000 { "within the 25 %" } else { "it reaches 25 %" }), "{told}");
    let told = bea.get(&format!("/admin/features/new_studio_ui?user={ADA}")).await.must(200).one(".explained");
    assert!(told.contains("On Set for this user by Olga: on: tests it"), "{told}");
    let told = bea.get(&format!("/admin/features/hd_mode_enabled?user={BEN}")).await.must(200).one(".explained");
    assert!(told.contains("Their tier is Free; it is on for Starter, Pro"), "{told}");
    let told = bea.get("/admin/features/off_flag?user=ben%40users.example").await.must(200).one(".explained");
    assert!(told.contains("off for everybody"), "{told}");
    let told = bea.get("/admin/features/new_studio_ui?user=nobody%40nowhere.example").await.must(200).one(".explained");
    assert!(told.contains("No user has this e-mail address"), "{told}");
    let told = bea.get("/admin/features/new_studio_ui?user=usr_%C3%A9%E6%BC%A2").await.must(200).one(".explained");
    assert!(told.contains("No user of the platform has this id"), "{told}");
}

#[tokio::test]
async fn any_past_time_is_answered_with_the_change_that_made_it_so() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "100"), ("reason", "for all")]).await;
    olga.post("/admin/features/new_studio_ui/kill", &[]).await.must(303);
    // The two changes are moved into the past, an hour apart; history itself cannot be written by the app.
    studio.run("update backlot.feature_flag_history set created_at = '2026-03-02 14:00Z'::timestamptz + version * interval '1 hour' where flag_name = 'new_studio_ui'").await;
    let ask = |at: &str| format!("/admin/features/new_studio_ui?user=cas%40users.example&at={at}");
    let told = olga.get(&ask("2026-03-02T16:30")).await.must(200).one(".explained");
    assert!(told.contains("within the 100 %") && told.contains("Version 2, edited by Olga"), "{told}");
    let told = olga.get(&ask("2026-03-02T17:00")).await.must(200).one(".explained");
    assert!(told.contains("off for everybody") && told.contains("Version 3, turned off by Olga"), "{told}");
    let told = olga.get(&ask("2026-03-02T14:59")).await.must(200).one(".explained");
    assert!(told.contains("was not there yet"), "{told}");
    let told = olga.get(&ask("yesterday")).await.must(200).one(".explained");
    assert!(told.contains("Give a day and a time"), "{told}");
}

#[tokio::test]
async fn whom_it_reaches_is_counted_over_all_users() {
    let studio = Studio::open().await;
    let mut bea = studio.sign_in(Role::BillingAdmin).await;
    let page = bea.get("/admin/features/hd_mode_enabled/reach").await.must(200);
    assert_eq!(
        page.all("p b"),
        [studio.text("select count(*)::text from platform.users where tier <> 'free' and status <> 'deleted'").await]
    );
    let free = page.all("dl > div").remove(0);
    assert!(free.starts_with("Free") && free.contains("0of 3, 0.00 %"), "{free}");
}
