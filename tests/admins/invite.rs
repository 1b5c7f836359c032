//! Inviting: a link that only its owner gets, good once, for a day.
use crate::support::{Answer, Browser, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;

const PASSWORD: &str = "a horse of another colour";

async fn invite(boss: &mut Browser, email: &str) -> Answer {
    let page = boss.get("/admin/admins/new").await.must(200);
    let form = page.form("/admin/admins/new").with("email", email).with("name", "Ida New").with("role", "data_admin");
    boss.submit(&form).await
}

/// The path of the link in a letter.
fn link(letter: &str) -> String {
    let at = letter.find("/welcome/").unwrap_or_else(|| panic!("no link in {letter}"));
    letter[at..].split_whitespace().next().unwrap().to_owned()
}

async fn choose(browser: &mut Browser, path: &str) -> Answer {
    let page = browser.get(path).await.must(200);
    browser.submit(&page.form(path).with("password", PASSWORD).with("again", PASSWORD)).await
}

#[tokio::test]
async fn an_invitation_goes_by_mail_and_its_link_is_nowhere_else() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let made = invite(&mut boss, "Ida@Backlot.Example ").await.must(303);
    let queued = studio.text("select coalesce(string_agg(j::text, ''), '') from backlot.jobs j").await;
    studio.run_jobs().await;
    let letter = studio.letters.last_to("ida@backlot.example");
    assert!(letter.body.contains("as data admin") && letter.body.contains("Maya"), "{}", letter.body);
    let path = link(&letter.body);
    let token = path.trim_start_matches("/welcome/");
    assert!(!queued.contains(token), "the queue holds what opens a door");
    for table in studio.fingerprint(&[]).await.into_keys() {
        let rows = studio.text(&format!("select coalesce(string_agg(to_jsonb(t)::text, ''), '') from {table} t")).await;
        assert!(!rows.contains(token), "{table} holds the token in the clear");
    }
    let page = boss.get(made.location()).await.must(200);
    assert!(!page.text.contains(token), "with a mail server nobody else sees it: {page:?}");
    assert!(page.words().contains("Invitation") && page.words().contains("Open"), "{page:?}");
    let entry = studio.entries("admins.invite", "done").await.remove(0);
    assert_eq!(entry.change("role"), (serde_json::Value::Null, "data_admin".into()));
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_user_created").unwrap();
    assert_eq!(event.properties, serde_json::json!({ "role": "data_admin" }));

    let mut ida = studio.browser();
    ida.get(&path).await.must(200);
    choose(&mut ida, &path).await.sent_to("/sign-in/enrol");
    ida.get(&path).await.must(404);
    assert!(boss.get(made.location()).await.must(200).words().contains("Used"));
}

#[tokio::test]
async fn without_a_mail_server_the_link_is_shown_once_to_whoever_made_it() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    boss.router = studio.instance_without_mail();
    let made = invite(&mut boss, "ida@backlot.example").await.must(303);
    let kept = studio.text("select string_agg(data::text, '') from backlot.sessions").await;
    let page = boss.get(made.location()).await.must(200);
    let path = link(&page.one(".secret"));
    assert!(!kept.contains(path.trim_start_matches("/welcome/")), "it waits in the clear");
    assert!(!boss.get(made.location()).await.must(200).has(".secret"), "shown twice");
    choose(&mut studio.browser(), &path).await.sent_to("/sign-in/enrol");
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_newer_link_takes_the_place_of_the_older_and_one_can_be_taken_back() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let page = invite(&mut boss, "ida@backlot.example").await.must(303).location().to_owned();
    studio.run_jobs().await;
    let first = link(&studio.letters.last_to("ida@backlot.example").body);
    let form = boss.get(&page).await.must(200).form(&format!("{page}/link"));
    boss.submit(&form).await.sent_to(&page);
    boss.submit(&form).await.sent_to(&page);
    studio.run_jobs().await;
    let second = link(&studio.letters.last_to("ida@backlot.example").body);
    assert_ne!(first, second);
    assert_eq!(studio.letters.all().len(), 2, "the same form again makes no other link");
    studio.browser().get(&first).await.must(404);
    studio.browser().get(&second).await.must(200);
    let form = boss.get(&page).await.must(200).form(&format!("{page}/link/revoke"));
    boss.submit(&form).await.sent_to(&page);
    studio.browser().get(&second).await.must(404);
    let again = boss.post(&format!("{page}/link/revoke"), &[]).await.must(409);
    assert!(again.words().contains("no open link"), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_who_take_up_one_invitation_at_once_one_does() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    invite(&mut boss, "ida@backlot.example").await.must(303);
    studio.run_jobs().await;
    let path = link(&studio.letters.last_to("ida@backlot.example").body);
    let mut ready = Vec::new();
    for _ in 0..16 {
        let mut browser = studio.browser();
        let page = browser.get(&path).await.must(200);
        ready.push((browser, page.form(&path).with("password", PASSWORD).with("again", PASSWORD)));
    }
    let mut taken = JoinSet::new();
    for (mut browser, form) in ready {
        taken.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut answers = taken.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers[..2], [303, 404], "{answers:?}");
    assert_eq!(studio.entries("account.activate", "done").await.len(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_said_beside_its_field_and_nothing_is_lost() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let page = boss.get("/admin/admins/new").await.must(200);
    for email in
        ["", "ida", "ida@", "@x.example", "a b@x.example", "ida@x", "a@b@c.example", "ida@x.example, eve@x.example", "<ida@x.example>"]
    {
        let form = page.form("/admin/admins/new").with("email", email).with("name", "Ida \"New\" <b>").with("role", "data_admin");
        let refused = boss.submit(&form).await.must(422);
        assert!(refused.one("#email-error").contains("Give one e-mail address"), "{email}: {refused:?}");
        assert_eq!(refused.form("/admin/admins/new").value("name"), "Ida \"New\" <b>");
    }
    let page = boss.get("/admin/admins/new").await.must(200);
    let taken = page.form("/admin/admins/new").with("email", "SAM@backlot.example").with("name", "Sam").with("role", "data_admin");
    assert!(boss.submit(&taken).await.must(422).one("#email-error").contains("already"));
    let bare = boss.submit(&page.form("/admin/admins/new").with("name", "").with("role", "")).await.must(422);
    assert_eq!(bare.all("#errors li").len(), 3, "everything that is wrong, together: {bare:?}");
    assert_eq!(studio.jobs().await.len(), 0, "and nobody was written to");
}
