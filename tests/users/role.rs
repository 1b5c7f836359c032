//! Changing a role: dangerous enough for a second factor of this very moment.
use crate::support::{BEN, Studio};
use backlot::kernel::Role;

fn path() -> String {
    format!("/admin/users/{BEN}/role")
}

#[tokio::test]
async fn a_role_change_asks_for_a_fresh_second_factor_and_keeps_the_form() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    studio.run("update backlot.sessions set fresh_at = now() - interval '5 minutes 1 second'").await;
    let asked = support.get(&path()).await.must(200);
    let sent = support.submit(&asked.form(&path()).with("role", "creator").with("reason", "publishes \"now\" <b>")).await.must(303);
    assert!(sent.location().starts_with("/confirm"), "{sent:?}");
    assert_eq!(studio.number("select count(*) from backlot.submissions").await, 0, "nothing was done");

    let old = support.clone();
    let confirm = support.get(sent.location()).await.must(200);
    let wrong = support.submit(&confirm.form("/confirm").with("code", "000000")).await.must(422);
    assert!(wrong.one("#code-error").contains("not right"), "{wrong:?}");
    assert_eq!(studio.entries("session.step_up", "denied").await.len(), 1);
    let code = studio.code(Role::SupportAdmin);
    support.submit(&wrong.form("/confirm").with("code", &code)).await.sent_to("/resume");
    assert_ne!(support.cookie(), old.cookie(), "a new id after each change of privilege");
    old.clone().get("/admin").await.must(303);

    let resumed = support.get("/resume").await.must(200);
    assert_eq!(resumed.all("dl.facts dt, dl.facts dd"), ["role", "creator", "reason", "publishes \"now\" <b>"]);
    assert_eq!(studio.text(&format!("select role from platform.users where id = '{BEN}'")).await, "member", "nothing is sent by itself");
    let preview = support.submit(&resumed.form(&path())).await.must(200);
    support.submit(&preview.form(&path())).await.sent_to(&format!("/admin/users/{BEN}"));
    let entry = studio.entries("users.change_role", "done").await.remove(0);
    assert_eq!(entry.change("role"), ("member".into(), "creator".into()));
    assert_eq!(entry.reason.as_deref(), Some("publishes \"now\" <b>"));
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0);
    support.get("/resume").await.sent_to("/admin");
}

#[tokio::test]
async fn a_kept_form_can_be_thrown_away() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    studio.run("update backlot.sessions set fresh_at = null").await;
    support.post(&path(), &[("role", "creator"), ("reason", "publishes now")]).await.must(303);
    let code = studio.code(Role::SupportAdmin);
    support.post("/confirm", &[("code", &code)]).await.sent_to("/resume");
    let resumed = support.get("/resume").await.must(200);
    support.submit(&resumed.form("/resume/discard")).await.sent_to("/admin");
    assert_eq!(studio.number("select count(*) from backlot.parked_forms").await, 0);
}

#[tokio::test]
async fn a_factor_of_the_last_five_minutes_is_fresh_enough() {
    let studio = Studio::open().await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    studio.run("update backlot.sessions set fresh_at = now() - interval '4 minutes 50 seconds'").await;
    support.post(&path(), &[("role", "creator"), ("reason", "publishes now")]).await.must(200);
}
