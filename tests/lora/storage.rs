//! Object stores: the same of both kinds, and what each must not do.
use crate::support::server::with_tls;
use backlot::gateways::storage::{Folder, Key, Listed, ObjectStore, S3, StoreError};
use backlot::sandbox::s3::{Bucket, Mode};
use futures::TryStreamExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::Duration;

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

async fn bucket() -> Bucket {
    with_tls();
    Bucket::start("studio").await.unwrap()
}

/// A folder that is gone when this is dropped.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("backlot-store-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What any store must do.
async fn keeps_its_word(store: &dyn ObjectStore) {
    let one = key("loras/ünï/a b+c%2f&=.bin");
    assert!(matches!(store.head(&one).await, Err(StoreError::Missing)));
    assert!(matches!(store.get_range(&one, 0..8).await, Err(StoreError::Missing)));
    assert!(store.open(&one).await.is_err_and(|error| matches!(error, StoreError::Missing)));
    store.delete(&one).await.unwrap();

    let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    store.put(&one, b"before".to_vec()).await.unwrap();
    store.put(&one, bytes.clone()).await.unwrap();
    assert_eq!(store.head(&one).await.unwrap().size, 300_000);
    let piece = store.get_range(&one, 5..9).await.unwrap();
    assert_eq!((piece.bytes.as_slice(), piece.total), (&bytes[5..9], 300_000));
    let end = store.get_range(&one, 299_990..400_000).await.unwrap();
    assert_eq!(end.bytes, bytes[299_990..]);
    let opened = store.open(&one).await.unwrap();
    let whole: Vec<u8> = opened
        .body
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
        .unwrap();
    assert_eq!((opened.size, whole == bytes), (300_000, true));

    for name in ["training/1.png", "training/2.png", "training2/3.png"] {
        store.put(&key(name), vec![1]).await.unwrap();
    }
    let under = async |prefix: &str, after: Option<&str>| store.list(prefix, after).await.unwrap();
    assert_eq!(under("training/", None).await, Listed { keys: vec!["training/1.png".into(), "training/2.png".into()], next: None });
    assert_eq!(under("training", Some("training/1.png")).await.keys, ["training/2.png", "training2/3.png"]);
    assert_eq!(under("loras/", None).await.keys, [one.as_str()]);
    for _ in 0..2 {
        store.delete(&one).await.unwrap();
    }
    assert!(matches!(store.head(&one).await, Err(StoreError::Missing)));
}

#[tokio::test]
async fn a_folder_keeps_its_word() {
    let place = Place::new("word");
    let store = Folder::open(&place.0).unwrap();
    keeps_its_word(&store).await;
    assert_eq!(store.lend(&key("a"), Duration::from_secs(1)), None);
}

#[tokio::test]
async fn s3_keeps_its_word() {
    let bucket = bucket().await;
    let store = S3::new(&bucket.place()).unwrap();
    keeps_its_word(&store).await;
    for n in 0..1_005 {
        bucket.keep(&format!("many/{n:05}"), vec![]);
    }
    let first = store.list("many/", None).await.unwrap();
    assert_eq!((first.keys.len(), first.next.as_deref()), (1_000, Some("many/00999")));
    assert_eq!(store.list("many/", first.next.as_deref()).await.unwrap().keys.len(), 5);
}

#[tokio::test]
async fn no_link_in_a_folder_is_followed() {
    let (place, outside) = (Place::new("links"), Place::new("outside"));
    std::fs::write(outside.0.join("secret"), b"hunter2").unwrap();
    symlink(outside.0.join("secret"), place.0.join("file")).unwrap();
    symlink(&outside.0, place.0.join("folder")).unwrap();
    let store = Folder::open(&place.0).unwrap();
    for through in ["file", "folder/secret"] {
        let through = key(through);
        let refused = |error: StoreError| assert!(matches!(error, StoreError::Refused(_)), "{through}: {error}");
        refused(store.head(&through).await.unwrap_err());
        refused(store.get_range(&through, 0..7).await.unwrap_err());
        refused(store.open(&through).await.err().unwrap());
    }
    assert!(store.put(&key("folder/new"), vec![1]).await.is_err());
    assert_eq!(std::fs::read_dir(&outside.0).unwrap().count(), 1, "nothing was written outside");
    // A link can be replaced and removed, itself and not what it points at.
    store.put(&key("file"), vec![1]).await.unwrap();
    assert_eq!(store.list("", None).await.unwrap().keys, ["file"], "links are not listed");
    assert_eq!(std::fs::read(outside.0.join("secret")).unwrap(), b"hunter2");
}

#[tokio::test]
async fn half_a_file_is_never_seen_in_a_folder() {
    let place = Place::new("whole");
    let store = Folder::open(&place.0).unwrap();
    store.put(&key("a/b"), vec![7; 1_000]).await.unwrap();
    std::fs::write(place.0.join("a/.unfinished-1"), b"x").unwrap();
    assert_eq!(store.list("", None).await.unwrap().keys, ["a/b"]);
    assert!(store.open(&key("a")).await.is_err(), "a folder is no file");
}

#[tokio::test]
async fn whoever_has_another_secret_or_bucket_is_refused() {
    let bucket = bucket().await;
    bucket.keep("a", vec![1]);
    let honest = bucket.place();
    for (what, place) in [
        ("secret", backlot::gateways::storage::Place { secret: "another".to_owned().into(), ..honest.clone() }),
        ("key", backlot::gateways::storage::Place { key_id: "AKIAOTHER".into(), ..honest.clone() }),
        ("region", backlot::gateways::storage::Place { region: "us-east-1".into(), ..honest.clone() }),
        ("bucket", backlot::gateways::storage::Place { bucket: "other".into(), ..honest.clone() }),
    ] {
        let refused = S3::new(&place).unwrap().get_range(&key("a"), 0..1).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(_)), "another {what}: {refused}");
    }
}

#[tokio::test]
async fn a_lent_address_opens_one_object_for_a_while_and_nothing_else() {
    let bucket = bucket().await;
    let store = S3::new(&bucket.place()).unwrap();
    store.put(&key("mine"), b"mine".to_vec()).await.unwrap();
    store.put(&key("other"), b"other".to_vec()).await.unwrap();
    let lent = store.lend(&key("mine"), Duration::from_secs(60)).unwrap();
    let http = reqwest::Client::new();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(http.get(&lent)).await, 200);
    assert_eq!(status(http.get(lent.replace("/mine?", "/other?"))).await, 403);
    assert_eq!(status(http.put(&lent).body("over it")).await, 403, "to read is not to write");
    assert_eq!(status(http.get(lent.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))).await, 403);
    let taking = store.take_in(&key("new"), Duration::from_secs(60)).unwrap();
    assert_eq!(status(http.put(&taking).body("weights")).await, 200);
    assert_eq!(bucket.keys(), ["mine", "new", "other"]);
}

#[tokio::test]
async fn each_trouble_of_a_store_is_told_apart() {
    let bucket = bucket().await;
    bucket.keep("a", vec![1; 100_000]);
    let store = S3::with_patience(&bucket.place(), Duration::from_millis(300)).unwrap();
    let ask = async || store.get_range(&key("a"), 0..90_000).await.map(|piece| piece.bytes.len());
    bucket.set(Mode::Busy(7));
    assert!(matches!(ask().await, Err(StoreError::Busy(Some(pause))) if pause == Duration::from_secs(7)));
    bucket.set(Mode::Closed);
    assert!(matches!(ask().await, Err(StoreError::Refused(code)) if code == "AccessDenied"));
    for mode in [Mode::Broken, Mode::Slow(Duration::from_secs(2)), Mode::Cutting] {
        bucket.set(mode);
        assert!(matches!(ask().await, Err(StoreError::Away(_))), "{mode:?}");
    }
    bucket.set(Mode::Honest);
    assert_eq!(ask().await.unwrap(), 90_000);
    drop(bucket);
    assert!(matches!(ask().await, Err(StoreError::Away(_))), "nobody is there");
}
