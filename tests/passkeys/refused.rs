//! What is refused, and that nothing comes of it but an entry.
use super::{alone, device_of, entries};
use crate::support::{Answer, Authenticator, Filled, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;

/// What a device does otherwise than it should.
type Twist = Box<dyn Fn(&mut Authenticator)>;

const PATH: &str = "/sign-in/passkey";

/// Nobody is in, and the record says that it was refused.
async fn kept_out(studio: &Studio, refused: &Answer, words: &str) {
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.one("#errors").contains(words), "{refused:?}");
    let rows = studio.audit_of(refused.request_id()).await;
    let denied: Vec<_> = rows.iter().filter(|row| row.outcome == "denied").collect();
    assert_eq!(denied.len(), 1, "{rows:?}");
    assert_eq!(denied[0].action, "session.complete_with_passkey");
    assert_eq!(studio.number("select count(*) from backlot.sessions where stage = 'full' and ended_at is null").await, 0);
}

/// A studio where one device has a passkey of the super admin, who has left.
async fn studio() -> (Studio, Authenticator) {
    let studio = Studio::open().await;
    let device = device_of(&studio, Role::SuperAdmin).await;
    studio.run("update backlot.sessions set ended_at = now()").await;
    (studio, device)
}

#[tokio::test]
async fn an_answer_that_is_wrong_in_any_way_is_refused() {
    let (studio, device) = studio().await;
    let dai = studio.staff(Role::DataAdmin).id;
    let twists: [(&str, Twist); 7] = [
        ("another origin", Box::new(|device| device.origin = "https://evil.example".into())),
        ("another port", Box::new(|device| device.origin = "https://backlot.example:8443".into())),
        ("a site below", Box::new(|device| device.origin = "https://x.backlot.example".into())),
        ("another site", Box::new(|device| device.rp_id = Some("evil.example".into()))),
        ("nobody verified", Box::new(|device| device.verifies = false)),
        ("another account", Box::new(move |device| device.handle = Some(dai.as_bytes().to_vec()))),
        ("no account", Box::new(|device| device.handle = None)),
    ];
    for (what, twist) in twists {
        let mut device = Authenticator { counter: 10, ..device.copy() };
        twist(&mut device);
        let refused = alone(&mut studio.browser(), &mut device).await;
        assert_eq!(refused.status, 422, "{what}");
        kept_out(&studio, &refused, "was not accepted").await;
    }
    let mut forger = Authenticator { id: device.id.clone(), handle: device.handle.clone(), ..Authenticator::new() };
    kept_out(&studio, &alone(&mut studio.browser(), &mut forger).await, "was not accepted").await;
    assert_eq!(studio.number("select count(*) from backlot.used_challenges").await, 1, "only the one that made it");
}

#[tokio::test]
async fn an_answer_counts_only_where_and_when_and_for_what_it_was_asked() {
    let (studio, mut device) = studio().await;
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    let form = device.answer(&page, PATH);
    let mut altered = form.value("ceremony").to_owned().into_bytes();
    altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    kept_out(&studio, &browser.submit(&form.clone().with("ceremony", &altered)).await, "no longer good").await;
    kept_out(&studio, &browser.submit(&form.clone().with("ceremony", "")).await, "no longer good").await;
    kept_out(&studio, &browser.submit(&form.clone().with("credential", "{}")).await, "was not accepted").await;

    let mut other = studio.browser();
    let theirs = other.get("/sign-in").await.must(200).form(PATH).with("ceremony", form.value("ceremony"));
    kept_out(&studio, &other.submit(&theirs.with("credential", form.value("credential"))).await, "no longer good").await;

    let mut half = studio.half_way(Role::SuperAdmin).await;
    let code = half.get("/sign-in/code").await.must(200);
    let for_code = device.answer(&code, "/sign-in/code/passkey");
    let misused = half.get("/sign-in").await.must(200).form(PATH).with("ceremony", for_code.value("ceremony"));
    kept_out(&studio, &half.submit(&misused.with("credential", for_code.value("credential"))).await, "no longer good").await;

    studio.wait(301);
    kept_out(&studio, &browser.submit(&form).await, "longer than five minutes").await;
}

#[tokio::test]
async fn another_admins_passkey_is_no_second_factor_of_mine() {
    let (studio, mut device) = studio().await;
    device_of(&studio, Role::DataAdmin).await;
    studio.run("update backlot.sessions set ended_at = now()").await;
    let mut dai = studio.half_way(Role::DataAdmin).await;
    let page = dai.get("/sign-in/code").await.must(200);
    kept_out(&studio, &dai.submit(&device.answer(&page, "/sign-in/code/passkey")).await, "was not accepted").await;
    device.handle = None;
    let page = dai.get("/sign-in/code").await.must(200);
    kept_out(&studio, &dai.submit(&device.answer(&page, "/sign-in/code/passkey")).await, "was not accepted").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_answer_sixteen_times_at_once_lets_one_in_however_many_servers_there_are() {
    let (studio, mut device) = studio().await;
    let second = studio.second_instance();
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    let answer = device.answer(&page, PATH);
    let mut sent = JoinSet::new();
    for number in 0..16 {
        let mut browser = browser.clone();
        if number % 2 == 1 {
            browser.router = second.clone();
        }
        let proof = browser.get("/sign-in").await.form(PATH).value("_proof").to_owned();
        let form: Filled = answer.clone().with("_proof", &proof);
        sent.spawn(async move { browser.submit(&form).await });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1, "{answers:?}");
    // So many at once from one address may also be told to wait.
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 303 | 422 | 429)), "{answers:?}");
    let refused = answers.iter().filter(|answer| answer.status == 422).count();
    assert_eq!(studio.number("select count(*) from backlot.sessions where stage = 'full' and ended_at is null").await, 1);
    assert_eq!((entries(&studio, "done").await, entries(&studio, "denied").await), (1, refused));
    let late = browser.submit(&answer).await.must(422);
    assert!(!late.words().contains("Internal"), "{late:?}");
}

#[tokio::test]
async fn a_passkey_that_counts_backwards_is_refused_and_its_owner_told_once() {
    let (studio, mut device) = studio().await;
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
    studio.run("update backlot.sessions set ended_at = now()").await;
    let mut copy = device.copy();
    for counter in [1, 0] {
        copy.counter = counter;
        let mut browser = studio.browser();
        let page = browser.get("/sign-in").await.must(200);
        let form = copy.answer(&page, PATH);
        let refused = browser.submit(&form).await;
        kept_out(&studio, &refused, "counts backwards").await;
        let denied = studio.entries("session.complete_with_passkey", "denied").await.pop().unwrap();
        assert_eq!(denied.target_id, Some(studio.staff(Role::SuperAdmin).id.to_string()));
        assert!(denied.reason.as_deref().is_some_and(|why| why.contains("may have been copied")), "{denied:?}");
        browser.submit(&form).await.must(422);
        studio.run_jobs().await;
    }
    let letters = studio.letters.all();
    let warnings: Vec<_> = letters.iter().filter(|letter| letter.subject == "One of your passkeys may have been copied").collect();
    assert_eq!(warnings.len(), 2, "one for each answer");
    assert!(warnings[0].to == "maya@backlot.example" && warnings[0].body.contains("“Laptop”"), "{warnings:?}");
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
}

#[tokio::test]
async fn whoever_may_not_come_in_is_refused_in_the_words_for_a_passkey_that_nobody_knows() {
    let (studio, mut device) = studio().await;
    let mut stranger = Authenticator { handle: device.handle.clone(), ..Authenticator::new() };
    let unknown = alone(&mut studio.browser(), &mut stranger).await;
    kept_out(&studio, &unknown, "was not accepted").await;
    for status in ["disabled", "deleted", "invited"] {
        studio.run(&format!("update backlot.admins set status = '{status}' where email like 'maya@%'")).await;
        let refused = alone(&mut studio.browser(), &mut device).await;
        kept_out(&studio, &refused, "was not accepted").await;
        assert_eq!(refused.one("main"), unknown.one("main"), "{status}");
    }
    studio.run("update backlot.admins set status = 'active' where email like 'maya@%'").await;
    alone(&mut studio.browser(), &mut device).await.sent_to("/admin");
}

#[tokio::test]
async fn tries_are_counted_as_those_of_passwords_and_codes_are() {
    let (studio, mut device) = studio().await;
    let mut browser = studio.browser().at([192, 0, 2, 9]);
    alone(&mut browser, &mut Authenticator::new()).await.must(422);
    studio.run("update backlot.throttles set attempts = 100, next_at = now() + interval '1 minute' where key = 'address:192.0.2.9'").await;
    alone(&mut browser, &mut device).await.must(429);
    alone(&mut studio.browser().at([192, 0, 2, 10]), &mut device).await.must(303);

    let mut half = studio.half_way(Role::SuperAdmin).await;
    for _ in 0..5 {
        let page = half.get("/sign-in/code").await.must(200);
        half.submit(&Authenticator::new().answer(&page, "/sign-in/code/passkey")).await.must(422);
    }
    half.post("/sign-in/code", &[("code", &studio.code(Role::SuperAdmin))]).await.must(429);
}

#[tokio::test]
async fn a_passkey_removed_meanwhile_opens_nothing() {
    let (studio, mut device) = studio().await;
    let mut browser = studio.browser();
    let page = browser.get("/sign-in").await.must(200);
    let form = device.answer(&page, PATH);
    studio.run("delete from backlot.passkeys").await;
    kept_out(&studio, &browser.submit(&form).await, "was not accepted").await;
}
