//! What the pages show, and to whom.
use super::{PAGE, look};
use crate::support::{ABSENT, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn super_and_data_admins_see_and_act_and_nobody_else() {
    let studio = Studio::open().await;
    for role in Role::ALL {
        let mut admin = studio.sign_in(*role).await;
        let may = matches!(role, Role::SuperAdmin | Role::DataAdmin);
        let status = if may { 200 } else { 403 };
        admin.get(PAGE).await.must(status);
        admin.get(&format!("{PAGE}/tier-differs")).await.must(status);
        admin.post(&format!("{PAGE}/run"), &[("check", "tier-differs")]).await.must(if may { 303 } else { 403 });
        studio.run_jobs().await;
        admin.get(&format!("{PAGE}/tier-differs/repair")).await.must(status);
    }
}

#[tokio::test]
async fn nothing_yet_nothing_matches_and_in_order_are_three_things() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert!(dai.get(PAGE).await.must(200).one("#live").contains("Nothing has looked yet"));
    assert!(dai.get(&format!("{PAGE}?show=found")).await.must(200).one(".empty").contains("Nothing looked at yet"));
    assert!(dai.get(&format!("{PAGE}/sessions-without-user")).await.must(200).one("#findings").contains("Not looked yet"));
    look(&studio, &mut dai, "sessions-without-user").await;
    let none = dai.get(&format!("{PAGE}?show=found")).await.must(200);
    assert!(none.one(".empty").contains("No checks match these filters") && none.has(".empty a[href='/admin/data']"), "{none:?}");
    assert!(dai.get(&format!("{PAGE}/sessions-without-user")).await.must(200).one("#findings").contains("In order"));
    dai.get(&format!("{PAGE}/no-such-check")).await.must(404);
    dai.get(&format!("{PAGE}?show=nonsense")).await.must(400);
    dai.post(&format!("{PAGE}/run"), &[("check", "nonsense")]).await.must(422);
}

#[tokio::test]
async fn the_list_says_what_was_found_when_and_how_that_goes() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    look(&studio, &mut dai, "tier-differs").await;
    look(&studio, &mut dai, "tier-differs").await;
    let page = dai.get(&format!("{PAGE}?area=money&show=found")).await.must(200);
    let rows = page.all(".checks > tbody > tr:not(.group)");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains("Tier is not what is paid for") && rows[0].contains('3') && rows[0].contains("Serious"), "{rows:?}");
    assert_eq!(page.attributes(".trend svg", "aria-label"), ["Tier is not what is paid for: rows found by the last 2 looks"]);
    assert_eq!(page.all(".trend td"), ["3", "3"], "the figures of the trend");
    assert!(page.has("a[href='/admin/data/tier-differs/repair']"), "{page:?}");
    let show = dai.get(&format!("{PAGE}/tier-differs")).await.must(200);
    assert!(show.one("#looks").contains("Dai"), "who asked: {}", show.one("#looks"));
    assert_eq!(show.all("#findings tbody tr").len(), 3);
}

#[tokio::test]
async fn while_it_looks_the_page_follows_without_keeping_the_session_alive() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    dai.post(&format!("{PAGE}/run"), &[("check", "tier-differs")]).await.must(303);
    let page = dai.get(PAGE).await.must(200);
    assert_eq!(page.attributes("#live", "hx-get"), ["/admin/data/live"]);
    let show = dai.get(&format!("{PAGE}/tier-differs")).await.must(200);
    assert!(show.has("#looking") && show.attributes("#live", "hx-get") == ["/admin/data/tier-differs/live"], "{show:?}");
    studio.run_jobs().await;
    assert!(!dai.get("/admin/data/tier-differs/live").await.must(200).has("#live[hx-get]"), "it is done");
    assert!(!dai.get("/admin/data/live").await.must(200).has("#live[hx-get]"), "it is done");
}

#[tokio::test]
async fn what_is_in_order_by_now_or_was_never_found_is_not_touched() {
    let studio = Studio::open().await;
    studio
        .run(&format!(
            "alter table platform.user_sessions drop constraint user_sessions_user_id_fkey;
             insert into platform.user_sessions (id, user_id, device, token_hash) select gen_random_uuid(), '{ABSENT}', 'Phone', '\\x00' from generate_series(1, 3)"
        ))
        .await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    look(&studio, &mut dai, "sessions-without-user").await;
    let path = format!("{PAGE}/sessions-without-user/remove");
    let asked = dai.get(&path).await.must(200).form(&path).with("reason", "found at night");
    let ada = studio.text("select id::text from platform.user_sessions where device = 'Phone 1'").await;
    let forged = asked.clone().with("rows", &format!("[\"{ada}\"]"));
    dai.submit(&forged).await.must(409);
    let shown = dai.submit(&asked).await.must(200);
    let mistyped = shown.form(&path).with("_typed", "Sessions");
    assert!(dai.submit(&mistyped).await.must(422).has("#errors"));
    studio.run("delete from platform.user_sessions where ctid = (select max(ctid) from platform.user_sessions)").await;
    let confirmed = shown.form(&path).with("_typed", "Sessions without a user");
    let changed = dai.submit(&confirmed).await.must(409);
    assert!(changed.one("#conflict").contains("The effect has changed"), "{changed:?}");
    assert!(
        changed.one(".counts").contains('2') && changed.one(".counts").contains("1rows stay as they are"),
        "{}",
        changed.one(".counts")
    );
    assert_eq!(studio.number("select count(*) from platform.user_sessions").await, 5, "nothing happened");
    let without = dai.get(&path).await.must(200).form(&path);
    assert!(dai.submit(&without).await.must(422).one("#errors").contains("Say why"));
    studio.run_jobs().await;
}
