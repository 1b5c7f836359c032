//! Health: what is measured, kept and shown.
use crate::support::{ADA, Studio};
use backlot::features::health::Sampler;
use backlot::gateways::storage::StoreError;
use backlot::gateways::watch::{Calls, Gateway};
use backlot::kernel::Role;
use std::time::Duration;

/// One sample, by a worker.
async fn sample(studio: &Studio) {
    let ask = "insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'health.sample', 'null', 3)";
    studio.run(ask).await;
    studio
        .work(async || {
            let open = "select count(*) from backlot.jobs where finished_at is null and name = 'health.sample'";
            for _ in 0..500 {
                if studio.number(open).await == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("the sample does not end");
        })
        .await;
    studio.jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.jobs where name = 'health.sample' and state = 'dead'").await, 0);
}

async fn value(studio: &Studio, metric: &str) -> String {
    studio
        .text(&format!(
            "select coalesce(round(sum(value * step)::numeric, 2)::text, '') from backlot.health_samples where metric = '{metric}'"
        ))
        .await
}

/// Generations that ended so long ago.
async fn ended(studio: &Studio, count: u32, failed: u32, ago: &str) {
    studio
        .run(&format!(
            "insert into platform.generation_jobs (id, user_id, kind, quality, status, prompt, model, credits, error_class, error, started_at, finished_at)
             select gen_random_uuid(), '{ADA}', 'image', 'hq', case when n <= {failed} then 'failed' else 'done' end, 'x', 'flux', 1,
               case when n <= {failed} then 'oom' end, case when n <= {failed} then '<b>no memory</b>' end,
               now() - interval '{ago}' - interval '20 seconds', now() - interval '{ago}' from generate_series(1, {count}) n"
        ))
        .await;
}

#[tokio::test]
async fn the_first_sample_counts_eight_days_and_each_later_one_what_is_new() {
    let studio = Studio::open().await;
    ended(&studio, 8, 2, "3 minutes").await;
    ended(&studio, 40, 4, "5 days").await;
    ended(&studio, 99, 9, "20 days").await;
    sample(&studio).await;
    assert_eq!(value(&studio, "generations_ended").await, "48.00");
    assert_eq!(value(&studio, "generations_failed").await, "6.00");
    assert_eq!(value(&studio, "generations_seconds").await, "840.00");
    ended(&studio, 1, 1, "2 minutes").await;
    sample(&studio).await;
    sample(&studio).await;
    assert_eq!(value(&studio, "generations_ended").await, "49.00", "counting again counts nothing twice");
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let page = browser.get("/admin/health?span=24h").await.must(200);
    let work = page.one("#work");
    assert!(work.contains("Generations933.3 % before 10.0 %"), "{work}");
    let list = browser.get("/admin/health/generations?error=oom&span=24h").await.must(200);
    assert_eq!(list.all("tbody tr").len(), 3);
    assert!(page.one("#errors").contains("oomGeneration31"), "{}", page.one("#errors"));
}

#[tokio::test]
async fn what_no_server_counted_while_none_ran_is_counted_afterwards() {
    let studio = Studio::open().await;
    sample(&studio).await;
    studio.run("delete from backlot.health_samples; insert into backlot.health_samples values (1, 'sampled', '', date_trunc('minute', now()) - interval '3 hours', 1)").await;
    ended(&studio, 5, 0, "2 hours").await;
    sample(&studio).await;
    let minutes = "select round(sum(value)::numeric)::bigint from backlot.health_samples where step = 1 and metric = 'generations_ended'";
    assert_eq!(studio.number(minutes).await, 5);
    let quarters =
        "select round(sum(value * 15)::numeric)::bigint from backlot.health_samples where step = 15 and metric = 'generations_ended'";
    assert_eq!(studio.number(quarters).await, 5, "and rolled up");
}

#[tokio::test]
async fn minutes_become_quarter_hours_and_old_ones_are_forgotten() {
    let studio = Studio::open().await;
    sample(&studio).await;
    studio
        .run(
            "update backlot.health_samples set at = at - interval '40 minutes' where metric = 'sampled';
             insert into backlot.health_samples (step, metric, subject, at, value)
               select 1, m, '', date_bin('15 minutes', now(), timestamptz 'epoch') - make_interval(mins => 15 - n), n
               from generate_series(0, 14) n, unnest(array['jobs_due', 'requests']) m
               on conflict (step, metric, subject, at) do update set value = excluded.value;
             insert into backlot.health_samples values (1, 'jobs_due', '', now() - interval '49 hours', 1), (15, 'jobs_due', '', now() - interval '31 days', 1)",
        )
        .await;
    sample(&studio).await;
    let quarter = |metric: &str| {
        format!(
            "select round(value::numeric, 2)::text from backlot.health_samples where step = 15 and metric = '{metric}' order by at desc limit 1"
        )
    };
    assert_eq!(studio.text(&quarter("jobs_due")).await, "7.00", "the mean of a level");
    assert_eq!(studio.text(&quarter("requests")).await, "7.00", "so many a minute");
    let old = "select count(*) from backlot.health_samples where (step = 1 and at < now() - interval '48 hours') or at < now() - interval '30 days'";
    assert_eq!(studio.number(old).await, 0);
}

#[tokio::test]
async fn each_gateway_says_when_it_answered_and_when_it_did_not() {
    let studio = Studio::open().await;
    let calls = Calls::default();
    let mut sampler = Sampler::new(studio.app.clone(), studio.site.clone(), calls.clone(), "one".into(), None);
    let other = Calls::default();
    let elsewhere = Sampler::new(studio.app.clone(), studio.site.clone(), other.clone(), "two".into(), None);
    for calls in [&calls, &other] {
        let _ = calls.see(Gateway::Storage, async { Ok::<_, StoreError>(()) }).await;
        let _ = calls.see(Gateway::Storage, async { Err::<(), _>(StoreError::Missing) }).await;
        let _ = calls.see(Gateway::Storage, async { Err::<(), _>(StoreError::Away("the line broke".into())) }).await;
    }
    sampler.often().await;
    elsewhere.often().await;
    sampler.often().await;
    sampler.seldom().await;
    let row = "select concat_ws(' ', failures, last_error, failing_since is not null, last_ok_at is not null) from backlot.gateway_states where gateway = 'storage'";
    assert_eq!(
        studio.text(row).await,
        "1 the object store does not answer: the line broke t t",
        "the second server was answered before it failed"
    );
    assert_eq!(value(&studio, "gateway_calls").await, "6.00");
    assert_eq!(value(&studio, "gateway_failed").await, "2.00");
    assert_ne!(value(&studio, "requests").await, "");
    let mut browser = studio.sign_in(Role::BillingAdmin).await;
    let page = browser.get("/admin/health").await.must(200);
    let gateways = page.one("#gateways");
    assert!(gateways.contains("Object storethe object store does not answer: the line brokeFailing"), "{gateways}");
    assert!(gateways.contains("33.3 %") && gateways.contains("Payments (Finby)never called"), "{gateways}");
}

#[tokio::test]
async fn the_page_says_that_nobody_measures_and_then_that_all_is_well() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    let page = browser.get("/admin/health").await.must(200);
    assert!(page.one(".verdict h2").starts_with("Nobody knows"), "{page:?}");
    sample(&studio).await;
    studio.run("insert into backlot.instances (id, name, program) values (gen_random_uuid(), 'one <b>', '0.1.0')").await;
    let page = browser.get("/admin/health").await.must(200);
    assert_eq!(page.one(".verdict h2"), "All is well.");
    assert!(page.one("#servers").contains("one <b>0.1.03 behind"), "{}", page.one("#servers"));
    assert!(page.one("#database").contains(" of ") && page.one("#database").contains("not known from here"), "{}", page.one("#database"));
    assert!(page.has("figure.chart svg[role='img']") && page.has("figure.chart .vh table caption"));
    for span in ["1h", "24h", "7d"] {
        browser.get(&format!("/admin/health/live?span={span}")).await.must(200);
    }
    let seen = studio.text("select max(last_seen_at)::text from backlot.sessions").await;
    studio.run("update backlot.sessions set last_seen_at = now() - interval '20 minutes'").await;
    let before = studio.text("select max(last_seen_at)::text from backlot.sessions").await;
    assert_ne!(seen, before);
    browser.get("/admin/health/live?span=1h").await.must(200);
    assert_eq!(
        studio.text("select max(last_seen_at)::text from backlot.sessions").await,
        before,
        "asking by itself keeps no session alive"
    );
}
