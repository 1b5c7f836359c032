//! Two admins: one proposes, another approves exactly that; and what becomes of everything else.
use super::{PAGE, press, proposed, started, state};
use crate::bulk::{self, who};
use crate::support::Studio;
use backlot::kernel::Role;

#[tokio::test]
async fn those_who_may_approve_are_told_and_see_it_in_the_navigation() {
    let studio = Studio::open().await;
    let (mut dai, _, proposal) = proposed(&studio).await;
    studio.run_jobs().await;
    let told: Vec<String> = studio
        .letters
        .all()
        .into_iter()
        .filter(|letter| letter.subject.starts_with("Waits for your approval"))
        .map(|letter| letter.to)
        .collect();
    assert!(
        told.contains(&studio.staff(Role::SuperAdmin).email.to_owned()) && !told.contains(&studio.staff(Role::DataAdmin).email.to_owned()),
        "{told:?}"
    );
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let home = maya.get("/admin").await.must(200);
    assert_eq!(home.all(".side .nav-count"), ["1 open"], "{home:?}");
    let list = maya.get(PAGE).await.must(200);
    assert!(list.words().contains("Suspend 2 users"), "{list:?}");
    let own = dai.get(&format!("{PAGE}?part=others")).await.must(200);
    assert!(own.words().contains("Suspend 2 users") && !dai.get(PAGE).await.must(200).words().contains("Suspend 2 users"), "{own:?}");
    let page = dai.get(&format!("{PAGE}/{proposal}")).await.must(200);
    assert!(!page.text.contains("/approve\"") && page.text.contains("/withdraw\""), "{page:?}");
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    sam.get(&format!("{PAGE}/{proposal}")).await.must(403);
}

#[tokio::test]
async fn rejecting_takes_a_reason_and_nothing_is_done() {
    let studio = Studio::open().await;
    let (_, operation, proposal) = proposed(&studio).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(&format!("{PAGE}/{proposal}")).await.must(200);
    maya.submit(&page.form(&format!("{PAGE}/{proposal}/reject"))).await.must(422);
    press(&mut maya, proposal, "reject").await.sent_to(&format!("{PAGE}/{proposal}"));
    studio.run_jobs().await;
    assert_eq!((state(&studio, proposal).await.as_str(), started(&studio).await), ("rejected", 0));
    assert_eq!(bulk::state(&studio, operation).await, "draft 2 2 0 0 0");
    assert!(studio.letters.all().iter().any(|letter| letter.subject.starts_with("Rejected")), "whoever proposed it is told");
}

#[tokio::test]
async fn proposing_anew_voids_what_was_approved() {
    let studio = Studio::open().await;
    let (mut dai, operation, proposal) = proposed(&studio).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    press(&mut maya, proposal, "approve").await.must(303);
    let again = bulk::propose(&mut dai, operation).await;
    assert_ne!(again, proposal);
    studio.run_jobs().await;
    assert_eq!((state(&studio, proposal).await, state(&studio, again).await), ("void".to_owned(), "open".to_owned()));
    assert_eq!((started(&studio).await, who(&studio, "suspended").await.as_str()), (0, "cas"));
}

#[tokio::test]
async fn a_changed_effect_never_runs() {
    let studio = Studio::open().await;
    let (mut dai, operation, proposal) = proposed(&studio).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(&format!("{PAGE}/{proposal}")).await.must(200);
    let form = page.form(&format!("{PAGE}/{proposal}/approve"));
    let leave = |why: &str| {
        format!(
            "update backlot.bulk_rows set state = 'left', why = '{why}' where operation_id = '{operation}' and row_id = (select max(row_id::text)::uuid from backlot.bulk_rows where state = 'waiting')"
        )
    };
    studio.run(&leave("one")).await;
    let refused = maya.submit(&form).await.must(409);
    assert!(refused.words().contains("The effect has changed since you looked"), "{refused:?}");
    let drifted = maya.get(&format!("{PAGE}/{proposal}")).await.must(200);
    assert!(drifted.words().contains("no longer what was proposed") && !drifted.text.contains("/approve\""), "{drifted:?}");
    press(&mut dai, proposal, "again").await.must(303);
    let anew = studio.text("select id::text from backlot.approvals where state = 'open'").await.parse().unwrap();
    press(&mut maya, anew, "approve").await.must(303);
    studio.run(&leave("two")).await;
    studio.run_jobs().await;
    assert_eq!(
        (state(&studio, anew).await.as_str(), started(&studio).await, who(&studio, "suspended").await.as_str()),
        ("stale", 0, "cas")
    );
    assert!(studio.letters.all().iter().any(|letter| letter.subject.starts_with("Not done")));
}

#[tokio::test]
async fn whoever_lost_the_right_meanwhile_keeps_it_from_running() {
    for (change, role) in [
        ("status = 'disabled'", "super_admin"),
        ("role = 'support_admin'", "super_admin"),
        ("status = 'disabled'", "data_admin"),
        ("role = 'support_admin'", "data_admin"),
    ] {
        let studio = Studio::open().await;
        let (_, operation, proposal) = proposed(&studio).await;
        let mut maya = studio.sign_in(Role::SuperAdmin).await;
        press(&mut maya, proposal, "approve").await.must(303);
        studio.run(&format!("update backlot.admins set {change} where role = '{role}' and status = 'active'")).await;
        studio.run_jobs().await;
        assert_eq!(state(&studio, proposal).await, "refused", "{change} {role}");
        assert_eq!((bulk::state(&studio, operation).await.as_str(), started(&studio).await), ("draft 2 2 0 0 0", 0), "{change} {role}");
    }
}

#[tokio::test]
async fn an_account_that_the_proposer_has_in_hand_is_no_second_pair_of_eyes() {
    let studio = Studio::open().await;
    let (_, _, proposal) = proposed(&studio).await;
    let (dai, maya) = (studio.staff(Role::DataAdmin).id, studio.staff(Role::SuperAdmin).id);
    studio
        .run(&format!(
            "insert into backlot.audit_log (id, actor_kind, actor_id, actor_name, action, target_kind, target_id, outcome)
      values (gen_random_uuid(), 'admin', '{dai}', 'Dai', 'admins.reset_factors', 'admin', '{maya}', 'done')"
        ))
        .await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let page = maya.get(&format!("{PAGE}/{proposal}")).await.must(200);
    assert!(page.one("#barred").contains("made or changed your account"), "{page:?}");
    studio.run_jobs().await;
}

#[tokio::test]
async fn a_team_of_one_waits_and_the_record_says_so() {
    let studio = Studio::open().await;
    studio.run("update backlot.admins set status = 'disabled' where role = 'super_admin'").await;
    studio.run("update backlot.admins set status = 'disabled' where role = 'data_admin' and email <> (select min(email) from backlot.admins where role = 'data_admin' and status = 'active')").await;
    let (mut dai, operation, proposal) = proposed(&studio).await;
    let page = dai.get(&format!("{PAGE}/{proposal}")).await.must(200);
    assert!(page.words().contains("A team of one: it waits 30 minutes"), "{page:?}");
    studio.run_jobs().await;
    assert_eq!((state(&studio, proposal).await.as_str(), started(&studio).await), ("open", 0));
    studio
        .run(&format!(
            "update backlot.approvals set cools_until = now() - interval '1 second' where id = '{proposal}';
      update backlot.jobs set run_at = now() where name = 'approvals.keep_proposal'"
        ))
        .await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, proposal).await.as_str(), bulk::state(&studio, operation).await.as_str()), ("done", "done 2 2 2 0 0"));
    let entry = &studio.entries("bulk.start_seconded", "done").await[0];
    assert!(entry.changes.contains("a team of one has waited 30 minutes"), "{}", entry.changes);
}

#[tokio::test]
async fn nobody_decides_and_it_expires() {
    let studio = Studio::open().await;
    let (_, operation, proposal) = proposed(&studio).await;
    studio
        .run(&format!(
            "update backlot.approvals set expires_at = now() - interval '1 second' where id = '{proposal}';
      insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'approvals.look_at_proposals', '{{}}', 1)"
        ))
        .await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, proposal).await.as_str(), bulk::state(&studio, operation).await.as_str()), ("expired", "draft 2 2 0 0 0"));
}
