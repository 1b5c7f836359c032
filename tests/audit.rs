//! The audit log's pages: who may read what, what an entry says, and the proof on request.
use crate::support::{ADA, Answer, BEN, Browser, Studio};
use backlot::kernel::Role;

async fn change_tier(browser: &mut Browser) {
    let path = format!("/admin/users/{BEN}/tier");
    let asked = browser.get(&path).await.must(200);
    let shown =
        browser.submit(&asked.form(&path).with("tier", "pro").with("reason", "a present & more").with("ticket", "T-5")).await.must(200);
    browser.submit(&shown.form(&path)).await.must(303);
}

fn rows(page: &Answer) -> Vec<String> {
    page.attributes("tbody a[data-open]", "href")
}

#[tokio::test]
async fn a_support_admin_reads_their_own_entries_and_is_refused_anothers_on_the_record() {
    let studio = Studio::open().await;
    let (mut support, mut boss) = (studio.sign_in(Role::SupportAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    change_tier(&mut support).await;
    boss.post("/admin/account/theme", &[("theme", "dark")]).await.must(303);
    let mine = studio.entries("users.change_tier", "done").await.remove(0);
    let other = studio.entries("account.set_theme", "done").await.remove(0);

    let page = support.get("/admin/audit").await.must(200);
    let own = studio.audit().await.into_iter().rev().filter(|row| row.actor_id == mine.actor_id);
    let own: Vec<_> = own.map(|row| (row.action, format!("/admin/audit/{}", row.id))).collect();
    let deeds: Vec<_> = own.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(deeds, ["users.change_tier", "session.complete", "session.open"], "how they came in is theirs too");
    assert_eq!(rows(&page), own.into_iter().map(|(_, href)| href).collect::<Vec<_>>(), "{page:?}");
    support.get(&format!("/admin/audit/{}", mine.id)).await.must(200);
    let refused = support.get(&format!("/admin/audit/{}", other.id)).await.must(403);
    assert!(!refused.words().contains("set_theme"), "{refused:?}");
    let left = studio.audit_of(refused.request_id()).await;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].action.as_str(), left[0].outcome.as_str(), left[0].actor_id), ("page.view", "denied", mine.actor_id));
    for way in [
        format!("actor={}", studio.staff(Role::SuperAdmin).id),
        format!("request={}", other.request_id.unwrap()),
        format!("q={}", other.id),
        "q=maya".into(),
        "action=account.set_theme".into(),
    ] {
        assert_eq!(rows(&support.get(&format!("/admin/audit?{way}")).await.must(200)), Vec::<String>::new(), "{way}");
    }
    let all = boss.get("/admin/audit").await.must(200);
    assert!(rows(&all).contains(&format!("/admin/audit/{}", mine.id)) && rows(&all).contains(&format!("/admin/audit/{}", other.id)));
}

#[tokio::test]
async fn around_an_entry_a_support_admin_sees_only_their_own() {
    let studio = Studio::open().await;
    let (mut support, mut boss) = (studio.sign_in(Role::SupportAdmin).await, studio.sign_in(Role::SuperAdmin).await);
    change_tier(&mut support).await;
    boss.post(&format!("/admin/users/{BEN}/notes"), &[("body", "what only the boss wrote")]).await.must(303);
    boss.post(&format!("/admin/users/{BEN}/tier"), &[("tier", "starter"), ("reason", "no")]).await;
    let mine = studio.entries("users.change_tier", "done").await.remove(0);
    assert!(!support.get(&format!("/admin/audit/{}", mine.id)).await.must(200).words().contains("add_note"));
    assert!(boss.get(&format!("/admin/audit/{}", mine.id)).await.must(200).words().contains("add_note"));
}

#[tokio::test]
async fn an_entry_says_who_what_why_and_what_it_was_before() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    change_tier(&mut boss).await;
    let entry = studio.entries("users.change_tier", "done").await.remove(0);
    let page = boss.get(&format!("/admin/audit/{}", entry.id)).await.must(200);
    let words = page.words();
    for said in [
        "Maya Krüger",
        "Super admin",
        "users.change_tier",
        "Ben Ode",
        "a present & more",
        "T-5",
        "127.0.0.1",
        &entry.request_id.unwrap().to_string(),
        "Not sealed yet",
    ] {
        assert!(words.contains(said), "{said}: {page:?}");
    }
    let change = page.all("#changes, section:has(#changes-title)").join(" ");
    assert!(change.contains("Tier") && change.contains("free") && change.contains("pro"), "{change}: {page:?}");
    assert!(page.attributes("a", "href").contains(&format!("/admin/users/{BEN}")));
    studio.sealer().seal_once().await.unwrap();
    assert!(!boss.get(&format!("/admin/audit/{}", entry.id)).await.must(200).words().contains("Not sealed yet"));
}

#[tokio::test]
async fn each_filter_shows_what_it_says() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    change_tier(&mut boss).await;
    support.get("/admin/audit/verify").await.must(403);
    let tier = studio.entries("users.change_tier", "done").await.remove(0);
    let denied = studio.entries("page.view", "denied").await.remove(0);
    let today = studio.text("select current_date::text").await;
    for (filter, wanted) in [
        ("action=users.change_tier".to_owned(), vec![&tier]),
        ("outcome=denied".into(), vec![&denied]),
        (format!("actor={}&action=page.view", studio.staff(Role::SupportAdmin).id), vec![&denied]),
        ("actor=me&outcome=done&kind=user".into(), vec![&tier]),
        (format!("kind=user&target={BEN}"), vec![&tier]),
        (format!("request={}", tier.request_id.unwrap()), vec![&tier]),
        (format!("q={BEN}"), vec![&tier]),
        (format!("q={}", tier.id), vec![&tier]),
        ("q=PRESENT+%26".into(), vec![&tier]),
        ("q=t-5".into(), vec![&tier]),
        (format!("from={today}&to={today}&outcome=denied"), vec![&denied]),
        ("to=2001-01-01".into(), vec![]),
        (format!("kind=user&target={ADA}"), vec![]),
        ("q=%25".into(), vec![]),
    ] {
        let wanted: Vec<_> = wanted.iter().map(|row| format!("/admin/audit/{}", row.id)).collect();
        let page = boss.get(&format!("/admin/audit?{filter}")).await.must(200);
        assert_eq!(rows(&page), wanted, "{filter}: {page:?}");
    }
}

#[tokio::test]
async fn the_log_is_walked_page_by_page_without_loss() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    studio.run("insert into backlot.audit_log (id, actor_kind, actor_name, action, outcome) select gen_random_uuid(), 'system', 'clock', 'test.tick', 'done' from generate_series(1, 130)").await;
    let (mut path, mut all) = ("/admin/audit?action=test.tick".to_owned(), Vec::new());
    loop {
        let page = boss.get(&path).await.must(200);
        all.extend(rows(&page));
        match page.attributes(".pager a[rel=next]", "href").pop() {
            Some(next) => path = next,
            None => break,
        }
    }
    let wanted = studio
        .text("select string_agg('/admin/audit/' || id, ' ' order by seq desc) from backlot.audit_log where action = 'test.tick'")
        .await;
    assert_eq!(all.join(" "), wanted);
}

#[tokio::test]
async fn verifying_finds_what_the_superuser_changed() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    change_tier(&mut boss).await;
    let sealer = studio.sealer();
    sealer.seal_once().await.unwrap();
    let today = studio.text("select current_date::text").await;
    let proof = format!("/admin/audit/verify?from={today}&to={today}");
    let page = data.get(&proof).await.must(200);
    assert!(page.one(".box[role=status]").starts_with("Intact."), "{page:?}");

    let entry = studio.entries("users.change_tier", "done").await.remove(0);
    studio
        .run(&format!(
            "alter table backlot.audit_log disable trigger user;
             update backlot.audit_log set actor_name = 'Somebody Else' where id = '{}';
             alter table backlot.audit_log enable trigger user",
            entry.id
        ))
        .await;
    let page = data.get(&proof).await.must(200);
    assert!(page.one(".box[role=status]").starts_with("Not intact"), "{page:?}");
    assert_eq!(page.attributes(".box[role=status] a", "href"), [format!("/admin/audit/{}", entry.id)]);
}

#[tokio::test]
async fn days_that_make_no_range_are_said_beside_the_field() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let page = data.get("/admin/audit/verify?from=2026-05-02&to=2026-05-01").await;
    assert!(page.words().contains("The last day comes before the first."), "{page:?}");
}
