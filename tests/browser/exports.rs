//! Exports, as pages; and a filtered list that is exported and saved, seen to be made without a reload.
use super::browser::Browser;
use super::visit::{Look, visit};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A route, and an address of it; what stands in braces is found by [`find`].
pub const PAGES: [(&str, &str); 17] = [
    ("/admin/exports", "/admin/exports"),
    ("/admin/exports", "/admin/exports?whose=all"),
    ("/admin/exports", "/admin/exports?state=cancelled&dataset=payments"),
    ("/admin/exports/live", "/admin/exports/live"),
    ("/admin/exports/new", "/admin/exports/new"),
    ("/admin/exports/new", "/admin/exports/new?dataset=users&filter=tier%3Dpro%26status%3Dactive"),
    ("/admin/exports/new", "/admin/exports/new?dataset=audit_log"),
    ("/admin/exports/new", "/admin/exports/new?dataset=user_data"),
    ("/admin/exports/schedules", "/admin/exports/schedules"),
    ("/admin/exports/schedules/new", "/admin/exports/schedules/new?dataset=payments"),
    ("/admin/exports/schedules/{id}/delete", "/admin/exports/schedules/{schedule:active}/delete"),
    ("/admin/exports/{id}", "/admin/exports/{export:ready}"),
    ("/admin/exports/{id}", "/admin/exports/{export:running}"),
    ("/admin/exports/{id}", "/admin/exports/{export:failed}"),
    ("/admin/exports/{id}", "/admin/exports/{export:expired}"),
    ("/admin/exports/{id}", "/admin/exports/{export:cancelled}"),
    ("/admin/exports/{id}/live", "/admin/exports/{export:ready}/live"),
];

/// The id that is meant, if it is one of these.
pub async fn find(browser: &Browser, name: &str) -> Option<String> {
    let (what, state) = name.split_once(':')?;
    let text = match what {
        "export" => "select id::text from backlot.exports where state = $1 limit 1",
        "schedule" => "select id::text from backlot.export_schedules where state = $1 limit 1",
        _ => return None,
    };
    Some(sqlx::query_scalar(text).bind(state).fetch_one(&mut browser.studio.database().await).await.unwrap())
}

/// Exports of the super admin in every state, and schedules.
pub async fn fill(browser: &Browser) {
    let text = r#"
      with maya as (select id from backlot.admins where email = 'maya@backlot.example'),
      planned as (
        insert into backlot.export_schedules (id, dataset, columns, format, label, every, cron, time_zone, keep_hours, by_mail, reason, owner_id, state,
          why_paused, next_at, last_at)
        select gen_random_uuid(), 'payments', '{id,amount}', 'xlsx', 'Payments: all', 'month', '30 6 L * *', 'Europe/Berlin', 720, true, 'the books', maya.id,
          s.state, s.why, s.next, now() - interval '20 days'
        from maya, (values ('active', null, now() + interval '3 days'), ('paused', 'Its owner may not export this any more.', null)) as s (state, why, next)
        returning id, state)
      insert into backlot.exports (id, dataset, filter, columns, format, gzip, label, time_zone, reason, ticket, owner_id, job_id, schedule_id, state, attempt,
        rows_expected, rows_done, bytes_done, snapshot_at, started_at, seen_at, finished_at, object_key, file_name, file_bytes, file_rows, sha256, error)
      select gen_random_uuid(), 'users', 'tier=pro&status=active', '{id,email,name}', 'csv', true, 'Users: status Active, tier Pro', 'UTC',
        'For the auditors, who asked for everybody that is on a plan which they pay for', 'OPS-4711', maya.id, gen_random_uuid(),
        case when s.state = 'expired' then (select id from planned where state = 'active') end, s.state, 1,
        1000000, case when s.state in ('ready', 'expired') then 1000000 else 412345 end, 61234567, now() - interval '9 seconds', now() - interval '9 seconds',
        now(), case when s.state = 'running' then null else now() end, f.key, f.name, f.bytes, f.rows, f.sha, s.error
      from maya, (values ('ready', null), ('expired', null), ('running', null), ('cancelled', null),
          ('failed', 'The disk is full: there is no room for this file. Nothing of it was kept.')) as s (state, error)
      left join (values ('exports/x/1', 'backlot-users-2026-01-22-1403.csv.gz', 61234567::bigint, 1000000::bigint, sha256('x'))) as f (key, name, bytes, rows, sha)
        on s.state in ('ready', 'expired')"#;
    sqlx::query(text).execute(&mut browser.studio.database().await).await.unwrap();
    // The one that runs has a job, or it would be given up within a minute.
    let job = "insert into backlot.jobs (id, name, payload, max_attempts, run_at)
        select job_id, 'exports.make', '{}', 1, now() + interval '1 day' from backlot.exports where state = 'running'";
    sqlx::query(job).execute(&mut browser.studio.database().await).await.unwrap();
}

/// Where the browser saves files.
struct Downloads(PathBuf);

impl Downloads {
    async fn of(browser: &Browser) -> Self {
        let place = PathBuf::from(format!("/var/tmp/{}-downloads", browser.agent.replace([' ', '/'], "-")));
        std::fs::create_dir_all(&place).unwrap();
        let allowed = json!({ "behavior": "allow", "downloadPath": place, "eventsEnabled": false });
        browser.driver.cdp().send_raw("Browser.setDownloadBehavior", allowed).await.unwrap();
        Self(place)
    }

    /// The file that ends so, as soon as it is whole.
    async fn file(&self, end: &str) -> Vec<u8> {
        let since = Instant::now();
        loop {
            let names = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
            if let Some(path) = names.into_iter().find(|path| path.to_string_lossy().ends_with(end)) {
                return std::fs::read(path).unwrap();
            }
            assert!(since.elapsed() < Duration::from_secs(15), "nothing was saved");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn a_filtered_list_is_exported_and_saved() {
    visit(Look::Desktop, async |browser| {
        let downloads = Downloads::of(&browser).await;
        browser.come_in("Data admin").await?;
        browser.open("/admin/users").await?;
        browser.click("#filters select[name=tier] option[value=pro]").await?;
        browser.says("#list .chips", "Tier: Pro").await?;
        browser.press("Export this list").await?;
        browser.says("#what", "Tier: Pro").await?;
        browser.fill("#reason", "The auditors asked for it").await?;
        browser.run("window.sameDocument = true", vec![]).await?;
        browser.click("main form button.primary").await?;
        browser.says("h1", "Users: tier Pro").await?;
        browser.run("window.sameDocument = true", vec![]).await?;
        browser.says("#badges", "Ready").await?;
        browser.says("#file", "SHA-256").await?;
        let kept =
            browser.run("return window.sameDocument === true && !document.querySelector('#live').hasAttribute('hx-get')", vec![]).await?;
        assert_eq!(kept, true, "the page was not reloaded, and asks no more");
        browser.click("#acts a.primary").await?;
        let csv = String::from_utf8(downloads.file(".csv").await).unwrap();
        let pros: i64 = sqlx::query_scalar("select count(*) from platform.users where tier = 'pro'")
            .fetch_one(&mut browser.studio.database().await)
            .await
            .unwrap();
        assert!(csv.starts_with("id,email,name,status,"), "{csv}");
        assert!(csv.matches(",pro,").count() as i64 >= pros && pros > 0, "{pros} users on pro, and\n{csv}");
        browser.open("/admin/exports").await?;
        browser.says("tbody", "Users: tier Pro").await
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn an_export_is_asked_for_and_made_without_scripts() {
    visit(Look::WithoutScripts, async |browser| {
        browser.come_in("Billing admin").await?;
        browser.open("/admin/exports/new?dataset=payments").await?;
        browser.fill("#reason", "The month is over").await?;
        browser.click("main form button.primary").await?;
        browser.says("h1", "Payments: all").await?;
        let (path, since) = (browser.path().await?, Instant::now());
        while !browser.text("#badges").await?.contains("Ready") {
            assert!(since.elapsed() < Duration::from_secs(20), "{}", browser.text("#live").await?);
            browser.open(&path).await?;
        }
        browser.says("#acts", "Download").await
    })
    .await;
}
