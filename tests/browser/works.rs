//! What users work on, as pages: runs of crews and projects; a failed run that is started again and followed to its end.
use super::browser::Browser;
use super::visit::{Look, visit};
use std::time::{Duration, Instant};

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 17] = [
    ("/admin/workflows", "/admin/workflows"),
    ("/admin/workflows", "/admin/workflows?crew=nobody"),
    ("/admin/workflows/failures", "/admin/workflows/failures"),
    ("/admin/workflows/retry", "/admin/workflows/retry?state=failed"),
    ("/admin/workflows/{id}", "/admin/workflows/{run:failed}"),
    ("/admin/workflows/{id}", "/admin/workflows/{run at host:odd-5%}"),
    ("/admin/workflows/{id}", "/admin/workflows/{run:awaiting_human}"),
    ("/admin/workflows/{id}", "/admin/workflows/{attempt:1000}"),
    ("/admin/workflows/{id}/live", "/admin/workflows/{run:succeeded}/live"),
    ("/admin/workflows/{id}/retry", "/admin/workflows/{attempt:1000}/retry"),
    ("/admin/workflows/{id}/stop", "/admin/workflows/{run:awaiting_human}/stop"),
    ("/admin/workflows/{id}/settle", "/admin/workflows/{run:unknown}/settle"),
    ("/admin/projects/{id}", "/admin/projects/{longest:0}"),
    ("/admin/projects/{id}", "/admin/projects/{most changed:0}"),
    ("/admin/projects/{id}/raw", "/admin/projects/{longest:0}/raw"),
    ("/admin/projects/{id}/state.json", "/admin/projects/{longest:0}/state.json"),
    ("/admin/projects/{id}/states/{version}", "/admin/projects/{most changed:0}/states/2"),
];

/// The id that is meant, if it is one of these.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let (what, given) = name.split_once(':')?;
    let text = match what {
        "run" => "select id::text from platform.workflow_jobs where state = $1 order by length(crew) desc, created_at, id limit 1",
        "run at host" => "select id::text from platform.workflow_jobs where external_id like $1 limit 1",
        "attempt" => "select id::text from platform.workflow_jobs where attempt = $1::int limit 1",
        "longest" => "select project_id::text from platform.project_states order by state_bytes desc offset $1::int limit 1",
        "most changed" => "select project_id::text from platform.project_states order by version desc, project_id offset $1::int limit 1",
        _ => return None,
    };
    Some(sqlx::query_scalar(text).bind(given).fetch_one(&mut browser.studio.database().await).await.unwrap())
}

/// A failed run that nobody has started again, of a crew that does well.
const BROKEN: &str = "select id::text from platform.workflow_jobs w where state = 'failed' and crew = 'script_writer' and attempt = 1
    and not exists (select from platform.workflow_jobs l where l.retry_of = w.id) order by id desc limit 1";

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_failed_run_is_started_again_from_its_page_and_reaches_its_end_without_a_reload() {
    visit(Look::Desktop, async |browser| {
        let run: String = sqlx::query_scalar(BROKEN).fetch_one(&mut browser.studio.database().await).await.unwrap();
        browser.come_in("Support admin").await?;
        browser.open(&format!("/admin/workflows/{run}")).await?;
        browser.says("#badges", "Failed").await?;
        browser.press("Actions").await?;
        browser.click("#actions a[href$='/retry']").await?;
        browser.fill("#reason", "the limit was raised").await?;
        browser.press("Show what will happen").await?;
        browser.says(".counts", "of 5 at most").await?;
        browser.press("Start attempt 2").await?;
        browser.says(".flash", "Attempt 2 is on its way.").await?;
        // Whoever reloads loses this.
        browser.run("window.sameDocument = true", vec![]).await?;
        let since = Instant::now();
        while !browser.text("#badges").await?.contains("Succeeded") {
            assert!(since.elapsed() < Duration::from_secs(40), "{}", browser.text("#run").await?);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        browser.says("#timeline", "Succeeded: the crew said “completed”.").await?;
        browser.says("#outputs", "made in the sandbox").await?;
        browser.says(".flash", "Attempt 2 is on its way.").await?;
        let kept =
            browser.run("return window.sameDocument === true && !document.querySelector('#run').hasAttribute('hx-get')", vec![]).await?;
        assert_eq!(kept, true, "the page was not reloaded, and asks no more");
        browser.press("Actions").await?;
        browser.says("#actions", "It succeeded.").await
    })
    .await;
}
