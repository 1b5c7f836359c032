//! Many at once: one attempt, one end.
use super::stage::Stage;
use crate::support::lora::model;
use crate::support::{Filled, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_retries_at_once_one_begins_an_attempt() {
    let studio = Studio::open().await;
    let made = model(&studio, "failed", "timeout").await;
    let path = format!("/admin/lora/{}/retry", made.id);
    let mut browsers: Vec<(_, Filled)> = Vec::new();
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    // Sixteen windows, each with the effect shown and a form of its own.
    for _ in 0..16 {
        let asked = sam.get(&path).await.must(200).form(&path);
        let form = sam.submit(&asked).await.must(200).form(&path);
        browsers.push((sam.clone(), form));
    }
    let mut sent = JoinSet::new();
    for (mut browser, form) in browsers {
        sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [[303].as_slice(), &[409; 15]].concat());
    assert_eq!(studio.of_attempts(made.id, "attempt").await, "1 2");
    assert_eq!(studio.entries("lora.retry", "done").await.len(), 1);
    let refunds = "select count(*) from platform.credit_transactions where lora_training_id is not null";
    assert_eq!(studio.number(refunds).await, 1, "the credits went back once");
    assert_eq!(studio.jobs().await.iter().filter(|job| *job == "lora.submit").count(), 1);
}

#[tokio::test]
async fn the_database_itself_allows_one_active_attempt_and_one_refund() {
    let studio = Studio::open().await;
    let made = model(&studio, "pending", "").await;
    let second = format!(
        "insert into platform.lora_trainings (id, lora_model_id, attempt, status) values ('{}', '{}', 2, 'running')",
        Uuid::now_v7(),
        made.id
    );
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(second)).execute(&studio.root).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("lora_trainings_active_key"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_looks_at_once_keep_each_line_of_the_log_once_and_end_it_once() {
    let stage = Stage::open().await;
    let made = model(&stage.studio, "failed", "timeout").await;
    super::stage::retry(&mut stage.support().await, made.id, &[]).await.must(303);
    let training = stage
        .studio
        .text(&format!("select id::text from platform.lora_trainings where lora_model_id = '{}' and attempt = 2", made.id))
        .await;
    for after in 0..24 {
        let look = format!(
            "insert into backlot.jobs (id, name, payload, max_attempts, run_at) values (gen_random_uuid(), 'lora.look', '{{\"training\": \"{training}\"}}', 5,
               now() + {after} * interval '100 milliseconds')"
        );
        stage.studio.run(&look).await;
    }
    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "ready");
    let lines = format!("select count(*) from platform.training_logs where lora_training_id = '{training}'");
    assert_eq!(stage.studio.number(&lines).await, 17, "six of preparation, ten tenths, and the end");
    assert_eq!(stage.studio.of_attempts(made.id, "log_lines").await, "0 17");
    assert_eq!(stage.service.begun(), 1);
}
