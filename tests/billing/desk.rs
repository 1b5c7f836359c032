//! The list of subscriptions, and one user's desk.
use super::studio;
use crate::support::{ADA, BEN, EVE};
use backlot::kernel::Role;

#[tokio::test]
async fn the_list_narrows_and_leads_to_the_desk() {
    let (studio, mut billing) = studio().await;
    let page = billing.get("/admin/subscriptions").await.must(200);
    assert_eq!(page.one("#total"), "3");
    assert_eq!(page.all("tbody .badge").len(), 3, "{page:?}");
    for (query, users) in [
        ("status=past_due", vec![ADA]),
        ("tier=starter", vec![EVE]),
        ("next=discounted", vec![EVE]),
        ("user=eve%40users.example", vec![EVE]),
        ("status=past_due&tier=starter", vec![]),
        ("user=nobody-at-all", vec![]),
    ] {
        let page = billing.get(&format!("/admin/subscriptions?{query}")).await.must(200);
        let shown = page.attributes("tbody a[data-open]", "href");
        assert_eq!(shown, users.iter().map(|id| format!("/admin/users/{id}/billing")).collect::<Vec<_>>(), "{query}");
    }
    let page = billing.get("/admin/subscriptions?status=lapsed").await.must(200);
    assert!(page.words().contains("No subscriptions match these filters"), "{page:?}");
    let totals = billing.get("/admin/subscriptions/totals").await.must(200);
    assert!(totals.words().contains("€9.00"), "{}", totals.words());
    assert!(totals.attributes("td a", "href").contains(&"/admin/subscriptions?status=past_due&tier=pro".to_owned()));
    drop(studio);
}

#[tokio::test]
async fn pages_of_the_list_meet_without_a_gap() {
    let (studio, mut billing) = studio().await;
    studio
        .run(
            "with people as (insert into platform.users (id, email, name) select gen_random_uuid(), 'many' || n || '@users.example', 'Many ' || n
               from generate_series(1, 120) n returning id)
             insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor)
               select gen_random_uuid(), id, 'pro', 'active', now(), now() + interval '3 days', 2900 from people",
        )
        .await;
    for sort in ["renewal", "-renewal"] {
        let (mut next, mut seen) = (Some(format!("/admin/subscriptions?sort={sort}")), Vec::new());
        while let Some(path) = next {
            let page = billing.get(&path).await.must(200);
            seen.extend(page.attributes("tbody a[data-open]", "href"));
            next = page.attributes("a[rel=next]", "href").into_iter().next();
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (123, 123), "sorted by {sort}");
    }
}

#[tokio::test]
async fn the_desk_says_what_comes_next_and_offers_what_can_be_done() {
    let (studio, mut billing) = studio().await;
    let page = billing.get(&format!("/admin/users/{ADA}/billing")).await.must(200);
    assert!(page.words().contains("access is kept until"), "{}", page.words());
    assert!(page.attributes("#actions a", "href").contains(&format!("/admin/users/{ADA}/billing/grace")));
    assert!(page.words().contains("Its payment failed: grant grace."), "extending is closed, and says why");
    let page = billing.get(&format!("/admin/users/{EVE}/billing")).await.must(200);
    assert!(page.words().contains("20 % off for 3 periods, 2 periods left"), "{}", page.words());
    let page = billing.get(&format!("/admin/users/{BEN}/billing")).await.must(200);
    assert!(page.words().contains("They have never had a subscription."), "{page:?}");
    assert!(page.words().contains("500 credits"), "{page:?}");
    billing.get("/admin/users/0192f000-0000-7000-8000-0000000000ff/billing").await.must(404);
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    let page = support.get(&format!("/admin/users/{ADA}/billing")).await.must(200);
    assert!(page.attributes("#actions a", "href").is_empty(), "support only reads");
    support.post(&format!("/admin/users/{ADA}/billing/grace"), &[("days", "3"), ("reason", "asked for it")]).await.must(403);
    let mut operations = studio.sign_in(Role::OperationsAdmin).await;
    operations.get(&format!("/admin/users/{ADA}/billing")).await.must(403);
    operations.get("/admin/subscriptions").await.must(403);
}
