//! Rules about the platform's work: trainings, runs, generations, payments; and whom it hurts.
use super::{calm, look, open, rings};
use crate::support::{ADA, BEN, Studio};
use backlot::kernel::Role;

/// So many of each that ended just now; of them so many failed, for Ada.
async fn trainings(studio: &Studio, ended: u32, failed: u32) {
    studio
        .run(&format!(
            "with m as (insert into platform.lora_models (id, user_id, name, base_model, trigger_word, status)
               select gen_random_uuid(), '{ADA}', 'm' || n, 'flux', 't' || n, 'ready' from generate_series(1, {ended}) n returning id)
             insert into platform.lora_trainings (id, lora_model_id, attempt, status, started_at, finished_at)
               select gen_random_uuid(), id, 1, case when row_number() over () <= {failed} then 'failed' else 'succeeded' end,
                 now() - interval '10 minutes', now() from m"
        ))
        .await;
}

async fn generations(studio: &Studio, ended: u32, failed: u32) {
    studio
        .run(&format!(
            "insert into platform.generation_jobs (id, user_id, kind, quality, status, prompt, model, credits, error_class, started_at, finished_at)
             select gen_random_uuid(), '{BEN}', 'image', 'hq', case when n <= {failed} then 'failed' else 'done' end, 'x', 'flux', 1,
               case when n <= {failed} then 'oom' end, now() - interval '1 minute', now() from generate_series(1, {ended}) n"
        ))
        .await;
}

#[tokio::test]
async fn more_failed_trainings_than_allowed_ring_and_name_whom_they_hurt() {
    let studio = calm().await;
    let mended = async || studio.run("update platform.lora_trainings set finished_at = now() - interval '2 hours'").await;
    rings(&studio, "failed_trainings", async || trainings(&studio, 12, 3).await, mended).await;
    let alert = studio.text("select id::text from backlot.alerts").await;
    assert_eq!(studio.number("select people::bigint from backlot.alerts").await, 1);
    let to: Vec<_> = studio.letters.all().into_iter().map(|letter| letter.to).collect();
    assert!(to.contains(&studio.staff(Role::SupportAdmin).email.to_owned()), "{to:?}");
    assert!(!to.contains(&studio.staff(Role::BillingAdmin).email.to_owned()), "{to:?}");
    let mut browser = studio.sign_in(Role::SupportAdmin).await;
    let page = browser.get(&format!("/admin/alerts/{alert}")).await.must(200);
    assert!(page.words().contains("Failed trainings: 25.0 % 3 of 12 in the last hour"), "{}", page.words());
    assert!(page.words().contains("It cleared"), "{}", page.words());
    assert!(page.has(&format!("a[href='/admin/users/{ADA}']")));
    let people = browser.get(&format!("/admin/alerts/{alert}/people")).await.must(200);
    assert!(people.words().contains("ada@users.example"));
    let form = browser.get(&format!("/admin/notifications/new?alert={alert}")).await.must(200).form("/admin/notifications/new");
    assert_eq!(form.value("people"), ADA.to_string());
}

#[tokio::test]
async fn few_that_ended_are_no_rate() {
    let studio = calm().await;
    super::set(&studio, &[("alerts.error_spike", "100")]).await;
    trainings(&studio, 9, 9).await;
    generations(&studio, 9, 9).await;
    look(&studio).await;
    assert_eq!(open(&studio).await, "");
}

#[tokio::test]
async fn more_failed_runs_than_allowed_ring() {
    let studio = calm().await;
    let fault = async || {
        studio
            .run(&format!(
                "insert into platform.workflow_jobs (id, user_id, crew, state, finished_at)
                 select gen_random_uuid(), '{ADA}', 'storyboard', case when n <= 4 then 'failed' else 'succeeded' end, now() from generate_series(1, 12) n"
            ))
            .await;
    };
    let mended = async || {
        studio.run("update platform.workflow_jobs set finished_at = now() - interval '2 hours' where finished_at is not null").await
    };
    rings(&studio, "failed_workflows", fault, mended).await;
}

#[tokio::test]
async fn more_failed_generations_than_allowed_ring_and_so_does_the_spike() {
    let studio = calm().await;
    super::set(&studio, &[("alerts.error_spike", "100")]).await;
    let mended = async || studio.run("update platform.generation_jobs set finished_at = now() - interval '2 hours'").await;
    rings(&studio, "failed_generations", async || generations(&studio, 60, 12).await, mended).await;
}

#[tokio::test]
async fn more_failures_than_at_this_time_of_other_days_ring() {
    let studio = calm().await;
    // Two in each quarter of an hour are usual: fifteen are 7.5 times that, and few of all that ended.
    studio
        .run(
            "insert into backlot.health_samples (step, metric, subject, at, value)
             select 15, 'generations_failed', '', date_bin('15 minutes', now() - make_interval(days => d), timestamptz 'epoch'), 2.0 / 15
             from generate_series(1, 7) d",
        )
        .await;
    let mended = async || studio.run("update platform.generation_jobs set finished_at = now() - interval '20 minutes'").await;
    rings(&studio, "error_spike", async || generations(&studio, 400, 15).await, mended).await;
    assert!(
        studio.text("select summary from backlot.alerts").await.contains("7.5 × 15 failures in a quarter of an hour, where 2.0 are usual")
    );
}

#[tokio::test]
async fn more_failed_payments_than_allowed_ring_at_billing_only() {
    let studio = calm().await;
    let fault = async || {
        studio
            .run(&format!(
                "insert into platform.payments (id, user_id, status, amount_minor, settled_at)
                 select gen_random_uuid(), '{BEN}', case when n <= 2 then 'failed' else 'paid' end, 900, now() from generate_series(1, 20) n"
            ))
            .await;
    };
    let mended = async || studio.run("update platform.payments set settled_at = now() - interval '2 hours'").await;
    rings(&studio, "failed_payments", fault, mended).await;
    let to: Vec<_> = studio.letters.all().into_iter().map(|letter| letter.to).collect();
    assert!(to.contains(&studio.staff(Role::BillingAdmin).email.to_owned()), "{to:?}");
    assert!(!to.contains(&studio.staff(Role::OperationsAdmin).email.to_owned()), "{to:?}");
}
