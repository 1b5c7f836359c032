//! The list of runs, and the failures by what they have in common.
use super::{FAILED, another, numbered, studio};
use crate::support::{ADA, BEN, SCRIPT};
use backlot::kernel::Role;

#[tokio::test]
async fn each_filter_leaves_what_it_says_and_a_value_is_a_filter() {
    let studio = studio().await;
    studio.run(&another(1)).await;
    studio
        .run(&format!(
            "insert into platform.workflow_jobs (id, user_id, crew, state) values (gen_random_uuid(), '{BEN}', 'storyboard', 'succeeded')"
        ))
        .await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let page = dai.get("/admin/workflows").await.must(200);
    assert_eq!(page.one("#total"), "4");
    let asked = [
        ("state=failed", 2),
        ("state=succeeded", 1),
        ("state=queued", 1),
        ("state=awaiting_human", 0),
        ("crew=script_writer", 2),
        ("crew=nobody", 0),
        ("user=ben%40users.example", 1),
        ("user=BEN%40users.example", 1),
        ("user=nobody-called-so", 0),
        ("signature=crew+host+unreachable", 1),
        ("signature=crew+host+unreachable&state=queued", 0),
        ("retried=yes", 0),
        ("from=2000-01-01&to=2000-01-02", 0),
        ("from=2000-01-01", 4),
        ("state=failed&crew=script_writer&user=ada%40users.example&from=2000-01-01&sort=created", 2),
    ];
    for (query, rows) in asked {
        let page = dai.get(&format!("/admin/workflows?{query}")).await.must(200);
        assert_eq!(page.all("tbody tr").len(), rows, "{query}: {page:?}");
        assert_eq!(page.has(".empty"), rows == 0, "{query}");
    }
    let page = dai.get(&format!("/admin/workflows?user={ADA}&sort=created")).await.must(200);
    let first = page.attributes("tbody a[data-open]", "href").remove(0);
    assert_eq!(first, format!("/admin/workflows/{FAILED}"), "the oldest first");
    assert!(page.attributes("tbody a.by", "href").iter().any(|href| href.contains("signature=litellm.RateLimitError")), "{page:?}");
    assert!(!page.has("#acts a[href^='/admin/workflows/retry']"), "a data admin retries nothing");
    dai.get(&format!("/admin/workflows?user={}", numbered(1))).await.sent_to(&format!("/admin/search?q={}", numbered(1)));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let studio = studio().await;
    let rows = format!(
        "insert into platform.workflow_jobs (id, user_id, crew, state, created_at)
         select gen_random_uuid(), '{ADA}', 'storyboard', 'succeeded', now() - (n / 3) * interval '1 minute' from generate_series(1, 120) n"
    );
    studio.run(&rows).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    for sort in ["created", "-created"] {
        let mut seen = Vec::new();
        let mut address = format!("/admin/workflows?crew=storyboard&sort={sort}");
        loop {
            let page = dai.get(&address).await.must(200);
            seen.extend(page.attributes("tbody a[data-open]", "href"));
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => address = next,
                None => break,
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((all, seen.len()), (121, 121), "{sort}");
        let back = dai.get(&address).await.attributes("a[rel=prev]", "href").remove(0);
        assert_eq!(dai.get(&back).await.must(200).all("tbody tr").len(), 50);
    }
}

#[tokio::test]
async fn failures_are_counted_by_their_error_with_ways_to_them_and_to_a_retry() {
    let studio = studio().await;
    for number in 1..4 {
        studio.run(&another(number)).await;
    }
    let odd = format!(
        "insert into platform.workflow_jobs (id, user_id, crew, state, error_signature, error) values (gen_random_uuid(), '{BEN}', 'x', 'failed', $q${SCRIPT}$q$, 'x')"
    );
    studio.run(&odd).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let page = olga.get("/admin/workflows/failures").await.must(200);
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 3, "{page:?}");
    assert!(rows[0].starts_with("crew host unreachable 3"), "the most frequent first: {rows:?}");
    assert!(!page.has("main script") && page.text.contains("&#60;script&#62;") | page.text.contains("&lt;script&gt;"), "{page:?}");
    for (href, count) in page.attributes("tbody a[data-open]", "href").iter().zip([3, 1, 1]) {
        assert_eq!(olga.get(href).await.must(200).all("tbody tr").len(), count, "{href}");
    }
    let retry = page.attributes("tbody a.btn", "href").remove(0);
    assert!(olga.get(&retry).await.must(200).words().contains("error crew host unreachable"));
    assert_eq!(olga.get("/admin/workflows/failures?crew=x").await.must(200).all("tbody tr").len(), 1);
    assert!(olga.get("/admin/workflows/failures?from=2000-01-01&to=2000-01-02").await.must(200).has(".empty"));
}
