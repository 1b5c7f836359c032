//! Files in a store that speaks S3: put there whole, taken along from there, and nothing left of what went wrong on the way.
use super::stop::crowd;
use super::{asked, file, form, made};
use crate::support::Studio;
use crate::support::server::with_tls;
use backlot::gateways::storage::{Objects, S3};
use backlot::kernel::Role;
use backlot::sandbox::s3::{Bucket, Mode};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A studio of so many people, with exports in a bucket.
async fn stage() -> (Studio, Bucket) {
    with_tls();
    let bucket = Bucket::start("studio").await.unwrap();
    let studio = Studio::with_shelf(Objects::new(Arc::new(S3::new(&bucket.place()).unwrap()))).await;
    crowd(&studio, 20_000).await;
    (studio, bucket)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_lies_in_the_bucket_as_it_is_taken_along_until_its_time_is_over() {
    let (studio, bucket) = stage().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let all = form(&mut data, "dataset=users").await;
    let bytes = file(&studio, &mut data, &all).await;
    assert!(bytes.len() > 3 << 20, "it takes many pieces: {}", bytes.len());
    let id = studio.text("select id::text from backlot.exports").await;
    assert_eq!(bucket.keys(), [format!("exports/{id}/1")]);
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches("\r\n").count(), 20_009, "a header, eight people and the crowd: all of it, once");
    studio.run("update backlot.exports set finished_at = now() - interval '100 days'").await;
    studio.run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'exports.sweep', 'null', 3)").await;
    studio.run_jobs().await;
    assert_eq!(bucket.keys(), [""; 0], "its time is over");
}

/// Has a worker try until it has begun so often.
async fn tried(studio: &Studio, times: i64) {
    let since = Instant::now();
    studio
        .work(async || {
            while studio.number("select max(attempt)::bigint from backlot.exports").await < times {
                assert!(since.elapsed() < Duration::from_secs(30), "it is not tried again");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_breaks_off_on_its_way_into_the_bucket_nothing_is_left() {
    for broken in [Mode::Dropping, Mode::Losing, Mode::Broken] {
        let (studio, bucket) = stage().await;
        let mut data = studio.sign_in(Role::DataAdmin).await;
        let all = form(&mut data, "dataset=users").await;
        let place = asked(&mut data, &all).await;
        bucket.set(broken);
        tried(&studio, 3).await;
        assert!(bucket.asked().iter().filter(|asked| asked.starts_with("PUT")).count() >= 2, "{broken:?}: {:?}", bucket.asked());
        data.get(&format!("{place}/download")).await.must(404);
        bucket.set(Mode::Honest);
        studio.run("update backlot.jobs set run_at = now() where name = 'exports.make'").await;
        studio.run_jobs().await;
        assert_eq!(data.get(&place).await.must(200).one("#badges"), "Ready", "{broken:?}");
        let key = studio.text("select object_key from backlot.exports").await;
        assert_eq!(bucket.keys(), [key], "{broken:?}: the whole file and nothing else");
        let size = studio.number("select file_bytes from backlot.exports").await;
        assert_eq!(i64::try_from(data.file(&format!("{place}/download")).await.len()).unwrap(), size);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_lets_nobody_in_is_no_place_and_the_next_export_finds_it_open_again() {
    let (studio, bucket) = stage().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let few = form(&mut data, "dataset=users&filter=tier%3Dpro").await;
    let (place, _) = made(&studio, &mut data, &few).await;
    bucket.set(Mode::Closed);
    data.get(&format!("{place}/download")).await.must(503);
    bucket.set(Mode::Honest);
    data.get(&format!("{place}/download")).await.must(200);
}
