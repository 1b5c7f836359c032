//! Retrying: another attempt, whose parameters are frozen, and the failed one's credits.
use super::stage::{Stage, retry};
use crate::support::lora::model;
use crate::support::{BEN, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn a_retry_trains_again_and_the_model_is_ready() {
    let stage = Stage::open().await;
    let made = model(&stage.studio, "failed", "timeout").await;
    let mut sam = stage.support().await;
    let answer = retry(&mut sam, made.id, &[("ticket", "T-7")]).await.sent_to(&format!("/admin/lora/{}", made.id));
    assert_eq!(stage.studio.of_model(made.id, "status").await, "pending");
    let entry = stage.studio.audit_of(answer.request_id()).await.remove(0);
    assert_eq!((entry.action.as_str(), entry.ticket.as_deref()), ("lora.retry", Some("T-7")));
    let event = stage.studio.events().await.into_iter().find(|event| event.audit_id == entry.id).unwrap();
    assert_eq!((event.name.as_str(), &event.properties["model_id"]), ("admin_lora_retried", &serde_json::json!(made.id)));

    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "ready");
    assert_eq!(stage.studio.of_model(made.id, "progress").await, "100");
    assert_eq!(stage.studio.of_attempts(made.id, "status").await, "failed succeeded");
    let file = stage.studio.of_model(made.id, "file_location").await;
    assert_eq!(stage.bucket.keys(), [file.as_str()], "the trainer left its weights where it was told to");
    let size = stage.studio.of_model(made.id, "file_bytes").await;
    assert!(size.parse::<i64>().unwrap() > 1_000, "{size}");
    let page = sam.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(page.one("#log").contains("saved adapter_model.safetensors"), "{page:?}");
    let header = sam.get(&format!("/admin/lora/{}/file", made.id)).await.must(200);
    for word in ["Rank64", "black-forest-labs/FLUX.1-dev", "adamw8bit", "portrait 3", "F16"] {
        assert!(header.words().contains(word), "{word}: {header:?}");
    }
}

#[tokio::test]
async fn changed_parameters_are_shown_as_they_differ_and_frozen_with_the_attempt() {
    let stage = Stage::open().await;
    let made = model(&stage.studio, "failed", "oom").await;
    let mut sam = stage.support().await;
    let path = format!("/admin/lora/{}/retry", made.id);
    let asked = sam.get(&path).await.must(200);
    assert!(asked.one("main").contains("lower rank"), "it says what usually helps: {asked:?}");
    let form = asked.form(&path).with("rank", "16").with("learning_rate", "1e-4");
    let shown = sam.submit(&form).await.must(200);
    let differs = shown.all(".diff > div").join(" | ");
    assert!(differs.contains("Rank−before: 64+after: 16") && differs.contains("0.0001") && !differs.contains("Alpha"), "{differs}");
    sam.submit(&shown.form(&path)).await.must(303);
    assert_eq!(stage.studio.of_attempts(made.id, "config ->> 'rank'").await, "64 16");
    stage.studio.run_jobs().await;
    let page = sam.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(page.one("#attempts").contains("Rank−before: 64+after: 16"), "{page:?}");
    assert_eq!(stage.studio.of_model(made.id, "config ->> 'rank'").await, "16");
}

#[tokio::test]
async fn what_the_trainer_would_not_take_is_refused_beside_its_field() {
    let studio = Studio::open().await;
    let made = model(&studio, "failed", "oom").await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let refused = retry(&mut sam, made.id, &[("rank", "0"), ("steps", "1000000"), ("resolution", "500")]).await.must(422);
    assert_eq!(refused.all(".field .error").len(), 3, "{refused:?}");
    assert_eq!(refused.attributes("#rank", "value"), ["0"], "what was typed stays");
    assert_eq!(studio.of_attempts(made.id, "attempt").await, "1");
}

#[tokio::test]
async fn where_the_user_must_act_first_it_takes_a_reason_to_retry_all_the_same() {
    let studio = Studio::open().await;
    let made = model(&studio, "failed", "moderation_denied").await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let refused = retry(&mut sam, made.id, &[]).await.must(422);
    assert!(refused.one("#anyway-error").contains("The user must put something right first"), "{refused:?}");
    retry(&mut sam, made.id, &[("anyway", "yes")]).await.must(422);
    retry(&mut sam, made.id, &[("anyway", "yes"), ("reason", "the flag was a mistake, see T-9")]).await.must(303);
    assert_eq!(studio.of_attempts(made.id, "status").await, "failed queued");
    assert_eq!(studio.of_attempts(made.id, "request_reason").await, " the flag was a mistake, see T-9");
    studio.jobs().await;
}

#[tokio::test]
async fn the_failed_attempts_credits_go_back_once_when_the_setting_says_so() {
    let refunds =
        format!("select coalesce(sum(amount), 0)::bigint from platform.credit_transactions where user_id = '{BEN}' and kind = 'refund'");
    for (setting, expected) in [("true", 150), ("false", 0)] {
        let studio = Studio::open().await;
        studio.run(&format!("insert into backlot.system_config (key, value, category) values ('lora.refund_failed_attempt', '{setting}', 'generation') on conflict (key) do update set value = excluded.value")).await;
        studio.site.live.reload(&studio.app).await.unwrap();
        let made = model(&studio, "failed", "timeout").await;
        let mut sam = studio.sign_in(Role::SupportAdmin).await;
        retry(&mut sam, made.id, &[]).await.must(303);
        assert_eq!(studio.number(&refunds).await, expected, "the setting is {setting}");
        // The new attempt cost nothing: when it fails, too, nothing more goes back.
        studio.run_jobs().await;
        assert_eq!(studio.of_model(made.id, "error_class").await, "credentials", "nobody trains here");
        retry(&mut sam, made.id, &[("anyway", "yes"), ("reason", "once more")]).await.must(303);
        assert_eq!(studio.number(&refunds).await, expected);
        studio.jobs().await;
    }
}

#[tokio::test]
async fn what_is_not_failed_or_has_no_images_is_not_retried() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    for status in ["ready", "training", "pending"] {
        let made = model(&studio, status, "").await;
        assert_eq!(retry(&mut sam, made.id, &[]).await.status, 409, "{status}");
    }
    let made = model(&studio, "failed", "timeout").await;
    studio.run(&format!("delete from platform.training_images where lora_model_id = '{}'", made.id)).await;
    let refused = retry(&mut sam, made.id, &[]).await.must(409);
    assert!(refused.words().contains("nothing to learn from"), "{refused:?}");
}
