//! Whatever the training service and the object store do: the state is right in the end, and nothing is trained twice.
use super::stage::{Stage, act, retry};
use crate::support::lora::{Made, model};
use backlot::sandbox::s3::Mode;
use backlot::sandbox::training::{End, Fate, Fault};

/// A stage with a failed model that is retried; its jobs have not run.
async fn retried() -> (Stage, Made) {
    let stage = Stage::open().await;
    let made = model(&stage.studio, "failed", "timeout").await;
    retry(&mut stage.support().await, made.id, &[]).await.must(303);
    (stage, made)
}

async fn failed_as(stage: &Stage, made: &Made) -> (String, String) {
    assert_eq!(stage.studio.of_model(made.id, "status").await, "failed");
    assert_eq!(stage.studio.of_attempts(made.id, "status").await, "failed failed");
    (stage.studio.of_model(made.id, "error_class").await, stage.studio.of_model(made.id, "error").await)
}

#[tokio::test]
async fn each_failure_is_told_in_the_trainers_words_and_named_by_its_kind() {
    for (words, class) in [
        ("CUDA out of memory. Tried to allocate 2.50 GiB", "oom"),
        ("Loss became NaN at step 412.", "nan_loss"),
        ("7 of 18 images have no caption", "caption_missing"),
        ("PIL.UnidentifiedImageError: cannot identify image file '0007.jpg'", "image_corrupt"),
        ("Runner gpu-eu-3 sent no heartbeat for 300 s", "runner_disconnected"),
        ("an error of tomorrow", "unknown"),
    ] {
        let (stage, made) = retried().await;
        stage.service.next(Fate::fails(words));
        stage.studio.run_jobs().await;
        assert_eq!(failed_as(&stage, &made).await, (class.to_owned(), words.to_owned()));
        let page = stage.support().await.get(&format!("/admin/lora/{}", made.id)).await.must(200);
        assert!(page.one("#failure").contains("What usually helps."), "{page:?}");
        assert!(page.one("#log").contains(words), "the log says so, too: {page:?}");
    }
}

#[tokio::test]
async fn what_the_service_refuses_fails_at_once_and_says_who_must_act() {
    for (fault, class) in [(Fault::Stranger, "credentials"), (Fault::Unpaid, "quota"), (Fault::Unfit, "config_invalid")] {
        let (stage, made) = retried().await;
        stage.service.spoil_create(fault);
        stage.studio.run_jobs().await;
        assert_eq!(failed_as(&stage, &made).await.0, class, "{fault:?}");
        assert_eq!(stage.service.begun(), 0);
    }
}

#[tokio::test]
async fn what_was_never_begun_is_asked_for_again() {
    let (stage, made) = retried().await;
    stage.service.spoil_create(Fault::Busy(1));
    stage.studio.run_jobs().await;
    assert_eq!((stage.studio.of_model(made.id, "status").await.as_str(), stage.service.begun()), ("ready", 1));
}

#[tokio::test]
async fn a_training_whose_answer_was_lost_is_found_and_never_begun_twice() {
    let (stage, made) = retried().await;
    stage.service.spoil_create(Fault::LostAnswer);
    stage.studio.run_jobs().await;
    assert_eq!((stage.studio.of_model(made.id, "status").await.as_str(), stage.service.begun()), ("ready", 1));
    assert_ne!(stage.studio.of_attempts(made.id, "external_id").await.trim(), "", "its id was found");
}

#[tokio::test]
async fn a_training_that_may_have_begun_and_has_not_fails_after_a_while_and_is_not_begun_by_itself() {
    for fault in [Fault::HangUp, Fault::Broken, Fault::Garbage] {
        let (stage, made) = retried().await;
        stage.service.spoil_create(fault);
        stage.studio.run_jobs().await;
        assert_eq!(stage.studio.of_model(made.id, "status").await, "pending", "{fault:?}: nobody knows yet");
        stage.look().await;
        assert_eq!(stage.studio.of_model(made.id, "status").await, "pending");
        stage.studio.run("update platform.lora_trainings set submitted_at = submitted_at - interval '3 minutes'").await;
        stage.look().await;
        assert_eq!(failed_as(&stage, &made).await.0, "network", "{fault:?}");
        assert_eq!(stage.service.begun(), 0);
    }
}

#[tokio::test]
async fn success_without_weights_is_a_failure() {
    for (end, class) in [(End::NoFile, "artifact_missing"), (End::BrokenFile, "artifact_corrupt")] {
        let (stage, made) = retried().await;
        stage.service.next(Fate { percent: 100, end });
        stage.studio.run_jobs().await;
        assert_eq!(failed_as(&stage, &made).await.0, class);
        assert_eq!(stage.studio.of_model(made.id, "file_location").await, "");
    }
}

#[tokio::test]
async fn while_the_store_or_the_service_is_away_nothing_is_decided() {
    let (stage, made) = retried().await;
    // A second look, by the clock, would find everything well again.
    stage.studio.run("update backlot.job_schedules set paused = true where name = 'lora.poll'").await;
    for mode in [Mode::Busy(1), Mode::Closed, Mode::Broken, Mode::Cutting] {
        stage.bucket.set(Mode::Honest);
        stage.studio.run_jobs().await;
        if stage.studio.of_model(made.id, "status").await == "ready" {
            stage.studio.run(&format!("update platform.lora_models set status = 'training' where id = '{}'; update platform.lora_trainings set status = 'running' where lora_model_id = '{}' and attempt = 2", made.id, made.id)).await;
        }
        stage.bucket.set(mode);
        stage.look().await;
        assert_eq!(stage.studio.of_model(made.id, "status").await, "training", "{mode:?}");
    }
    stage.bucket.set(Mode::Honest);
    for fault in [Fault::Stranger, Fault::Busy(1), Fault::Broken, Fault::HangUp, Fault::Garbage, Fault::NewWord, Fault::LostAnswer] {
        stage.service.spoil_look(fault);
        stage.look().await;
        assert_eq!(stage.studio.of_model(made.id, "status").await, "training", "{fault:?}");
    }
    stage.look().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "ready");
}

#[tokio::test]
async fn a_training_in_which_nothing_moves_is_marked_until_something_does() {
    let (stage, made) = retried().await;
    stage.service.next(Fate { percent: 30, end: End::Stalls });
    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "training");
    assert_eq!(stage.studio.of_model(made.id, "silent_since").await, "");
    stage.studio.run("update platform.lora_trainings set moved_at = now() - interval '11 minutes' where attempt = 2").await;
    stage.look().await;
    assert_ne!(stage.studio.of_model(made.id, "silent_since").await, "");
    let mut sam = stage.support().await;
    assert!(sam.get("/admin/lora?silent=yes").await.must(200).one("table").contains("No heartbeat"));
    act(&mut sam, &format!("/admin/lora/{}/cancel", made.id), &[("reason", "it hangs")]).await.must(303);
    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_attempts(made.id, "status").await, "failed cancelled");
    assert_eq!(
        (stage.studio.of_model(made.id, "error_class").await.as_str(), stage.studio.of_model(made.id, "silent_since").await.as_str()),
        ("canceled", "")
    );
}

#[tokio::test]
async fn a_stop_that_comes_too_late_leaves_the_training_as_it_ended() {
    let (stage, made) = retried().await;
    stage.service.next(Fate { percent: 100, end: End::Succeeds });
    stage.bucket.set(Mode::Closed);
    stage.studio.run_jobs().await;
    stage.bucket.set(Mode::Honest);
    let mut sam = stage.support().await;
    act(&mut sam, &format!("/admin/lora/{}/cancel", made.id), &[]).await.must(303);
    stage.studio.run_jobs().await;
    assert_eq!(stage.studio.of_model(made.id, "status").await, "failed", "the weights could not be left while the store was closed");
    assert_eq!(stage.studio.of_attempts(made.id, "status").await, "failed failed", "it was not cancelled: it had ended");
}

#[tokio::test]
async fn what_was_not_sent_yet_is_cancelled_at_once() {
    let (stage, made) = retried().await;
    let mut sam = stage.support().await;
    act(&mut sam, &format!("/admin/lora/{}/cancel", made.id), &[]).await.must(303);
    assert_eq!(stage.studio.of_attempts(made.id, "status").await, "failed cancelled");
    stage.studio.run_jobs().await;
    assert_eq!(stage.service.begun(), 0);
    let again = sam.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(again.one("#actions").contains("No training waits or runs."), "{again:?}");
}
