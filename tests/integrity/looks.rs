//! How a check looks: once at a time, slice by slice, going on where another stopped, and saying so when it cannot.
use super::{PAGE, found, look, mend};
use crate::support::{ABSENT, Studio};
use backlot::kernel::Role;
use tokio::task::JoinSet;

/// Sessions of nobody, with ids in order.
async fn sessions(studio: &Studio, number: u32) {
    studio
        .run(&format!(
            "alter table platform.user_sessions drop constraint if exists user_sessions_user_id_fkey;
             insert into platform.user_sessions (id, user_id, device, token_hash)
               select ('0192f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '{ABSENT}', 'Phone ' || n, '\\x00' from generate_series(1, {number}) n"
        ))
        .await;
}

#[tokio::test]
async fn all_are_counted_the_first_thousand_are_kept_and_repaired_a_thousand_at_a_time() {
    let studio = Studio::open().await;
    sessions(&studio, 4_500).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(&studio, &mut dai, "sessions-without-user").await, 4_500);
    let path = format!("{PAGE}/sessions-without-user");
    let mut page = dai.get(&path).await.must(200);
    assert!(page.one("#findings .sum").contains("4,500 found, the first 1,000 are kept"), "{page:?}");
    let mut seen = page.all("#findings tbody tr").len();
    while let Some(next) = page.attributes("#findings a[rel=next]", "href").pop() {
        page = dai.get(&next).await.must(200);
        seen += page.all("#findings tbody tr").len();
    }
    assert_eq!(seen, 1_000);
    mend(&studio, &mut dai, "sessions-without-user", "remove").await;
    assert_eq!(found(&studio, "sessions-without-user").await, 3_500);
    assert_eq!(studio.number("select count(*) from platform.user_sessions").await, 3_503, "Ada's three stay");
}

#[tokio::test]
async fn a_look_goes_on_where_another_server_stopped() {
    let studio = Studio::open().await;
    sessions(&studio, 10).await;
    studio
        .run(
            "insert into backlot.integrity_runs (id, check_code, state, started_at, place, looked, found)
               values ('0192f000-0000-7000-8000-0000000000f5', 'sessions-without-user', 'running', now(), '0192f100-0000-7000-8000-000000000006', 100, 6);
             insert into backlot.integrity_findings (run_id, no, row_id, label, detail)
               select '0192f000-0000-7000-8000-0000000000f5', n, 'earlier ' || n, 'x', 'x' from generate_series(1, 6) n;
             insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'integrity.check',
               '{\"check\": \"sessions-without-user\", \"run\": \"0192f000-0000-7000-8000-0000000000f5\"}', 6)",
        )
        .await;
    studio.run_jobs().await;
    assert_eq!(found(&studio, "sessions-without-user").await, 10);
    let rows = "select string_agg(no::text, ' ' order by no) from backlot.integrity_findings where row_id like '0192f100%'";
    assert_eq!(studio.text(rows).await, "7 8 9 10", "only what comes after the place");
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_has_it_look() {
    let studio = Studio::open().await;
    let mut asked = JoinSet::new();
    for _ in 0..8 {
        let mut dai = studio.sign_in(Role::DataAdmin).await;
        asked.spawn(async move { dai.post(&format!("{PAGE}/run"), &[("check", "tier-differs")]).await.status });
    }
    let answers = asked.join_all().await;
    assert_eq!(answers.iter().filter(|status| status.as_u16() == 303).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| status.as_u16() == 409).count(), 7, "{answers:?}");
    studio.run_jobs().await;
    assert_eq!(studio.number("select count(*) from backlot.integrity_runs").await, 1);
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(&studio, &mut dai, "tier-differs").await, 3, "once it is over it looks again");
}

#[tokio::test]
async fn a_check_that_cannot_be_done_says_why_and_holds_no_other_up() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(&studio, &mut dai, "sessions-without-user").await, 0);
    studio.run("alter table platform.user_sessions rename column device to gadget").await;
    dai.post(&format!("{PAGE}/run"), &[("check", "all")]).await.must(303);
    studio.run_jobs().await;
    let page = dai.get(&format!("{PAGE}/sessions-without-user")).await.must(200);
    assert!(page.one("#failure").contains("column \"device\" does not exist"), "{page:?}");
    let failed = "select string_agg(check_code, ' ' order by check_code) from backlot.integrity_runs where state <> 'done'";
    assert_eq!(studio.text(failed).await, "files-missing files-stray sessions-without-user", "no object store, and the column");
    let index = dai.get(PAGE).await.must(200);
    assert!(index.one(".stats").contains("Could not look3of 45 checks"), "{}", index.one(".stats"));
}

#[tokio::test]
async fn a_look_whose_job_is_no_more_makes_room_for_another() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.integrity_runs (id, check_code, state, started_at)
               values ('0192f000-0000-7000-8000-0000000000f5', 'tier-differs', 'running', now() - interval '1 hour')",
        )
        .await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    assert_eq!(look(&studio, &mut dai, "tier-differs").await, 3);
    assert_eq!(studio.text("select error from backlot.integrity_runs where state = 'failed'").await, "Its job came to no end.");
}

#[tokio::test]
async fn each_check_comes_by_its_own_schedule() {
    let studio = Studio::open().await;
    studio
        .work(async || {
            while studio.number("select count(*) from backlot.job_schedules where name like 'integrity.%'").await < 45 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            studio
                .run("update backlot.job_schedules set next_at = now() - interval '1 minute' where name = 'integrity.tier-differs'")
                .await;
            while studio.number("select count(*) from backlot.integrity_runs where state = 'done' and check_code = 'tier-differs'").await
                < 1
            {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
    studio.jobs().await;
    let run = "select concat_ws(' ', check_code, asked_by is null, found) from backlot.integrity_runs where check_code = 'tier-differs'";
    assert_eq!(studio.text(run).await, "tier-differs t 3");
}

#[tokio::test]
async fn what_is_found_no_more_and_looks_of_long_ago_are_forgotten() {
    let studio = Studio::open().await;
    studio
        .run(
            "insert into backlot.integrity_runs (id, check_code, state, asked_at, finished_at) values
               (gen_random_uuid(), 'tier-differs', 'done', now() - interval '91 days', now() - interval '91 days'),
               (gen_random_uuid(), 'tier-differs', 'done', now() - interval '89 days', now() - interval '89 days')",
        )
        .await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    look(&studio, &mut dai, "tier-differs").await;
    look(&studio, &mut dai, "tier-differs").await;
    assert_eq!(studio.number("select count(*) from backlot.integrity_runs").await, 3);
    assert_eq!(studio.number("select count(distinct run_id) from backlot.integrity_findings").await, 1, "of the newest alone");
}
