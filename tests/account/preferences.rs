//! What an admin prefers.
use super::PAGE;
use crate::support::Studio;
use backlot::kernel::Role;

const PATH: &str = "/admin/account/preferences";

#[tokio::test]
async fn a_time_zone_changes_how_times_are_shown_everywhere_at_once() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let entry = format!("/admin/audit/{}", studio.audit().await.last().unwrap().id);
    studio.run("update backlot.admins set totp_confirmed_at = '2026-01-22 20:03:00+00' where role = 'super_admin'").await;
    let page = maya.get(PAGE).await.must(200);
    assert!(page.one("#factors").contains("22 Jan 2026, 20:03 UTC"), "{page:?}");
    assert!(page.all("#time_zone option").len() > 300);
    maya.submit(&page.form(PATH).with("time_zone", "Asia/Kolkata")).await.sent_to(PAGE);
    let page = maya.get(PAGE).await.must(200);
    assert!(page.one("#factors").contains("23 Jan 2026, 01:33 IST"), "{page:?}");
    assert_eq!(page.form(PATH).value("time_zone"), "Asia/Kolkata");
    assert!(maya.get(&entry).await.must(200).words().contains(" IST"));
    let entry = studio.entries("account.set_preferences", "done").await.remove(0);
    assert_eq!(entry.change("time_zone"), ("UTC".into(), "Asia/Kolkata".into()));
}

#[tokio::test]
async fn a_zone_that_is_not_on_the_list_is_refused() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let before = studio.fingerprint(&[]).await;
    for zone in ["", "Mars/Olympus_Mons", "europe/berlin", "posix/UTC", "../../etc/passwd", "UTC; drop table backlot.admins"] {
        let form = maya.get(PAGE).await.must(200).form(PATH).with("time_zone", zone);
        let refused = maya.submit(&form).await.must(422);
        assert!(refused.one("#time_zone-error").contains("from the list"), "{refused:?}");
        assert_eq!(refused.form(PATH).value("time_zone"), "UTC");
    }
    maya.post(PATH, &[("time_zone", "UTC"), ("shortcuts", "perhaps")]).await.must(400);
    assert_eq!(studio.fingerprint(&[]).await, before);
}

#[tokio::test]
async fn a_zone_that_is_no_longer_on_the_list_stays_chosen() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.admins set time_zone = 'Etc/GMT-14'").await;
    assert_eq!(maya.get(PAGE).await.must(200).form(PATH).value("time_zone"), "Etc/GMT-14");
}

#[tokio::test]
async fn single_keys_can_be_turned_off_and_on() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(PAGE).await.must(200);
    assert_eq!((page.attributes("html", "data-shortcuts"), page.form(PATH).value("shortcuts")), (vec!["on".to_owned()], "yes"));
    let mut off = page.form(PATH);
    off.fields.retain(|(name, _)| name != "shortcuts");
    maya.submit(&off).await.sent_to(PAGE);
    let page = maya.get(PAGE).await.must(200);
    assert_eq!((page.attributes("html", "data-shortcuts"), page.form(PATH).value("shortcuts")), (vec!["off".to_owned()], ""));
    maya.submit(&page.form(PATH).with("shortcuts", "yes")).await.sent_to(PAGE);
    assert_eq!(maya.get("/admin").await.must(200).attributes("html", "data-shortcuts"), ["on"]);
}

#[tokio::test]
async fn colours_are_chosen_here_too() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(PAGE).await.must(200);
    assert_eq!(page.attributes("#preferences [aria-pressed=true]", "value"), ["system"]);
    maya.post("/admin/account/theme", &[("theme", "dark")]).await.must(303);
    let page = maya.get(PAGE).await.must(200);
    assert_eq!(page.attributes("#preferences [aria-pressed=true]", "value"), ["dark"]);
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
}
