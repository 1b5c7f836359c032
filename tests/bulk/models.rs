//! Models of many: deleted, or trained again, each once.
use super::{all, each_once, not_done, pause_midway, prepare, resume, second, start, state};
use crate::lora::stage::{Stage, act};
use crate::support::lora::model;
use crate::support::{MODEL, Studio};
use backlot::kernel::Role;
use uuid::Uuid;

const HOLD: &str = "select from platform.lora_models where id = '{row}' for update";

/// So many models in a state, oldest first.
async fn models(studio: &Studio, many: usize, (status, class): (&str, &str)) -> Vec<Uuid> {
    let mut made = Vec::new();
    for _ in 0..many {
        made.push(model(studio, status, class).await.id);
    }
    made
}

/// As if it had never been there.
async fn lose(studio: &Studio, id: Uuid) {
    studio
        .run(&format!(
            "delete from platform.training_images where lora_model_id = '{id}'; delete from platform.lora_trainings where lora_model_id = '{id}';
             delete from platform.lora_models where id = '{id}'"
        ))
        .await;
}

#[tokio::test]
async fn models_are_deleted_when_a_second_admin_agrees_and_their_files_a_week_later() {
    let studio = Studio::open().await;
    let made = models(&studio, 45, ("ready", "")).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let list = dai.get("/admin/lora?status=ready").await.must(200);
    assert_eq!(list.attributes("form.bulk a", "href"), ["/admin/bulk/new?list=lora&all=yes&filter=status%3Dready"]);
    let id = prepare(&mut dai, "lora.delete", &all("status=ready"), &[]).await;
    assert_eq!(state(&studio, id).await, "draft 45 45 0 0 0");
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    act(&mut olga, &format!("/admin/lora/{}/delete", made[44]), &[("reason", "asked to forget it")]).await.must(303);
    lose(&studio, made[43]).await;
    second(&studio, &mut dai, id, Role::SuperAdmin).await;
    pause_midway(&studio, &mut dai, (id, 20), HOLD).await;
    let deleted = "select count(*) from platform.lora_models where deleted_at is not null";
    assert_eq!(studio.number(deleted).await, 41);
    resume(&studio, &mut dai, id).await;
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "done 45 45 43 2 0");
    assert_eq!(not_done(&studio, id, "skipped").await, ["It is gone. 1", "This model is deleted. Restore it first. 1"]);
    each_once(&studio, id, ("lora.delete", "admin_lora_deleted"), 43).await;
    assert_eq!(studio.number(deleted).await, 44);
    let purges = format!(
        "select count(*) from backlot.jobs j join backlot.bulk_rows r on r.audit_id = j.cause and r.row_id::text = j.payload ->> 'model'
         where r.operation_id = '{id}' and j.name = 'lora.purge' and j.run_at > now() + interval '6 days'"
    );
    assert_eq!(studio.number(&purges).await, 43, "and files later, because of that row's entry");
    let page = dai.get(&format!("/admin/bulk/{id}/rows?state=skipped")).await.must(200);
    assert!(page.words().contains("Restore it first"), "{page:?}");
}

#[tokio::test]
async fn failed_trainings_are_tried_again_once_each_and_paid_back_once() {
    let stage = Stage::open().await;
    let studio = &stage.studio;
    let made = models(studio, 43, ("failed", "timeout")).await;
    let denied = models(studio, 1, ("failed", "moderation_denied")).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "lora.retry", &all("status=failed"), &[("refunds", "yes")]).await;
    assert_eq!(state(studio, id).await, "draft 45 45 0 0 0", "Eve's is among them");
    let mut sam = stage.support().await;
    act(&mut sam, &format!("/admin/lora/{}/retry", made[42]), &[]).await.must(303);
    start(&mut dai, id).await.must(303);
    pause_midway(studio, &mut dai, (id, 20), HOLD).await;
    resume(studio, &mut dai, id).await;
    studio.run_jobs().await;
    assert_eq!(state(studio, id).await, "done 45 45 42 3 0");
    let why = not_done(studio, id, "skipped").await;
    assert_eq!(why.len(), 3, "{why:?}");
    for (sentence, found) in
        ["Changed meanwhile: failed then, ", "The training images are gone", "The user must put something right first"].iter().zip(&why)
    {
        assert!(found.starts_with(sentence), "{why:?}");
    }
    each_once(studio, id, ("lora.retry", "admin_lora_retried"), 42).await;
    assert_eq!(studio.of_attempts(denied[0], "status").await, "failed");
    assert_eq!(studio.of_model(MODEL, "status").await, "failed");
    let attempts = "select count(*) from platform.lora_trainings where attempt > 1";
    assert_eq!((studio.number(attempts).await, studio.number("select max(attempt)::bigint from platform.lora_trainings").await), (43, 2));
    let refunds = "select count(*) from platform.credit_transactions where kind = 'refund' and amount = 150";
    let once = "select count(distinct lora_training_id) from platform.credit_transactions where kind = 'refund'";
    let paid_back = (studio.number(refunds).await, studio.number(once).await);
    assert!(
        paid_back.0 == paid_back.1 && [42, 43].contains(&paid_back.0),
        "the one that was retried by hand as the settings say: {paid_back:?}"
    );
    assert_eq!(studio.number("select count(*) from platform.lora_models where status = 'ready'").await, 43, "all of them are trained");
}
