//! The queue as pages: what died of what, with every number a list; and what admins do with jobs and schedules.
use crate::support::Studio;
use backlot::kernel::Role;

/// Dead jobs: so many of a name and error, so long ago.
async fn dead(studio: &Studio, name: &str, error: &str, count: u32, ago: &str) {
    studio
        .run(&format!(
            "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at, created_at)
             select gen_random_uuid(), '{name}', '{{}}', 3, 'dead', 3, '{error}', now() - interval '{ago}', now() - interval '{ago}' from generate_series(1, {count})"
        ))
        .await;
}

#[tokio::test]
async fn every_number_of_what_died_is_a_link_to_exactly_those_jobs() {
    let studio = Studio::open().await;
    studio.run("delete from backlot.jobs").await;
    dead(&studio, "lora.submit", "the host answered 503 after 12 s", 2, "10 minutes").await;
    dead(&studio, "lora.submit", "the host answered 502 after 7 s", 3, "5 hours").await;
    dead(&studio, "lora.submit", "no such model", 4, "3 days").await;
    dead(&studio, "mail.send", "the mail server cannot be reached", 1, "20 days").await;
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let page = browser.get("/admin/jobs").await.must(200);
    let numbers: Vec<_> = page.all("#troubles td.num a");
    assert_eq!(numbers, ["2", "5", "5", "5", "0", "0", "4", "4", "0", "0", "0", "1"]);
    for (number, href) in numbers.iter().zip(page.attributes("#troubles td.num a", "href")) {
        let list = browser.get(&href).await.must(200);
        assert_eq!(list.one("#total"), *number, "{href}");
        assert_eq!(list.all("#list tbody tr").len().to_string(), *number, "{href}");
    }
    for (number, href) in page.all("#queues td.num a").iter().zip(page.attributes("#queues td.num a", "href")) {
        assert_eq!(browser.get(&href).await.must(200).one("#total"), *number, "{href}");
    }
    // Who reads the rest of it: page by page.
    dead(&studio, "lora.submit", "again", 120, "1 minute").await;
    let mut seen = 0;
    let mut next = Some("/admin/jobs?state=dead&name=lora.submit&signature=again".to_owned());
    while let Some(href) = next {
        let page = browser.get(&href).await.must(200);
        seen += page.all("#list tbody tr").len();
        next = page.attributes("a[rel=next]", "href").first().cloned();
    }
    assert_eq!(seen, 120);
    browser.get("/admin/jobs?signature=%00").await.must(400);
}

#[tokio::test]
async fn a_dead_job_is_discarded_after_its_effect_was_shown() {
    let studio = Studio::open().await;
    dead(&studio, "lora.submit", "no such model", 1, "1 hour").await;
    let id = studio.text("select id::text from backlot.jobs where name = 'lora.submit'").await;
    let path = format!("/admin/jobs/{id}/discard");
    let mut support = studio.sign_in(Role::SupportAdmin).await;
    support.get(&path).await.must(403);
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let form = browser.get(&path).await.must(200).form(&path);
    browser.submit(&form).await.must(422);
    let shown = browser.submit(&form.with("reason", "the model is deleted")).await.must(200);
    assert!(shown.words().contains("dead job is not tried again"), "{}", shown.words());
    browser.submit(&shown.form(&path)).await.sent_to("/admin/jobs");
    assert_eq!(studio.text(&format!("select state from backlot.jobs where id = '{id}'")).await, "cancelled");
    let entry = studio.entries("jobs.discard", "done").await.remove(0);
    assert_eq!((entry.reason.as_deref(), entry.change("state").1), (Some("the model is deleted"), "cancelled".into()));
    studio.jobs().await;
}

#[tokio::test]
async fn a_schedule_is_paused_resumed_and_run_at_once() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.job_schedules (name, cron, time_zone, next_at)
             values ('lora.purge_due', '17 3 * * *', 'UTC', now() + interval '20 hours') on conflict (name) do update set next_at = excluded.next_at",
        )
        .await;
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let press = async |browser: &mut crate::support::Browser, verb: &str| {
        let path = format!("/admin/jobs/schedules/lora.purge_due/{verb}");
        let form = browser.get("/admin/jobs").await.must(200).form(&path);
        browser.submit(&form).await.sent_to("/admin/jobs#schedules");
    };
    press(&mut browser, "pause").await;
    let page = browser.get("/admin/jobs").await.must(200);
    assert!(page.one("#schedules").contains("Paused"), "{}", page.one("#schedules"));
    press(&mut browser, "resume").await;
    press(&mut browser, "run").await;
    let ran = "select count(*) from backlot.jobs where name = 'lora.purge_due' and state = 'done'";
    studio
        .work(async || {
            for _ in 0..300 {
                if studio.number(ran).await == 1 {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            panic!("it did not run");
        })
        .await;
    assert_eq!(studio.number("select count(*) from backlot.job_schedules where name = 'lora.purge_due' and next_at > now()").await, 1);
    for action in ["jobs.pause_schedule", "jobs.resume_schedule", "jobs.run_schedule"] {
        let entry = studio.entries(action, "done").await.remove(0);
        assert_eq!(entry.target_id.as_deref(), Some("lora.purge_due"), "{action}");
    }
    studio.jobs().await;
}
