//! One's own name.
use super::PAGE;
use crate::support::{SCRIPT, Studio};
use backlot::kernel::Role;

const PATH: &str = "/admin/account/name";

#[tokio::test]
async fn a_name_is_changed_at_once_and_recorded_before_and_after() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(PAGE).await.must(200);
    assert_eq!(page.form(PATH).value("name"), "Maya Krüger");
    assert!(page.one("#profile dl").contains("maya@backlot.example") && page.one("#profile dl").contains("Super admin"));
    maya.submit(&page.form(PATH).with("name", "  Maya Krüger-Okonkwo ")).await.sent_to(PAGE);
    let page = maya.get(PAGE).await.must(200);
    assert_eq!(
        (page.one(".me b"), page.one(".flash span")),
        ("Maya Krüger-Okonkwo".into(), "Your name is changed. View audit entry".into())
    );
    let entry = studio.entries("account.set_name", "done").await.remove(0);
    assert_eq!(entry.change("name"), ("Maya Krüger".into(), "Maya Krüger-Okonkwo".into()));
    assert_eq!(entry.actor_name, "Maya Krüger", "who did it is called as they were");
}

#[tokio::test]
async fn what_is_no_name_is_refused_and_kept_in_the_form() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let before = studio.fingerprint(&[]).await;
    for (typed, sentence) in [
        ("", "Write the name"),
        ("  ", "Write the name"),
        ("\u{200b}\u{202e}", "Write the name"),
        ("Maya\nKrüger", "in one line"),
        (&"é".repeat(201), "at most 200 characters; these are 201"),
    ] {
        let form = maya.get(PAGE).await.must(200).form(PATH);
        let refused = maya.submit(&form.with("name", typed)).await.must(422);
        assert!(refused.one("#name-error").contains(sentence), "{refused:?}");
        assert_eq!(refused.form(PATH).value("name"), typed);
    }
    assert_eq!(studio.fingerprint(&[]).await, before);
    maya.post(PATH, &[("name", &"é".repeat(200))]).await.must(303);
}

#[tokio::test]
async fn hostile_names_and_browsers_are_shown_and_do_nothing() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    for name in [SCRIPT, "Robert'); drop table backlot.admins;--", "\u{202e}evil\u{202c} משה"] {
        maya.post(PATH, &[("name", name)]).await.sent_to(PAGE);
        maya.post("/admin/account/codes", &[]).await.must(303);
        studio.run("update backlot.sessions set agent = 'Firefox/1 <script>alert(7)</script>\"><img src=x onerror=alert(8)> Linux'").await;
        for path in [PAGE, "/admin/account/codes", "/admin/account/password", "/admin/account/factor", "/admin", "/admin/audit"] {
            let page = maya.get(path).await.must(200);
            assert_eq!(page.one(".me b"), name.trim(), "{path}");
            assert_eq!(page.attributes(".me b", "dir"), ["auto"]);
            let alive = page.attributes("script:not([src]), img, [onerror], iframe, a[href^='javascript:'], td script", "src");
            assert!(alive.is_empty() && !page.text.contains("<script>alert"), "{alive:?} on {page:?}");
        }
    }
    assert_eq!(maya.get(PAGE).await.all("#sessions tbody b"), ["Firefox on Linux"]);
    studio.run_jobs().await;
    let letter = studio.letters.last_to("maya@backlot.example");
    assert!(!letter.body.contains("script") && !letter.subject.contains('\n'), "{letter:?}");
}
