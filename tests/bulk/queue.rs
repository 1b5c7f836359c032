//! Dead jobs of many: each gets new attempts once.
use super::{all, each_once, not_done, pause_midway, prepare, resume, start, state};
use crate::support::{BEN, Studio};
use backlot::kernel::Role;

/// Jobs that died; the last five by their ids, for what happens to them meanwhile.
async fn dead(studio: &Studio) {
    let one = |id: &str, key: &str| {
        format!(
            "insert into backlot.jobs (id, name, payload, max_attempts, state, attempt, last_error, finished_at, dedup_key)
               select {id}, 'users.end_sessions', '{{\"id\": \"{BEN}\"}}', 10, 'dead', 10, 'the platform was away', now(), {key}"
        )
    };
    let named = |n: u32| format!("'fffffff0-0000-7000-8000-00000000000{n}'::uuid");
    let many = format!("{} from generate_series(1, 115)", one("overlay(gen_random_uuid()::text placing '0192' from 1)::uuid", "null"));
    let last = (1..=5).map(|n| one(&named(n), if n > 3 { "'the same'" } else { "null" }));
    studio.run(&std::iter::once(many).chain(last).collect::<Vec<_>>().join("; ")).await;
}

#[tokio::test]
async fn dead_jobs_are_tried_again_once_each() {
    let studio = Studio::open().await;
    dead(&studio).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let list = dai.get("/admin/jobs?state=dead").await.must(200);
    assert_eq!(list.attributes("form.bulk a", "href"), ["/admin/bulk/new?list=jobs&all=yes&filter=state%3Ddead"]);
    assert!(!list.attributes("input.pick[form=bulk]", "value").is_empty(), "rows can be ticked without scripts");
    let id = prepare(&mut dai, "jobs.retry", &all("state=dead&name=users.end_sessions&since=24h"), &[]).await;
    assert_eq!(state(&studio, id).await, "draft 121 121 0 0 0");
    studio
        .run(
            "update backlot.jobs set state = 'waiting', finished_at = null, forgiven = attempt, run_at = now() + interval '1 day'
               where id = 'fffffff0-0000-7000-8000-000000000001';
             update backlot.jobs set state = 'cancelled' where id = 'fffffff0-0000-7000-8000-000000000002';
             delete from backlot.jobs where id = 'fffffff0-0000-7000-8000-000000000003'",
        )
        .await;
    start(&mut dai, id).await.must(303);
    pause_midway(&studio, &mut dai, (id, 50), "select from backlot.jobs where id = '{row}' for update").await;
    resume(&studio, &mut dai, id).await;
    assert_eq!(state(&studio, id).await, "done 121 121 117 4 0");
    assert_eq!(
        not_done(&studio, id, "skipped").await,
        ["There is no job with this id. 1", "This job is not dead any more, or another like it waits already. 3"]
    );
    each_once(&studio, id, ("jobs.retry", "admin_job_retried"), 117).await;
    assert_eq!(studio.number("select count(*) from backlot.jobs where state = 'dead'").await, 1, "of two alike one is enough");
    studio.run("update backlot.jobs set state = 'cancelled' where state = 'dead'").await;
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.jobs where forgiven = 10 and state = 'done' and attempt = 11").await, 117);
}

#[tokio::test]
async fn jobs_of_one_error_are_all_that_match() {
    let studio = Studio::open().await;
    dead(&studio).await;
    studio.run("update backlot.jobs set last_error = 'a wholly different thing' where id::text like 'fffffff0%'").await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let signature = studio.text("select error_signature from backlot.jobs where id = 'fffffff0-0000-7000-8000-000000000001'").await;
    let list = dai.get(&format!("/admin/jobs?signature={}", signature.replace(' ', "+"))).await.must(200);
    let link = list.attributes("form.bulk a", "href").remove(0);
    let form = dai.get(&format!("{link}&kind=jobs.retry")).await.must(200).form("/admin/bulk/new").with("reason", "the platform is back");
    dai.submit(&form).await.must(303);
    assert_eq!(studio.number("select total from backlot.bulk_operations").await, 5);
    let odd = dai.get("/admin/bulk/new?list=jobs&kind=jobs.retry&all=yes&filter=nonsense%3D1").await.must(200);
    dai.submit(&odd.form("/admin/bulk/new").with("reason", "no such filter")).await.must(400);
}
