//! Every action: recorded once, announced once, done once, or not at all.
use super::seconded::recorded;
use super::{ceremonies, fill, models, routes};
use crate::support::{ADA, Answer, BEN, Browser, CAS, DEAD_JOB, Filled, SIGNED_IN, Studio, VERA, WAITING, WAITING_JOB, flags};
use backlot::database::demo_admins::id;
use backlot::kernel::{Caution, Role};
use backlot::web::routes::Access;
use tokio::task::JoinSet;

/// How an action's form is filled so that it is done.
pub struct Deed {
    pub action: &'static str,
    path: String,
    fields: Fields,
    caution: Caution,
}

pub type Fields = &'static [(&'static str, &'static str)];

/// One for each action that there is.
fn deeds() -> Vec<(&'static str, String, Fields)> {
    [
        people(),
        switches(),
        super::models::deeds(),
        fill::workflows(),
        fill::exports(),
        super::told::deeds(),
        super::paid::deeds(),
        super::data::deeds(),
        super::seconded::deeds(),
    ]
    .concat()
}

fn people() -> Vec<(&'static str, String, Fields)> {
    vec![
        ("users.suspend", format!("/admin/users/{ADA}/suspend"), &[("reason", "chargebacks"), ("ticket", "T-1")]),
        ("users.restore", format!("/admin/users/{CAS}/restore"), &[("reason", "paid at last")]),
        ("users.change_tier", format!("/admin/users/{BEN}/tier"), &[("tier", "pro"), ("reason", "a present")]),
        ("users.change_role", format!("/admin/users/{BEN}/role"), &[("role", "creator"), ("reason", "publishes now")]),
        ("users.add_note", format!("/admin/users/{BEN}/notes"), &[("body", "called on Monday")]),
        ("impersonation.start", format!("/admin/users/{BEN}/impersonate"), &[("reason", "sees a white page"), ("ticket", "T-2")]),
        ("impersonation.end", "/as/end".into(), &[]),
        ("jobs.retry", format!("/admin/jobs/{DEAD_JOB}/retry"), &[]),
        ("jobs.cancel", format!("/admin/jobs/{WAITING_JOB}/cancel"), &[("reason", "not needed any more")]),
        ("admins.invite", "/admin/admins/new".into(), &[("email", "ida@backlot.example"), ("name", "Ida New"), ("role", "data_admin")]),
        (
            "admins.change_role",
            format!("/admin/admins/{}/role", id("sam@backlot.example")),
            &[("role", "data_admin"), ("reason", "moves on")],
        ),
        ("admins.reset_password", format!("/admin/admins/{}/password", id("olga@backlot.example")), &[("reason", "seen on a screen")]),
        ("admins.reset_factors", format!("/admin/admins/{}/factors", id("dai@backlot.example")), &[("reason", "lost the phone")]),
        ("admins.disable", format!("/admin/admins/{}/disable", id("bea@backlot.example")), &[("reason", "on leave")]),
        ("admins.enable", format!("/admin/admins/{}/enable", id("otto@backlot.example")), &[("reason", "is back")]),
        ("admins.delete", format!("/admin/admins/{}/delete", id("dai@backlot.example")), &[("reason", "has left")]),
        ("admins.end_sessions", format!("/admin/admins/{VERA}/sessions"), &[("reason", "lost a laptop")]),
        ("admins.send_link", format!("/admin/admins/{}/link", id("noor@backlot.example")), &[]),
        ("admins.revoke_link", format!("/admin/admins/{}/link/revoke", id("noor@backlot.example")), &[]),
        ("account.set_name", "/admin/account/name".into(), &[("name", "Maya Otter")]),
        ("account.change_password", "/admin/account/password".into(), fill::NEW_PASSWORD),
        ("account.replace_factor", "/admin/account/factor".into(), &[]),
        ("account.renew_codes", "/admin/account/codes".into(), &[]),
        ("account.end_session", "/admin/account/sessions/{id}/end".into(), &[]),
        ("account.end_other_sessions", "/admin/account/end-other-sessions".into(), &[]),
        ("account.set_preferences", "/admin/account/preferences".into(), &[("time_zone", "Europe/Berlin"), ("shortcuts", "yes")]),
        ("account.add_passkey", "/admin/account/passkeys".into(), &[("name", "Grey key")]),
        ("account.rename_passkey", format!("/admin/account/passkeys/{}/rename", ceremonies::PASSKEY), &[("name", "Blue key")]),
        ("account.remove_passkey", format!("/admin/account/passkeys/{}/remove", ceremonies::PASSKEY), &[]),
        ("account.set_theme", "/admin/account/theme".into(), &[("theme", "dark")]),
    ]
}

fn switches() -> Vec<(&'static str, String, Fields)> {
    vec![
        ("config.change", "/admin/config".into(), &[("generation.max_concurrent", "6"), ("reason", "a quiet month")]),
        ("flags.create", "/admin/features/new".into(), &[("name", "brand_new"), ("way", "percentage"), ("percentage", "12.5")]),
        ("flags.edit", "/admin/features/new_studio_ui/edit".into(), &[("percentage", "50"), ("reason", "it holds")]),
        ("flags.kill", "/admin/features/hd_mode_enabled/kill".into(), &[]),
        ("flags.turn_on", "/admin/features/off_flag/on".into(), &[("reason", "mended")]),
        ("flags.archive", "/admin/features/beta_features/archive".into(), &[("reason", "all of it is out")]),
        ("flags.restore", format!("/admin/features/{}/restore", flags::OLD), &[("reason", "needed after all")]),
        (
            "flags.set_overrides",
            "/admin/features/new_studio_ui/overrides".into(),
            &[("users", "cas@users.example"), ("value", "off"), ("reason", "breaks for him")],
        ),
        ("flags.remove_override", format!("/admin/features/new_studio_ui/overrides/{ADA}/remove"), &[]),
        ("flags.revert", "/admin/features/video_generation/versions/1/revert".into(), &[("reason", "too early")]),
        ("flags.undo", "/admin/features/undo".into(), &[("since", "2000-01-01T00:00"), ("reason", "who knows which it was")]),
        ("maintenance.begin", "/admin/maintenance/begin".into(), &[("message", "We move house. Back soon.")]),
        ("maintenance.plan", "/admin/maintenance/plan".into(), &[("message", "Filled in by its page")]),
        ("maintenance.change", "/admin/maintenance/{id}/change".into(), &[("message", "Filled in by its page")]),
        ("maintenance.cancel", "/admin/maintenance/{id}/cancel".into(), &[]),
        ("maintenance.end", "/admin/maintenance/{id}/end".into(), &[]),
        ("maintenance.reopen", "/admin/maintenance/{id}/reopen".into(), &[]),
    ]
}

pub fn actions(studio: &Studio) -> Vec<Deed> {
    let mut known = deeds();
    let mut wanted = Vec::new();
    for route in routes(studio) {
        let Access::Action { name, caution, .. } = route.access else { continue };
        let at = known.iter().position(|(action, ..)| *action == name);
        let at = at.unwrap_or_else(|| panic!("{name} at {} is new: say in `deeds()` of {} how its form is filled", route.path, file!()));
        let (action, path, fields) = known.swap_remove(at);
        wanted.push(Deed { action, path, fields, caution });
    }
    assert!(known.is_empty(), "{} is no action any more: take it out of `deeds()`", known[0].0);
    // Last, in their order: whoever views as a user can do nothing else until the view ends.
    wanted.sort_by_key(|deed| deed.action.starts_with("impersonation."));
    wanted
}

/// The form that finally acts: filled, and with the effect that was shown where one is.
pub async fn ready(studio: &Studio, browser: &mut Browser, deed: &Deed) -> Filled {
    super::paid::furnish(studio, deed.action).await;
    if let Some(form) = super::seconded::from_its_page(studio, browser, deed.action).await {
        return form;
    }
    if let Some(form) = fill::from_its_page(studio, browser, deed.action).await {
        return form;
    }
    if let Some(form) = models::from_its_page(studio, browser, deed.action).await {
        return form;
    }
    if let Some(form) = ceremonies::from_its_page(studio, browser, deed.action).await {
        return deed.fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    }
    if deed.caution == Caution::Undoable {
        let proof = browser.proof().await;
        let form = Filled { action: deed.path.clone(), fields: vec![("_proof".into(), proof)] };
        return deed.fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    }
    let asked = browser.get(&deed.path).await.must(200);
    let form = deed.fields.iter().fold(asked.form(&deed.path), |form, (name, value)| form.with(name, value));
    let page = browser.submit(&form).await.must(200);
    let shown = page.form(&deed.path);
    assert_ne!(shown.value("_fingerprint"), "", "{} shows its effect first", deed.action);
    if deed.caution == Caution::Typed { shown.with("_typed", &page.one(".phrase")) } else { shown }
}

#[tokio::test]
async fn each_action_leaves_one_entry_and_one_event() {
    let studio = Studio::open().await;
    studio.run(&[WAITING, SIGNED_IN].join("; ")).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    for deed in actions(&studio) {
        let form = ready(&studio, &mut browser, &deed).await;
        let (rows, events) = (studio.audit().await.len(), studio.events().await.len());
        let answer = browser.submit(&form).await.must(303);
        let left = studio.audit_of(answer.request_id()).await;
        assert_eq!(left.len(), 1, "{}: {left:?}", deed.action);
        assert_eq!((left[0].action.as_str(), left[0].outcome.as_str()), (recorded(deed.action, deed.caution), "done"));
        assert_eq!(left[0].actor_id, Some(studio.staff(Role::SuperAdmin).id), "{}", deed.action);
        assert_ne!(left[0].changes, "[]", "{} says what it changed", deed.action);
        let announced: Vec<_> = studio.events().await.into_iter().filter(|event| event.audit_id == left[0].id).collect();
        assert_eq!(announced.len(), 1, "{}: {announced:?}", deed.action);
        assert!(announced[0].name.starts_with("admin_") && announced[0].admin_id == left[0].actor_id, "{}: {announced:?}", deed.action);
        assert_eq!((studio.audit().await.len(), studio.events().await.len()), (rows + 1, events + 1), "{}", deed.action);
    }
    studio.run_jobs().await;
}

#[tokio::test]
async fn without_its_entry_no_action_changes_anything() {
    let studio = Studio::open().await;
    studio.run(&[WAITING, SIGNED_IN].join("; ")).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    for deed in actions(&studio) {
        let form = ready(&studio, &mut browser, &deed).await;
        studio.run("revoke insert on backlot.audit_log from backlot_app").await;
        let before = studio.fingerprint(&[]).await;
        let answer = browser.submit(&form).await;
        assert_eq!(answer.status, 500, "{}: {answer:?}", deed.action);
        assert_eq!(studio.fingerprint(&[]).await, before, "{} was done without a record", deed.action);
        studio.run("grant insert (id, actor_kind, actor_id, actor_name, actor_role, session_ref, view_as, request_id, address, action, target_kind, target_id, target_label, outcome, reason, ticket, changes, cause) on backlot.audit_log to backlot_app").await;
        browser.submit(&form).await.must(303);
    }
    studio.run_jobs().await;
}

#[tokio::test]
async fn without_its_event_no_action_changes_anything() {
    let studio = Studio::open().await;
    studio.run(&[WAITING, SIGNED_IN].join("; ")).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    studio.run("revoke insert on backlot.outbox_events from backlot_app").await;
    for deed in actions(&studio) {
        let form = ready(&studio, &mut browser, &deed).await;
        let before = studio.fingerprint(&["backlot.audit_log"]).await;
        let answer = browser.submit(&form).await.must(500);
        assert_eq!(studio.fingerprint(&["backlot.audit_log"]).await, before, "{} was done without its event", deed.action);
        let left = studio.audit_of(answer.request_id()).await;
        assert_eq!(left.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["failed"], "{}", deed.action);
    }
    assert_eq!(studio.jobs().await.len(), 1, "only what was there before");
}

#[tokio::test]
async fn nobody_gets_in_without_an_entry() {
    let studio = Studio::open().await;
    studio.run("revoke insert on backlot.audit_log from backlot_app").await;
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    let form = page.form("/sign-in").with("email", studio.staff(Role::SuperAdmin).email);
    let before = studio.fingerprint(&["backlot.throttles"]).await;
    browser.submit(&form.with("password", backlot::database::demo_admins::PASSWORD)).await.must(500);
    assert_eq!(studio.fingerprint(&["backlot.throttles"]).await, before);
    assert_eq!(browser.cookie(), "");
}

/// Sixteen times the same form, at once.
async fn sixteen(browser: &Browser, form: &Filled) -> Vec<Answer> {
    let mut sent = JoinSet::new();
    for _ in 0..16 {
        let (mut browser, form) = (browser.clone(), form.clone());
        sent.spawn(async move { browser.submit(&form).await });
    }
    sent.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_times_the_same_form_one_acts_and_all_are_answered_alike() {
    let studio = Studio::open().await;
    studio.run(&[WAITING, SIGNED_IN].join("; ")).await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    for deed in actions(&studio) {
        let form = ready(&studio, &mut browser, &deed).await;
        let (done, events) = (studio.entries(recorded(deed.action, deed.caution), "done").await.len(), studio.events().await.len());
        let first = sixteen(&browser, &form).await;
        let again = browser.submit(&form).await;
        for answer in first.iter().chain([&again]) {
            assert_eq!(answer.status, 303, "{}: {answer:?}", deed.action);
            assert_eq!(answer.location(), again.location(), "{}", deed.action);
        }
        assert_eq!(studio.entries(recorded(deed.action, deed.caution), "done").await.len(), done + 1, "{}", deed.action);
        assert_eq!(studio.entries(deed.action, "failed").await.len(), 0, "{}", deed.action);
        assert_eq!(studio.events().await.len(), events + 1, "{}", deed.action);
        let Some((field, _)) = deed.fields.first() else { continue };
        let other = browser.submit(&form.clone().with(field, "something else")).await;
        assert!(other.status.is_client_error(), "{}: another content under the same key: {other:?}", deed.action);
        assert_eq!(studio.events().await.len(), events + 1, "{}", deed.action);
    }
    studio.run_jobs().await;
}
