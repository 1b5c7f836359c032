//! Rules about Backlot itself, and what it stands on.
use super::{calm, look, open, rings, set};
use crate::support::{ADA, DEAD_JOB, Studio};
use backlot::features::health::Sampler;
use backlot::gateways::mail::Refusal;
use backlot::gateways::watch::{Calls, Gateway};
use backlot::kernel::Role;
use std::time::Duration;

fn sampler(studio: &Studio, calls: &Calls) -> Sampler {
    Sampler::new(studio.app.clone(), studio.site.clone(), calls.clone(), "one".into(), None)
}

#[tokio::test]
async fn a_job_that_waits_too_long_rings() {
    let studio = calm().await;
    let fault = async || {
        studio
            .run(
                "insert into backlot.jobs (id, name, payload, max_attempts, run_at)
                 values (gen_random_uuid(), 'nobody.knows_this', '{}', 3, now() - interval '10 minutes')",
            )
            .await;
    };
    let mended =
        async || studio.run("update backlot.jobs set state = 'cancelled', finished_at = now() where name = 'nobody.knows_this'").await;
    rings(&studio, "queue_age", fault, mended).await;
}

#[tokio::test]
async fn a_dead_job_rings_until_somebody_has_looked_at_it() {
    let studio = calm().await;
    let fault = async || {
        studio
            .run(
                "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at)
                 values (gen_random_uuid(), 'users.end_sessions', '{}', 3, 'dead', 3, 'the platform was away', now())",
            )
            .await;
    };
    let mended = async || studio.run("delete from backlot.jobs where state = 'dead'").await;
    rings(&studio, "dead_jobs", fault, mended).await;
    assert_eq!(studio.number(&format!("select count(*) from backlot.jobs where id = '{DEAD_JOB}'")).await, 0);
}

#[tokio::test]
async fn a_gateway_that_fails_three_times_in_a_row_rings_until_it_answers() {
    let studio = calm().await;
    let calls = Calls::default();
    let sampler = sampler(&studio, &calls);
    let call = async |fails: bool| {
        let away = || Refusal::NotNow { why: "the mail server cannot be reached".into(), after: None };
        let _ = calls.see(Gateway::Mail, async { if fails { Err(away()) } else { Ok(()) } }).await;
        sampler.often().await;
    };
    call(true).await;
    call(true).await;
    let fault = async || call(true).await;
    rings(&studio, "gateway_down:mail", fault, async || call(false).await).await;
    assert!(
        studio.text("select summary from backlot.alerts").await.contains("3 in a row calls to Mail server failed: the mail server cannot")
    );
}

#[tokio::test]
async fn a_full_disk_and_a_large_database_ring() {
    let studio = calm().await;
    set(&studio, &[("alerts.database_gb", "2")]).await;
    let sample = async |metric: &str, value: f64| {
        studio
            .run(&format!(
                "insert into backlot.health_samples (step, metric, subject, at, value) values (1, '{metric}', '', date_trunc('minute', now()), {value})
                 on conflict (step, metric, subject, at) do update set value = excluded.value"
            ))
            .await;
    };
    rings(
        &studio,
        "disk",
        async || sample("disk_percent", 93.0).await,
        async || {
            studio.run("delete from backlot.health_samples where metric = 'disk_percent'").await;
        },
    )
    .await;
    sample("database_bytes", 3.5e9).await;
    look(&studio).await;
    assert_eq!(open(&studio).await, "database_size");
    studio.run("delete from backlot.health_samples").await;
    look(&studio).await;
    assert_eq!(open(&studio).await, "");
}

#[tokio::test]
async fn an_entry_of_the_audit_log_that_is_not_sealed_rings() {
    let studio = calm().await;
    set(&studio, &[("alerts.seal_lag_seconds", "5")]).await;
    let sealer = studio.sealer();
    sealer.seal_once().await.unwrap();
    studio.sign_in(Role::SupportAdmin).await;
    sealer.seal_once().await.unwrap();
    let fault = async || {
        studio.sign_in(Role::DataAdmin).await;
        tokio::time::sleep(Duration::from_millis(6_500)).await;
    };
    let mended = async || {
        sealer.seal_once().await.unwrap();
    };
    rings(&studio, "seal_lag", fault, mended).await;
    assert!(studio.letters.all().iter().any(|letter| letter.to == studio.staff(Role::DataAdmin).email));
}

#[tokio::test]
async fn many_refused_sign_ins_ring() {
    let studio = calm().await;
    set(&studio, &[("alerts.sign_in_attacks_per_minute", "3")]).await;
    let fault = async || {
        for _ in 0..3 {
            let mut browser = studio.browser();
            let form = browser.get("/sign-in").await.must(200).form("/sign-in");
            let form = form.with("email", studio.staff(Role::SuperAdmin).email).with("password", "a guess of somebody else's");
            browser.submit(&form).await.must(422);
        }
    };
    let mended = async || set(&studio, &[("alerts.sign_in_attacks_per_minute", "100")]).await;
    rings(&studio, "sign_in_attacks", fault, mended).await;
}

#[tokio::test]
async fn errors_of_backlot_ring_and_are_listed_by_what_they_have_in_common() {
    let studio = calm().await;
    set(&studio, &[("alerts.internal_errors_per_minute", "3")]).await;
    let sampler = sampler(&studio, &Calls::default());
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let fault = async || {
        studio.run("alter table platform.users rename to users_away").await;
        for _ in 0..3 {
            browser.get(&format!("/admin/users/{ADA}")).await.must(500);
        }
        studio.run("alter table platform.users_away rename to users").await;
        sampler.often().await;
    };
    let mended = async || studio.run("update backlot.health_samples set at = at - interval '5 minutes' where metric = 'faults'").await;
    rings(&studio, "internal_errors", fault, mended).await;
    let mut browser = studio.sign_in(Role::OperationsAdmin).await;
    let page = browser.get("/admin/health/faults").await.must(200);
    assert!(page.words().contains("GET /admin/users/…: "), "{}", page.words());
    assert_eq!(studio.number("select count from backlot.faults").await, 3);
}
