//! What is previewed is done, each row once, with the record that it would have had alone.
use super::{PAGE, all, prepare, propose, start, state, ticked, who};
use crate::support::{ADA, BEN, CAS, DEL, EVE, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn a_tier_is_changed_for_all_that_match_and_each_has_its_entry() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let list = dai.get("/admin/users?tier=free").await.must(200);
    assert_eq!(list.attributes("form.bulk a", "href"), ["/admin/bulk/new?list=users&all=yes&filter=tier%3Dfree"]);
    assert!(!list.attributes("input.pick[form=bulk]", "value").is_empty(), "rows can be ticked without scripts");
    let before = studio.number("select count(*) from platform.users where tier = 'free' and status <> 'deleted'").await;
    let id = prepare(&mut dai, "users.change_tier", &all("tier=free"), &[("tier", "starter")]).await;
    let preview = dai.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(preview.words().contains("get the tier") && preview.words().contains("They are deleted"), "{preview:?}");
    start(&mut dai, id).await.sent_to(&format!("{PAGE}/{id}"));
    studio.run_jobs().await;
    assert!(state(&studio, id).await.starts_with("done "), "{}", state(&studio, id).await);
    assert_eq!(studio.number("select count(*) from platform.users where tier = 'free' and status <> 'deleted'").await, 0);
    let entries = studio.entries("users.change_tier", "done").await;
    assert_eq!(i64::try_from(entries.len()).unwrap(), before);
    let cause = studio.entries("bulk.start", "done").await[0].id;
    let me = Some(studio.staff(Role::DataAdmin).id);
    assert!(entries.iter().all(|entry| entry.cause == Some(cause) && entry.actor_id == me), "{entries:?}");
    assert!(entries.iter().all(|entry| entry.reason.as_deref() == Some("a test of it") && entry.change("tier").1 == "starter"));
    let events = studio.events().await.into_iter().filter(|event| event.name == "admin_user_tier_changed").count();
    assert_eq!(events, entries.len(), "each is announced");
    assert_eq!(studio.number("select count(*) from platform.notifications where title = 'Your plan has changed'").await, before);
    let rows = dai.get(&format!("{PAGE}/{id}/rows?state=left")).await.must(200);
    assert!(rows.words().contains("They are deleted"), "{rows:?}");
}

#[tokio::test]
async fn suspending_takes_a_second_admin_and_ends_their_sessions() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.suspend", &ticked(&[ADA, BEN, CAS]), &[]).await;
    assert_eq!(state(&studio, id).await, "draft 3 2 0 0 0");
    let path = format!("{PAGE}/{id}/start");
    dai.get(&path).await.must(200);
    let proposal = propose(&mut dai, id).await;
    assert_eq!(who(&studio, "suspended").await, "cas", "nothing has happened yet");
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("/admin/approvals/{proposal}");
    let page = maya.get(&path).await.must(200);
    assert!(page.words().contains("still exactly what was proposed") && page.words().contains("are suspended"), "{page:?}");
    maya.submit(&page.form(&format!("{path}/approve"))).await.sent_to(&path);
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "done 3 2 2 0 0");
    assert_eq!(who(&studio, "suspended").await, "ada ben cas");
    assert_eq!(studio.number(&format!("select count(*) from platform.user_sessions where user_id = '{ADA}'")).await, 0);
    let started = &studio.entries("bulk.start_seconded", "done").await[0];
    assert_eq!(started.actor_id, Some(studio.staff(Role::DataAdmin).id), "in the name of whoever proposed it");
    assert!(started.changes.contains("approved_by") && started.changes.contains(studio.staff(Role::SuperAdmin).name), "{started:?}");
    assert_eq!(started.cause, Some(studio.entries("approvals.approve", "done").await[0].id));
    assert_eq!(studio.entries("users.suspend", "done").await.len(), 2);
    assert_eq!(studio.text(&format!("select state from backlot.approvals where id = '{proposal}'")).await, "done");
}

#[tokio::test]
async fn who_is_otherwise_by_then_is_left_alone_and_so_is_who_is_gone() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.tag", &ticked(&[ADA, BEN, EVE]), &[("tag", "Early Bird")]).await;
    studio.run(&format!("update platform.users set status = 'deleted' where id = '{BEN}'")).await;
    studio.run(&format!("insert into backlot.user_tags (user_id, tag) values ('{EVE}', 'early-bird')")).await;
    let tier = prepare(&mut dai, "users.change_tier", &ticked(&[EVE]), &[("tier", "pro")]).await;
    studio.run(&format!("update platform.users set tier = case tier when 'free' then 'starter' else 'free' end where id = '{EVE}'")).await;
    start(&mut dai, id).await.must(303);
    start(&mut dai, tier).await.must(303);
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "done 3 3 1 2 0");
    assert_eq!(state(&studio, tier).await, "done 1 1 0 1 0", "nobody has looked at this change");
    let list = dai.get("/admin/users?tag=early-bird").await.must(200);
    assert!(list.words().contains("ada@users.example") && !list.words().contains("ben@users.example"), "{list:?}");
    let file = dai.get(&format!("{PAGE}/{id}/failures")).await.must(200);
    assert_eq!(file.text.lines().count(), 3, "{file:?}");
    assert_eq!(studio.entries("bulk.download", "done").await.len(), 1);
    let user = dai.get(&format!("/admin/users/{ADA}")).await.must(200);
    assert!(user.words().contains("early-bird"));
}

#[tokio::test]
async fn it_is_paused_goes_on_and_is_cancelled() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.restore", &ticked(&[CAS, ADA, DEL]), &[]).await;
    assert_eq!(state(&studio, id).await, "draft 3 1 0 0 0");
    start(&mut dai, id).await.must(303);
    let page = dai.get(&format!("{PAGE}/{id}")).await.must(200);
    dai.submit(&page.form(&format!("{PAGE}/{id}/pause"))).await.must(303);
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), who(&studio, "suspended").await.as_str()), ("paused 3 1 0 0 0", "cas"));
    let page = dai.get(&format!("{PAGE}/{id}")).await.must(200);
    dai.submit(&page.form(&format!("{PAGE}/{id}/resume"))).await.must(303);
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), who(&studio, "suspended").await.as_str()), ("done 3 1 1 0 0", ""));
    let other = prepare(&mut dai, "users.tag", &ticked(&[ADA]), &[("tag", "x")]).await;
    let page = dai.get(&format!("{PAGE}/{other}")).await.must(200);
    dai.submit(&page.form(&format!("{PAGE}/{other}/cancel"))).await.must(303);
    dai.get(&format!("{PAGE}/{other}/start")).await.sent_to(&format!("{PAGE}/{other}"));
}

#[tokio::test]
async fn whoever_may_no_longer_run_it_does_not() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.restore", &ticked(&[CAS]), &[]).await;
    start(&mut dai, id).await.must(303);
    studio.run("update backlot.admins set role = 'support_admin' where role = 'data_admin'").await;
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), who(&studio, "suspended").await.as_str()), ("paused 1 1 0 0 0", "cas"));
    assert_eq!(studio.entries("bulk.hold", "done").await.len(), 1);
}

#[tokio::test]
async fn a_preview_that_nobody_wants_is_forgotten() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.restore", &ticked(&[CAS]), &[]).await;
    studio.run(&format!("update backlot.bulk_operations set created_at = now() - interval '2 days' where id = '{id}'")).await;
    let path = format!("{PAGE}/{id}/start");
    let asked = dai.get(&path).await.must(200).form(&path);
    dai.submit(&asked).await.must(409);
    studio
        .run("insert into backlot.jobs (id, name, payload, max_attempts) values (gen_random_uuid(), 'bulk.look_at_operations', '{}', 1)")
        .await;
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "expired 1 1 0 0 0");
    assert_eq!(studio.number("select count(*) from backlot.bulk_rows").await, 0);
}
