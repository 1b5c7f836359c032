//! Deleting: gone at once, back within seven days, and files removed after them.
use super::stage::{Stage, act};
use crate::support::lora::{Made, model};
use crate::support::{BEN, Browser, Studio};
use backlot::kernel::Role;
use backlot::sandbox::s3::Mode;

async fn deleted(stage: &Stage) -> (Made, Browser) {
    let made = model(&stage.studio, "ready", "").await;
    stage.bucket.keep(&format!("loras/{}/w.safetensors", made.id), vec![1]);
    for n in 1..=8 {
        stage.bucket.keep(&format!("training/{}/{n}.png", made.id), vec![1]);
    }
    stage.bucket.keep("training/others/1.png", vec![1]);
    let mut olga = stage.studio.sign_in(Role::OperationsAdmin).await;
    act(&mut olga, &format!("/admin/lora/{}/delete", made.id), &[("reason", "asked to forget it")]).await.must(303);
    (made, olga)
}

#[tokio::test]
async fn what_goes_with_a_model_is_shown_and_its_name_must_be_typed() {
    let studio = Studio::open().await;
    let made = model(&studio, "training", "").await;
    studio.run(&format!("update platform.lora_trainings set external_id = 'trn_1', submitted_at = now(); update platform.lora_models set character_id = '{}' where id = '{}'", made.character, made.id)).await;
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let path = format!("/admin/lora/{}/delete", made.id);
    let form = olga.get(&path).await.must(200).form(&path);
    olga.submit(&form).await.must(422);
    let shown = olga.submit(&form.clone().with("reason", "asked to forget it")).await.must(200);
    let counts = shown.all(".counts li").join(" | ");
    for effect in ["8training images", "1character has no model any more: Zoë", "1running attempt"] {
        assert!(counts.contains(effect), "{effect}: {counts}");
    }
    olga.submit(&shown.form(&path).with("_typed", "portrait of zoë")).await.must(422);
    assert_eq!(studio.of_model(made.id, "deleted_at").await, "");
    olga.submit(&shown.form(&path).with("_typed", "Portrait of Zoë")).await.must(303);
    assert_eq!(studio.events().await.last().map(|event| event.name.clone()).as_deref(), Some("admin_lora_deleted"));
    assert_eq!(studio.jobs().await, ["lora.cancel", "lora.purge"]);
    assert!(studio.number("select count(*) from backlot.jobs where name = 'lora.purge' and run_at > now() + interval '7 days'").await == 1);
}

#[tokio::test]
async fn a_deleted_model_is_in_no_list_but_that_of_the_deleted() {
    let stage = Stage::open().await;
    let (made, mut olga) = deleted(&stage).await;
    let user = format!("/admin/users/{BEN}");
    for (path, there) in [
        ("/admin/lora", false),
        ("/admin/lora?q=Zoë", false),
        ("/admin/lora?status=ready", false),
        ("/admin/lora?status=deleted", true),
        (user.as_str(), false),
    ] {
        let page = olga.get(path).await.must(200);
        assert_eq!(page.text.contains(&format!("/admin/lora/{}\"", made.id)), there, "{path}");
    }
    let page = olga.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(page.one("#deleted").contains("“asked to forget it”"), "{page:?}");
    for verb in ["retry", "cancel", "delete"] {
        let answer = act(&mut olga, &format!("/admin/lora/{}/{verb}", made.id), &[("reason", "all the same")]).await;
        assert_eq!(answer.status, 409, "{verb}: {answer:?}");
    }
    stage.studio.jobs().await;
}

#[tokio::test]
async fn it_comes_back_within_seven_days_with_all_that_is_its_own() {
    let stage = Stage::open().await;
    let (made, mut olga) = deleted(&stage).await;
    let restore = format!("/admin/lora/{}/restore", made.id);
    let page = olga.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    olga.submit(&page.form(&restore)).await.must(303);
    assert_eq!(stage.studio.of_model(made.id, "deleted_at").await, "");
    // The job that was to remove its files finds it alive.
    stage.studio.run("update backlot.jobs set run_at = now() where name = 'lora.purge'").await;
    stage.studio.run_jobs().await;
    assert_eq!(stage.bucket.keys().len(), 10);
    assert!(olga.get("/admin/lora").await.must(200).text.contains(&made.id.to_string()));
}

#[tokio::test]
async fn after_seven_days_its_own_files_are_removed_and_nothing_elses() {
    let stage = Stage::open().await;
    let (made, mut olga) = deleted(&stage).await;
    stage.studio.run("update backlot.jobs set run_at = now() where name = 'lora.purge'").await;
    stage.studio.run_jobs().await;
    assert_eq!(stage.bucket.keys().len(), 10, "it is too early");
    stage
        .studio
        .run("update platform.lora_models set deleted_at = deleted_at - interval '7 days 1 hour' where deleted_at is not null")
        .await;
    let late = olga.post(&format!("/admin/lora/{}/restore", made.id), &[]).await.must(409);
    assert!(late.words().contains("seven days are over"), "{late:?}");
    stage
        .studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'lora.purge_due', 'null', 3)")
        .await;
    stage.studio.run_jobs().await;
    assert_eq!(stage.bucket.keys(), ["training/others/1.png"]);
    assert_ne!(stage.studio.of_model(made.id, "purged_at").await, "");
    let left = format!("select count(*) from platform.training_images where lora_model_id = '{}'", made.id);
    assert_eq!(stage.studio.number(&left).await, 0);
    let entry = stage.studio.entries("lora.purge", "done").await;
    assert_eq!((entry.len(), entry[0].actor_kind.as_str()), (1, "system"));
}

#[tokio::test]
async fn files_that_cannot_be_removed_stay_on_the_page_until_they_are() {
    let stage = Stage::open().await;
    let (made, mut olga) = deleted(&stage).await;
    stage.studio.run("update platform.lora_models set deleted_at = deleted_at - interval '8 days' where deleted_at is not null; update backlot.jobs set run_at = now() where name = 'lora.purge'").await;
    stage.bucket.set(Mode::Closed);
    let run = tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while stage.studio.number("select count(*) from backlot.jobs where name = 'lora.purge' and state = 'dead'").await == 0 {
            stage.studio.run_some_jobs().await;
        }
    });
    run.await.expect("the job gives up");
    assert_eq!(stage.studio.of_model(made.id, "purged_at").await, "");
    let page = olga.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(page.one("#deleted").contains("They could not be removed yet: the object store refuses access: AccessDenied"), "{page:?}");
    assert!(olga.get("/admin/lora?status=deleted").await.must(200).one("table").contains("Files left"));
    stage.bucket.set(Mode::Honest);
    stage.studio.run("delete from backlot.jobs where state = 'dead'; insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'lora.purge_due', 'null', 3)").await;
    stage.studio.run_jobs().await;
    assert_eq!(stage.bucket.keys(), ["training/others/1.png"]);
    assert_eq!(stage.studio.of_model(made.id, "purge_error").await, "");
}
