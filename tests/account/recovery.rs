//! Coming in with a recovery code, and confirming with one.
use super::{CODES, make_codes, not_fresh};
use crate::support::{BEN, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;

const DOOR: &str = "/sign-in/recovery";
const CONFIRM: &str = "/confirm/recovery";

#[tokio::test]
async fn a_code_lets_its_owner_in_once_however_it_is_typed() {
    let studio = Studio::open().await;
    let codes = make_codes(&mut studio.sign_in(Role::SuperAdmin).await).await;
    let writings = [codes[0].clone(), codes[1].to_lowercase(), codes[2].replace('-', ""), format!("  {} ", codes[3].replace('-', " "))];
    for (used, typed) in writings.iter().enumerate() {
        let mut maya = studio.half_way(Role::SuperAdmin).await;
        let half = maya.clone();
        let link = maya.get("/sign-in/code").await.must(200).attributes(".after a", "href");
        assert!(link.contains(&DOOR.to_owned()), "{link:?}");
        let page = maya.get(DOOR).await.must(200);
        maya.submit(&page.form(DOOR).with("code", typed)).await.sent_to("/admin");
        assert_ne!(maya.cookie(), half.cookie(), "a new id");
        half.clone().get("/admin").await.must(303);
        let home = maya.get("/admin").await.must(200);
        assert!(home.one(".flash[data-kind=warn]").contains(&format!("You used a recovery code; {} are left.", 9 - used)), "{home:?}");
        assert!(!maya.get("/admin").await.must(200).has(".flash"), "said once");
    }
    let entry = studio.entries("session.recover", "done").await.remove(0);
    assert_eq!(entry.actor_id, Some(studio.staff(Role::SuperAdmin).id));
    assert!(entry.changes.contains(r#""how":"recovery code""#) && entry.changes.contains(r#""recovery_codes":9"#), "{}", entry.changes);
    let event = studio.events().await.into_iter().find(|event| event.name == "admin_recovered").unwrap();
    assert_eq!(event.properties["recovery_codes_left"], 9);
    studio.run_jobs().await;
    let letter = studio.letters.all().into_iter().find(|letter| letter.subject.contains("A recovery code was used")).unwrap();
    assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("maya@backlot.example", "A recovery code was used; 9 are left"));

    let mut again = studio.half_way(Role::SuperAdmin).await;
    let refused = again.post(DOOR, &[("code", &codes[0])]).await.must(422);
    assert!(refused.one("#code-error").contains("not right, or was used already"), "{refused:?}");
    assert!(!refused.text.contains(&codes[0]), "what was typed does not come back");
    assert_eq!(studio.entries("session.recover", "denied").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_code_sixteen_times_at_once_lets_one_in_however_many_servers_there_are() {
    let studio = Studio::open().await;
    let second = studio.second_instance();
    let code = make_codes(&mut studio.sign_in(Role::SuperAdmin).await).await.remove(0);
    let mut browsers = Vec::new();
    for number in 0..16 {
        let mut browser = studio.half_way(Role::SuperAdmin).await;
        if number % 2 == 1 {
            browser.router = second.clone();
        }
        let form = browser.get(DOOR).await.must(200).form(DOOR).with("code", &code);
        browsers.push((browser, form));
    }
    // Without waiting in between, so that many more than five reach the code itself.
    studio.run("create function backlot.at_once() returns trigger language plpgsql as $$ begin new.next_at := now() - interval '1 minute'; new.attempts := 1; return new; end $$;
                create trigger at_once before insert or update on backlot.throttles for each row execute function backlot.at_once()").await;
    let mut sent = JoinSet::new();
    for (mut browser, form) in browsers {
        sent.spawn(async move { browser.submit(&form).await });
    }
    let answers = sent.join_all().await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [[303].as_slice(), &[422; 15]].concat(), "{answers:?}");
    assert_eq!(studio.entries("session.recover", "done").await.len(), 1);
    assert_eq!(studio.number("select count(*) from backlot.recovery_codes").await, 9);
    studio.run_jobs().await;
}

#[tokio::test]
async fn guesses_are_counted_together_with_those_of_the_second_factor() {
    let studio = Studio::open().await;
    let codes = make_codes(&mut studio.sign_in(Role::SuperAdmin).await).await;
    let mut maya = studio.half_way(Role::SuperAdmin).await;
    for typed in ["000000", "", "0000-0000-0000-0000-0000-0000"] {
        maya.post(DOOR, &[("code", typed)]).await.must(422);
    }
    maya.post("/sign-in/code", &[("code", "000000")]).await.must(422);
    maya.post(DOOR, &[("code", "<script>alert(1)</script>")]).await.must(422);
    let mut other = studio.half_way(Role::SuperAdmin).await;
    other.post(DOOR, &[("code", &codes[0])]).await.must(429);
    other.post("/sign-in/code", &[("code", &studio.code(Role::SuperAdmin))]).await.must(429);
    studio.run("update backlot.throttles set next_at = now()").await;
    other.post(DOOR, &[("code", &codes[0])]).await.sent_to("/admin");
    assert_eq!(studio.number("select count(*) from backlot.throttles where key like 'code:%'").await, 0, "a success forgets them");
    studio.run_jobs().await;
}

#[tokio::test]
async fn nobody_elses_code_and_none_of_an_old_set_lets_anybody_in() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let old = make_codes(&mut maya).await;
    make_codes(&mut maya).await;
    let sams = make_codes(&mut studio.sign_in(Role::SupportAdmin).await).await;
    for code in [&old[0], &old[9], &sams[0]] {
        let mut half = studio.half_way(Role::SuperAdmin).await;
        half.post(DOOR, &[("code", code)]).await.must(422);
        half.get("/admin").await.must(303);
    }
    assert_eq!(studio.number("select count(*) from backlot.recovery_codes").await, 20, "none is used up by that");
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_code_without_the_password_is_worth_nothing() {
    let studio = Studio::open().await;
    let codes = make_codes(&mut studio.sign_in(Role::SuperAdmin).await).await;
    let mut stranger = studio.browser();
    stranger.get(DOOR).await.sent_to("/sign-in");
    stranger.post(DOOR, &[("code", &codes[0])]).await.sent_to("/sign-in");
    assert_eq!(studio.number("select count(*) from backlot.recovery_codes").await, 10);
    studio.run_jobs().await;
}

#[tokio::test]
async fn where_they_wanted_to_go_is_where_they_are_afterwards() {
    let studio = Studio::open().await;
    let codes = make_codes(&mut studio.sign_in(Role::SuperAdmin).await).await;
    let mut browser = studio.browser();
    let page = browser.get("/sign-in?next=/admin/audit").await.must(200);
    let form = page.form("/sign-in").with("email", "maya@backlot.example").with("password", backlot::database::demo_admins::PASSWORD);
    browser.submit(&form).await.sent_to("/sign-in/code");
    browser.post(DOOR, &[("code", &codes[0])]).await.sent_to("/admin/audit");
    assert!(browser.get("/admin/audit").await.must(200).has(".flash[data-kind=warn]"));
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_code_confirms_that_it_is_them_and_what_they_typed_is_still_there() {
    let studio = Studio::open().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let codes = make_codes(&mut maya).await;
    not_fresh(&studio).await;
    let path = format!("/admin/users/{BEN}/role");
    let asked = maya.get(&path).await.must(200);
    let sent = maya.submit(&asked.form(&path).with("role", "creator").with("reason", "publishes now")).await.must(303);
    let confirm = maya.get(sent.location()).await.must(200);
    assert!(confirm.words().contains("What you typed is kept"));
    let link = confirm.attributes(".after a", "href");
    let page = maya.get(link.iter().find(|link| link.starts_with(CONFIRM)).unwrap()).await.must(200);
    let old = maya.clone();
    maya.submit(&page.form(CONFIRM).with("code", "0000-0000-0000-0000-0000-0000")).await.must(422);
    maya.submit(&page.form(CONFIRM).with("code", &codes[0])).await.sent_to("/resume");
    assert_ne!(maya.cookie(), old.cookie());
    old.clone().get("/admin").await.must(303);
    let resumed = maya.get("/resume").await.must(200);
    let preview = maya.submit(&resumed.form(&path)).await.must(200);
    maya.submit(&preview.form(&path)).await.must(303);
    assert_eq!(studio.text(&format!("select role from platform.users where id = '{BEN}'")).await, "creator");

    not_fresh(&studio).await;
    maya.post(CONFIRM, &[("code", &codes[0])]).await.must(422);
    assert_eq!(studio.entries("session.recover", "denied").await.len(), 2);
    maya.post(CODES, &[]).await.must(303);
    assert_eq!(studio.entries("account.renew_codes", "done").await.len(), 1, "a used code confirms nothing");
    studio.run_jobs().await;
}
