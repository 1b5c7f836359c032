//! A server dies between approving and doing, or in the middle of doing; two do it at once. It is done once.
use super::{press, proposed, started, state};
use crate::bulk::crash::server;
use crate::bulk::{self, until, who};
use crate::support::Studio;
use backlot::kernel::Role;
use uuid::Uuid;

/// Proposed and approved, by a server that never comes to its jobs.
async fn approved(studio: &Studio) -> (Uuid, Uuid) {
    let (_, operation, proposal) = proposed(studio).await;
    studio.run_jobs().await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    press(&mut maya, proposal, "approve").await.must(303);
    assert_eq!((state(studio, proposal).await.as_str(), started(studio).await), ("approved", 0));
    assert_eq!(who(studio, "suspended").await, "cas", "nothing has happened yet");
    (operation, proposal)
}

/// Waits until servers have done it, and looks whether they have done it once.
async fn once(studio: &Studio, (operation, proposal): (Uuid, Uuid)) {
    until(studio, &format!("select count(*) from backlot.bulk_operations where id = '{operation}' and state = 'done'"), 1).await;
    let kept =
        "select (count(*) = 0)::int::bigint from backlot.jobs where name = 'approvals.keep_proposal' and state in ('waiting', 'running')
                and run_at < now() + interval '10 seconds'";
    until(studio, kept, 1).await;
    assert_eq!((state(studio, proposal).await.as_str(), started(studio).await), ("done", 1));
    assert_eq!(bulk::state(studio, operation).await, "done 2 2 2 0 0");
    assert_eq!(studio.number("select run::bigint from backlot.bulk_operations").await, 1, "it was started once");
    assert_eq!((who(studio, "suspended").await.as_str(), studio.entries("users.suspend", "done").await.len()), ("ada ben cas", 2));
    let entry = &studio.entries("bulk.start_seconded", "done").await[0];
    assert_eq!(studio.text(&format!("select done_audit::text from backlot.approvals where id = '{proposal}'")).await, entry.id.to_string());
    assert!(studio.entries("approvals.conclude", "done").await.is_empty(), "nobody has ended it otherwise");
}

/// The letters that these servers, which have no mail server, could not send.
async fn without_letters(studio: &Studio) {
    studio.run("delete from backlot.jobs where name = 'mail.send' and state = 'dead'").await;
    studio.run_jobs().await;
}

const BLOCKED: &str = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                       and query like '%backlot.bulk_operations%for update%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_approved_may_die_at_once_and_another_server_does_it() {
    let studio = Studio::open().await;
    let both = approved(&studio).await;
    let other = server(&studio.database.name).await;
    once(&studio, both).await;
    drop(other);
    without_letters(&studio).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_doing_it_nothing_has_happened_and_another_server_does_it() {
    let studio = Studio::open().await;
    let both = approved(&studio).await;
    for _ in 0..3 {
        let mut held = studio.root.begin().await.unwrap();
        sqlx::query("select from backlot.bulk_operations for update").execute(&mut *held).await.unwrap();
        let killed = server(&studio.database.name).await;
        until(&studio, BLOCKED, 1).await;
        drop(killed);
        held.rollback().await.unwrap();
        assert_eq!((state(&studio, both.1).await.as_str(), started(&studio).await), ("approved", 0));
    }
    let other = server(&studio.database.name).await;
    once(&studio, both).await;
    drop(other);
    without_letters(&studio).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_do_it_at_once_do_it_once() {
    let studio = Studio::open().await;
    let both = approved(&studio).await;
    // As if each had claimed it: a job for every hand that they have.
    studio
        .run(&format!(
            "insert into backlot.jobs (id, name, payload, max_attempts) select gen_random_uuid(), 'approvals.keep_proposal',
               '{{\"proposal\": \"{}\"}}', 20 from generate_series(1, 6)",
            both.1
        ))
        .await;
    let mut held = studio.root.begin().await.unwrap();
    sqlx::query("select from backlot.bulk_operations for update").execute(&mut *held).await.unwrap();
    let servers = [server(&studio.database.name).await, server(&studio.database.name).await];
    until(&studio, BLOCKED, 2).await;
    let owners = "select count(distinct owner) from backlot.jobs where name = 'approvals.keep_proposal' and state = 'running'";
    until(&studio, owners, 2).await;
    held.rollback().await.unwrap();
    once(&studio, both).await;
    drop(servers);
    without_letters(&studio).await;
}
