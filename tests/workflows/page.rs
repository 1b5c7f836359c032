//! One run's page.
use super::{FAILED, studio};
use crate::support::{ADA, SCRIPT};
use backlot::kernel::Role;

#[tokio::test]
async fn the_page_shows_everything_about_a_run_and_hides_what_looks_like_a_secret() {
    let studio = studio().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let page = dai.get(&format!("/admin/workflows/{FAILED}")).await.must(200);
    assert!(page.one("#error").contains("limit 450000, used 448211"), "{page:?}");
    assert!(page.attributes("#error a", "href")[0].contains("signature=litellm.RateLimitError"));
    assert!(page.one("#badges").contains("Failed") && page.one("#badges").contains("Attempt 1"));
    assert_eq!(page.all("#tasks tbody tr").len(), 2);
    assert!(page.one("#tasks").contains("Five sources.") && page.one("#tasks").contains("too many requests"));
    let facts = page.attributes("#facts a", "href");
    for href in [
        format!("/admin/users/{ADA}"),
        "/admin/projects/0192f000-0000-7000-8000-0000000000a1".into(),
        format!("/admin/audit?kind=workflow&target={FAILED}"),
    ] {
        assert!(facts.contains(&href), "{href} is not in {facts:?}");
        dai.get(&href).await.must(200);
    }
    let inputs = page.one("#inputs");
    assert!(inputs.contains("a loom") && inputs.contains("api_key (hidden)"), "{inputs}");
    assert!(!page.text.contains("sk-live"), "a secret is on the page");
    assert!(page.all("#acts .off").iter().any(|entry| entry.contains("Only these roles may retry, stop or settle workflows")), "{page:?}");
}

#[tokio::test]
async fn hostile_and_huge_rows_are_shown_within_bounds() {
    let studio = studio().await;
    let sql = format!(
        r#"insert into platform.workflow_jobs (id, user_id, crew, state, inputs, tasks, outputs, error, error_signature, external_id)
           select gen_random_uuid(), '{ADA}', $q${SCRIPT}$q$, 'failed',
             jsonb_build_object($q${SCRIPT}$q$, $q${SCRIPT}$q$, 'shots', (select jsonb_agg(jsonb_build_object('n', i, 'text', repeat('x', 500))) from generate_series(1, 3000) i)),
             (select jsonb_agg(case i % 4 when 0 then to_jsonb($q${SCRIPT}$q$::text) when 1 then 'null' when 2 then jsonb_build_object('name', $q${SCRIPT}$q$, 'started_at', 7, 'status', 'odd') else '[1]' end) from generate_series(1, 500) i),
             '"just a text"', repeat($q${SCRIPT}$q$, 3000), $q${SCRIPT}$q$, '../' || $q${SCRIPT}$q$ returning id::text"#
    );
    let run = studio.text(&sql).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(&format!("/admin/workflows/{run}")).await.must(200);
    assert!(page.text.len() < 400_000, "{} bytes", page.text.len());
    assert!(!page.has("main script") && !page.has("main img"), "markup got through");
    let more = page.attributes("#inputs .leaf a", "href").remove(0);
    let part = maya.get(&more).await.must(200);
    assert!(part.one("#inputs").contains("/shots"), "{part:?}");
    for query in ["at=/nowhere", "at=no-pointer", "at=&from=99999999", "at=/shots&from=2990"] {
        maya.get(&format!("/admin/workflows/{run}?{query}")).await.must(200);
    }
    let list = maya.get("/admin/workflows").await.must(200);
    assert!(!list.has("main script") && !list.has("main img"), "markup got through");
    maya.get("/admin/workflows/0192f000-0000-7000-8000-0000000000ff").await.must(404);
    maya.get("/admin/workflows/not-an-id").await.must(404);
}

#[tokio::test]
async fn a_chain_of_a_thousand_attempts_is_one_page() {
    let studio = studio().await;
    let chain = format!(
        "insert into platform.workflow_jobs (id, user_id, crew, state, attempt, retry_of, root_id, error, error_signature)
         select ('0192f000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, '{ADA}', 'script_writer', 'failed', n,
           case when n = 2 then '{FAILED}' else ('0192f000-0000-7000-9000-' || lpad((n - 1)::text, 12, '0'))::uuid end, '{FAILED}', 'again ' || n, 'again'
         from generate_series(2, 1000) n"
    );
    studio.run(&chain).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(&format!("/admin/workflows/{FAILED}")).await.must(200);
    assert_eq!(page.all("#attempts li").len(), 12);
    assert!(page.one("#attempts").contains("988 older ones are not shown"), "{page:?}");
}

#[tokio::test]
async fn following_a_run_does_not_keep_a_session_alive() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    studio.run("update backlot.sessions set last_seen_at = now() - interval '10 minutes'").await;
    let seen = "select (now() - max(last_seen_at) > interval '9 minutes')::text from backlot.sessions";
    maya.get(&format!("/admin/workflows/{FAILED}/live")).await.must(200);
    assert_eq!(studio.text(seen).await, "true");
    maya.get(&format!("/admin/workflows/{FAILED}")).await.must(200);
    assert_eq!(studio.text(seen).await, "false");
}

#[tokio::test]
async fn a_run_is_found_by_its_ids_and_from_the_palette() {
    let studio = studio().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    for text in [FAILED.to_string(), "gone-1-and-more".into()] {
        studio.run(&format!("update platform.workflow_jobs set external_id = 'gone-1-and-more' where id = '{FAILED}'")).await;
        maya.get(&format!("/admin/search?q={text}")).await.sent_to(&format!("/admin/workflows/{FAILED}"));
    }
    let palette = maya.get(&format!("/admin/search/palette?q=&at=/admin/workflows/{FAILED}")).await.must(200);
    assert!(palette.attributes("a.option", "href").contains(&format!("/admin/workflows/{FAILED}/retry")), "{}", palette.text);
    let project = "0192f000-0000-7000-8000-0000000000a1";
    maya.get(&format!("/admin/search?q={project}")).await.sent_to(&format!("/admin/projects/{project}"));
}
