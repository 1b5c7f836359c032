//! Making and editing flags.
use super::{column, done, effects, shown};
use crate::support::{ADA, BEN, NOBODY, Studio};
use backlot::kernel::Role;
use backlot::live::bucket::bucket;
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_flag_is_made_once_however_often_its_form_is_sent() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let fields = [
        ("name", "fresh"),
        ("description", "What is new"),
        ("way", "percentage"),
        ("percentage", "33.333"),
        ("enabled", "yes"),
        ("tags", "Rollout, ui, rollout"),
    ];
    let (page, form) = shown(&mut olga, "/admin/features/new", &fields).await;
    let gain = effects(&page).remove(0);
    assert!(gain.1.starts_with("users gain it"), "{gain:?}");
    assert_eq!(studio.number("select count(*) from backlot.feature_flags where name = 'fresh'").await, 0, "nothing is made by looking");

    let mut sending = JoinSet::new();
    for _ in 0..16 {
        let (mut browser, form) = (olga.clone(), form.clone());
        sending.spawn(async move { browser.submit(&form).await.sent_to("/admin/features/fresh") });
    }
    sending.join_all().await;
    assert_eq!(studio.number("select count(*) from backlot.feature_flags where name = 'fresh'").await, 1);
    assert_eq!(column(&studio, "fresh", "config ->> 'percentage'").await, "33.333");
    assert_eq!(column(&studio, "fresh", "tags").await, "{rollout,ui}");
    let entry = studio.entries("flags.create", "done").await.remove(0);
    let event = studio.events().await.into_iter().find(|event| event.audit_id == entry.id).unwrap();
    assert_eq!((event.name.as_str(), event.properties), ("admin_flag_created", json!({ "flag_name": "fresh" })));
}

#[tokio::test]
async fn what_cannot_be_a_flag_is_refused_beside_its_field() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let asked = olga.get("/admin/features/new").await.must(200);
    let form = asked.form("/admin/features/new").with("name", "good").with("way", "percentage").with("percentage", "5");
    let long = "a".repeat(101);
    for (field, value, says) in [
        ("name", "", "Use lower-case letters"),
        ("name", "With Blanks", "Use lower-case letters"),
        ("name", "../../etc", "Use lower-case letters"),
        ("name", "0192f000-0000-7000-8000-0000000000f1", "Use lower-case letters"),
        ("name", long.as_str(), "at most 100"),
        ("name", "new_studio_ui", "Another flag has this name"),
        ("percentage", "NaN", "Give a number"),
        ("percentage", "-1", "Give a number"),
        ("percentage", "1e308", "Give a number"),
        ("percentage", "100.001", "no more than 100"),
        ("percentage", "99999999999999999999", "Give a number"),
        ("percentage", "0.0001", "at most three decimals"),
        ("percentage", "٢٥", "Give a number"),
        ("percentage", "", "Give a number"),
        ("owner", "two\nlines", "one line"),
    ] {
        let page = olga.submit(&form.clone().with(field, value)).await.must(422);
        assert!(page.one(&format!("#{field}-error")).contains(says), "{field} = {value}: {page:?}");
        assert_eq!(page.form("/admin/features/new").value("way"), "percentage", "what was typed is kept");
    }
    let page = olga.submit(&form.clone().with("way", "tier")).await.must(422);
    assert!(page.words().contains("Tick a tier"), "{page:?}");
    assert_eq!(studio.number("select count(*) from backlot.feature_flags where name = 'good'").await, 0);
}

#[tokio::test]
async fn before_it_is_saved_it_says_exactly_who_gains_and_who_loses() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    // Seven of the eight are not deleted. Drawn with this salt, so many are below 60 %, Ada and Ben aside.
    let ids: Vec<String> =
        sqlx::query_scalar("select id::text from platform.users where status <> 'deleted'").fetch_all(&studio.root).await.unwrap();
    let on = |percent: u32, by_name: bool| {
        ids.iter().filter(|id| bucket("new_studio_ui", id) < percent * 1_000 || (by_name && **id == ADA.to_string())).count()
    };
    let (before, after) = (on(25, true), on(60, true));
    let (page, form) = shown(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "60")]).await;
    let [gain, lose] = <[_; 2]>::try_from(effects(&page)).unwrap();
    assert_eq!((gain.0, lose.0), ((after - before).to_string(), "0".into()), "{page:?}");
    let named = page.all("details.some a");
    assert_eq!(named.len(), after - before, "they are named: {named:?}");
    olga.submit(&form).await.sent_to("/admin/features/new_studio_ui");

    let (page, _) = shown(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "0")]).await;
    let [gain, lose] = <[_; 2]>::try_from(effects(&page)).unwrap();
    assert_eq!((gain.0, lose.0), ("0".into(), (after - 1).to_string()), "Ada has it by name: {page:?}");
}

#[tokio::test]
async fn those_who_have_it_can_keep_it_when_the_percentage_goes_down() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    done(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "100")]).await;
    let (page, form) = shown(&mut olga, "/admin/features/new_studio_ui/edit", &[("percentage", "10"), ("keep", "yes")]).await;
    let told = effects(&page);
    let kept = told.iter().find(|(_, text)| text.starts_with("users keep it")).unwrap_or_else(|| panic!("{told:?}"));
    let inside = studio.number("select count(*) from platform.users where status <> 'deleted'").await;
    assert!(kept.0.parse::<i64>().unwrap() >= inside - 2, "{told:?}");
    assert!(told.contains(&("0".into(), "users lose it".into())), "{told:?}");
    olga.submit(&form).await.must(303);
    studio.site.live.reload(&studio.app).await.unwrap();
    let rule = studio.site.live.now().flags["new_studio_ui"].rule.clone();
    let new = uuid::Uuid::now_v7();
    let has = |id, tier| rule.decide(&backlot::live::Subject::user(id, tier), studio.site.clock.now()).unwrap().value;
    assert!(has(NOBODY, backlot::kernel::Tier::Free) && has(BEN, backlot::kernel::Tier::Free));
    assert_eq!(has(new, backlot::kernel::Tier::Free), bucket("new_studio_ui", &new.to_string()) < 10_000, "whoever is new is drawn");
    assert_eq!(studio.number("select size::bigint from backlot.feature_flag_rosters").await.to_string(), kept.0);
}

#[tokio::test]
async fn over_somebody_elses_edit_nothing_is_saved_and_nothing_is_lost() {
    let studio = Studio::open().await;
    let path = "/admin/features/new_studio_ui/edit";
    let (mut olga, mut maya) = (studio.sign_in(Role::OperationsAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let early = olga.get(path).await.must(200);
    done(&mut maya, path, &[("percentage", "40"), ("reason", "goes well")]).await;

    let typed = early.form(path).with("description", "Olga's own words").with("percentage", "30");
    let page = olga.submit(&typed).await.must(409);
    let told = page.one("#conflict");
    for part in ["Version 2, edited by Maya", "Percentage", "25 %", "40 %"] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }
    let again = page.form(path);
    assert_eq!((again.value("description"), again.value("percentage")), ("Olga's own words", "30"));
    assert_eq!(column(&studio, "new_studio_ui", "config ->> 'percentage'").await, "40");

    let shown = olga.submit(&again).await.must(200);
    olga.submit(&shown.form(path)).await.must(303);
    assert_eq!(column(&studio, "new_studio_ui", "config ->> 'percentage'").await, "30", "the second time she knows");
    assert_eq!(column(&studio, "new_studio_ui", "version").await, "3");
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_is_told() {
    let studio = Studio::open().await;
    let path = "/admin/features/new_studio_ui/edit";
    let (mut olga, mut maya) = (studio.sign_in(Role::OperationsAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    let (_, first) = shown(&mut olga, path, &[("percentage", "30")]).await;
    let (_, second) = shown(&mut maya, path, &[("percentage", "40")]).await;
    let (one, two) = tokio::join!(olga.submit(&first), maya.submit(&second));
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409], "{one:?}\n{two:?}");
    assert_eq!(column(&studio, "new_studio_ui", "version").await, "2");
}

#[tokio::test]
async fn a_save_that_changes_nothing_is_no_version() {
    let studio = Studio::open().await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let asked = olga.get("/admin/features/hd_mode_enabled/edit").await.must(200);
    let page = olga.submit(&asked.form("/admin/features/hd_mode_enabled/edit")).await.must(422);
    assert!(page.words().contains("Nothing would change"), "{page:?}");
}
