//! The inbox, as the platform's servers ask for it.
use super::{PAGE, form, sent};
use crate::support::studio::PLATFORM_TOKEN;
use crate::support::{ABSENT, ADA, Answer, BEN, Sent, Studio};
use axum::http::Method;
use backlot::kernel::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;

async fn ask(studio: &Studio, method: Method, path: &str) -> Answer {
    let sent = Sent { method, ..Sent::get(path) };
    studio.browser().send(sent.header("authorization", &format!("Bearer {PLATFORM_TOKEN}"))).await
}

async fn inbox(studio: &Studio, query: &str) -> Value {
    let answer = ask(studio, Method::GET, &format!("/api/v1/users/{ADA}/notifications{query}")).await.must(200);
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn an_item_is_seen_read_and_put_away_and_the_numbers_come_back() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await.with("link_label", "See them").with("link_url", "/clips").with("severity", "success");
    let id = sent(&mut sam, &filled).await;
    studio.run_jobs().await;
    let found = inbox(&studio, "").await;
    assert_eq!((&found["unread"], &found["next"]), (&json!(1), &json!(null)));
    let item = &found["notifications"][0];
    assert_eq!((&item["title"], &item["kind"], &item["severity"]), (&json!("Longer clips"), &json!("announcement"), &json!("success")));
    assert_eq!(item["body"], json!("Clips can be twelve seconds long."));
    assert_eq!(item["html"], json!("<p>Clips can be <strong>twelve</strong> seconds long.</p>"));
    assert_eq!(item["action"], json!({ "label": "See them", "url": "https://studio.example/clips" }));
    let path = format!("/api/v1/users/{ADA}/notifications/{}", item["id"].as_str().unwrap());
    for (deed, seen, read) in [("seen", 1, 0), ("seen", 1, 0), ("read", 1, 1), ("read", 1, 1), ("archive", 1, 1), ("archive", 1, 1)] {
        let answer = ask(&studio, Method::POST, &format!("{path}/{deed}")).await.must(200);
        let now: Value = serde_json::from_str(&answer.text).unwrap();
        assert!(now["seen_at"].is_string() && now["read_at"].is_string() == (read == 1), "{deed}: {now}");
        let sums = studio
            .text(&format!("select sum(seen) || ' ' || sum(read) from backlot.notification_reads where notification_id = '{id}'"))
            .await;
        assert_eq!(sums, format!("{seen} {read}"), "{deed}");
    }
    let found = inbox(&studio, "").await;
    assert_eq!((found["unread"].as_i64(), found["notifications"].as_array().unwrap().len()), (Some(0), 0));
    assert_eq!(inbox(&studio, "?show=archived").await["notifications"].as_array().unwrap().len(), 1);
    let page = sam.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(page.one("#progress").contains("Read1") || page.one("#progress").contains("Read 1"), "{page:?}");
    assert!(sam.get(&format!("{PAGE}/{id}/deliveries")).await.must(200).text.contains("data-label=\"Read\""));
}

#[tokio::test]
async fn pages_of_an_inbox_hold_each_item_once() {
    let studio = Studio::open().await;
    studio
        .run(&format!(
            "insert into platform.notifications (id, user_id, kind, title, created_at)
             select gen_random_uuid(), '{ADA}', 'tip', 'Nr. ' || n, now() - n / 3 * interval '1 minute' from generate_series(1, 23) n"
        ))
        .await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = inbox(&studio, &format!("?limit=5{after}")).await;
        assert_eq!(page["unread"], json!(23));
        seen.extend(page["notifications"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), 23);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 23);
}

#[tokio::test]
async fn nobody_reads_or_marks_what_is_anothers_and_nonsense_is_refused() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    studio.run_jobs().await;
    let adas = studio.text(&format!("select id::text from platform.notifications where user_id = '{ADA}' and broadcast_id = '{id}'")).await;
    ask(&studio, Method::POST, &format!("/api/v1/users/{BEN}/notifications/{adas}/read")).await.must(404);
    ask(&studio, Method::POST, &format!("/api/v1/users/{ADA}/notifications/{ABSENT}/read")).await.must(404);
    ask(&studio, Method::GET, &format!("/api/v1/users/{ABSENT}/notifications")).await.must(404);
    for query in ["?limit=0", "?limit=51", "?limit=x", "?show=nothing", "?nonsense=1"] {
        ask(&studio, Method::GET, &format!("/api/v1/users/{ADA}/notifications{query}")).await.must(400);
    }
    studio.browser().get(&format!("/api/v1/users/{ADA}/notifications")).await.must(401);
    assert_eq!(studio.number("select count(*) from backlot.notification_reads").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_sixteen_times_at_once_is_counted_once() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    studio.run_jobs().await;
    let rows: Vec<(uuid::Uuid, uuid::Uuid)> = sqlx::query_as("select user_id, id from platform.notifications where broadcast_id = $1")
        .bind(id)
        .fetch_all(&studio.root)
        .await
        .unwrap();
    let mut all = JoinSet::new();
    for (user, item) in rows.iter().flat_map(|row| std::iter::repeat_n(*row, 16)) {
        let browser = studio.browser();
        all.spawn(async move {
            let sent = Sent { method: Method::POST, ..Sent::get(&format!("/api/v1/users/{user}/notifications/{item}/read")) };
            browser.clone().send(sent.header("authorization", &format!("Bearer {PLATFORM_TOKEN}"))).await.status
        });
    }
    assert!(all.join_all().await.into_iter().all(|status| status == 200));
    let sums =
        studio.text(&format!("select sum(seen) || ' ' || sum(read) from backlot.notification_reads where notification_id = '{id}'")).await;
    assert_eq!(sums, "7 7");
}
