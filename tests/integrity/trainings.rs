//! Pictures, trainings and logs that belong to nothing; numbers of trainings; work that is stuck.
use super::{Case, Fix, PLANTED};
use crate::support::{ADA, MODEL};

const RUNNING: &str = "0192f000-0000-7000-8000-0000000000a4";

/// Eve's model was trained once, and failed.
fn trained() -> String {
    format!(
        "insert into platform.lora_trainings (id, lora_model_id, attempt, status, credits_charged, log_lines, cost_minor) values ('{PLANTED}', '{MODEL}', 1, 'failed', 150, 2, 40);
         update platform.lora_models set cost_minor = 40 where id = '{MODEL}';
         insert into platform.training_logs (lora_training_id, line_no, at, level, message) select '{PLANTED}', n, now(), 'info', 'x' from generate_series(1, 2) n"
    )
}

#[tokio::test]
async fn images_without_a_model_are_removed() {
    let plant = format!(
        "insert into platform.training_images (id, lora_model_id, file_location, width, height) values ('{PLANTED}', '{PLANTED}', 'training/lost.png', 1, 1),
           ('0192f000-0000-7000-8000-0000000000f2', '{PLANTED}', 'training/lost-too.png', 1, 1)"
    );
    Case { found: 2, ..Case::new("images-without-model", plant, "training/lost-too.png", Fix::Restores) }.holds().await;
}

#[tokio::test]
async fn trainings_without_a_model_are_removed_with_their_logs() {
    let plant = format!(
        "alter table platform.lora_trainings drop constraint lora_trainings_lora_model_id_fkey;
         insert into platform.lora_trainings (id, lora_model_id, attempt, status) values ('{PLANTED}', '{PLANTED}', 3, 'failed');
         insert into platform.training_logs (lora_training_id, line_no, at, level, message) values ('{PLANTED}', 1, now(), 'info', 'x')"
    );
    Case::new("trainings-without-model", plant, "Attempt 3", Fix::Restores).holds().await;
}

#[tokio::test]
async fn logs_without_a_training_are_removed() {
    let plant = "alter table platform.training_logs drop constraint training_logs_lora_training_id_fkey;
         insert into platform.training_logs (lora_training_id, line_no, at, level, message)
           select '0192f000-0000-7000-8000-0000000000f9', n, now(), 'info', 'x' from generate_series(1, 5000) n"
        .to_owned();
    // More lines than one slice holds: it is found once.
    Case::new("logs-without-training", plant, "of training 0192f000-0000-7000-8000-0000000000f9", Fix::Restores)
        .after(trained())
        .holds()
        .await;
}

#[tokio::test]
async fn wrong_counts_of_log_lines_are_written_anew() {
    let plant = format!("update platform.lora_trainings set log_lines = 7 where id = '{PLANTED}'");
    Case::new("log-lines-differ", plant, "says 7, has 2", Fix::Restores).after(trained()).holds().await;
}

#[tokio::test]
async fn refunds_of_trainings_are_written_anew() {
    let plant = format!("update platform.lora_trainings set credits_refunded = 150 where id = '{PLANTED}'");
    Case::new("training-refunds-differ", plant, "says 150 credits back, the ledger 0", Fix::Restores).after(trained()).holds().await;
}

#[tokio::test]
async fn costs_of_models_are_written_anew() {
    let plant = format!("update platform.lora_models set cost_minor = 500 where id = '{MODEL}'");
    let left = format!("select concat_ws(' ', cost_minor, version) from platform.lora_models where id = '{MODEL}'");
    Case::new("model-costs-differ", plant, "says EUR 5.00, its attempts EUR 0.40", Fix::Leaves(left, "40 2"))
        .after(trained())
        .holds()
        .await;
}

#[tokio::test]
async fn stuck_generations_are_given_up_and_given_back() {
    let plant = format!(
        "update platform.generation_jobs set created_at = now() - interval '2 days' where id = '{RUNNING}';
         insert into platform.credit_transactions (id, user_id, kind, amount, generation_job_id) values ('{PLANTED}', '{ADA}', 'spend', -4, '{RUNNING}')"
    );
    let left = format!(
        "select concat_ws(' ', g.status, g.error_class, g.finished_at is not null, (select sum(amount) from platform.credit_transactions where user_id = '{ADA}'),
           (select count(*) from platform.generation_jobs where status = 'failed')) from platform.generation_jobs g where id = '{RUNNING}'"
    );
    Case::new("stuck-generations", plant, "running since", Fix::Leaves(left, "failed timeout t 0 2")).holds().await;
}

#[tokio::test]
async fn stuck_workflows_are_found() {
    let plant =
        "update platform.workflow_jobs set created_at = now() - interval '2 days' where id = '0192f000-0000-7000-8000-0000000000a6'";
    Case::new("stuck-workflows", plant.into(), "storyboard", Fix::ByHand).holds().await;
}

#[tokio::test]
async fn stuck_trainings_are_found() {
    let setup = format!(
        "insert into platform.lora_trainings (id, lora_model_id, attempt, status, moved_at) values ('{PLANTED}', '{MODEL}', 1, 'running', now())"
    );
    let plant = format!("update platform.lora_trainings set moved_at = now() - interval '7 hours' where id = '{PLANTED}'");
    Case::new("stuck-trainings", plant, "attempt 1 running, last moved", Fix::ByHand).after(setup).holds().await;
}
