//! Files against rows, over an object store that speaks S3 on a real socket.
use super::{PAGE, found, look, mend};
use crate::lora::stage::Stage;
use crate::support::{Studio, lora};
use backlot::gateways::storage::{Key, ObjectStore, S3};
use backlot::kernel::Role;
use uuid::Uuid;

async fn put(store: &S3, key: &str) {
    store.put(&Key::parse(key).unwrap(), b"weights".to_vec()).await.unwrap();
}

async fn keys(store: &S3) -> Vec<String> {
    store.list("", None).await.unwrap().keys
}

#[tokio::test]
async fn models_whose_file_is_gone_are_marked_as_failed_and_no_others() {
    let stage = Stage::open().await;
    let studio = &stage.studio;
    let store = S3::new(&stage.bucket.place()).unwrap();
    let (whole, gone) = (lora::model(studio, "ready", "").await, lora::model(studio, "ready", "").await);
    put(&store, &format!("loras/{}/w.safetensors", whole.id)).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(studio, &mut dai, "files-missing").await, 1);
    let page = dai.get(&format!("{PAGE}/files-missing")).await.must(200);
    assert!(page.has(&format!("#findings a[href='/admin/lora/{}']", gone.id)), "{page:?}");
    mend(studio, &mut dai, "files-missing", "repair").await;
    assert_eq!(found(studio, "files-missing").await, 0);
    assert_eq!(studio.of_model(gone.id, "concat_ws(' ', status, error_class, file_location is null)").await, "failed artifact_missing t");
    assert_eq!(studio.of_model(whole.id, "concat_ws(' ', status, version)").await, "ready 1");
}

#[tokio::test]
async fn files_of_no_model_are_deleted_and_no_others() {
    let stage = Stage::open().await;
    let studio = &stage.studio;
    let store = S3::new(&stage.bucket.place()).unwrap();
    let (model, absent) = (lora::model(studio, "ready", "").await, Uuid::now_v7());
    let kept = [
        "exports/x.csv".to_owned(),
        "loras/readme.txt".to_owned(),
        format!("loras/{}/w.safetensors", model.id),
        format!("loras/{}/{}.safetensors", model.id, model.training),
        format!("training/{}/1.png", model.id),
    ];
    let stray = [
        format!("loras/{absent}/w.safetensors"),
        format!("loras/{}/{absent}.safetensors", model.id),
        format!("training/{absent}/1.png"),
        format!("training/{}/99.png", model.id),
    ];
    for key in kept.iter().chain(&stray) {
        put(&store, key).await;
    }
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(studio, &mut dai, "files-stray").await, 4);
    let page = dai.get(&format!("{PAGE}/files-stray")).await.must(200);
    for key in &stray {
        assert!(page.one("#findings").contains(key.as_str()), "{key}: {page:?}");
    }
    // One of them is a model's by the time that somebody decides.
    studio.run(&format!("insert into platform.training_images (id, lora_model_id, file_location, width, height) values (gen_random_uuid(), '{}', '{}', 1, 1)", model.id, stray[3])).await;
    mend(studio, &mut dai, "files-stray", "remove").await;
    let mut left = [kept.as_slice(), &stray[3..]].concat();
    left.sort();
    assert_eq!(keys(&store).await, left);
    assert_eq!(look(studio, &mut dai, "files-stray").await, 0);
}

#[tokio::test]
async fn without_an_object_store_the_page_says_that_it_could_not_look() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    dai.post(&format!("{PAGE}/run"), &[("check", "files-missing")]).await.must(303);
    studio.run_jobs().await;
    let page = dai.get(&format!("{PAGE}/files-missing")).await.must(200);
    assert!(page.one("#failure").contains("no object store is configured"), "{page:?}");
    assert!(dai.get(&format!("{PAGE}?show=failed")).await.must(200).one("#live").contains("LoRA models without their file"));
}
