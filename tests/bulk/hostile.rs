//! Forged, stale, too many, another's: refused.
use super::{PAGE, all, new, prepare, propose, state, ticked};
use crate::support::{ABSENT, ADA, BEN, CAS, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn nobody_starts_what_another_has_previewed_or_what_nobody_has() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.restore", &ticked(&[CAS]), &[]).await;
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let path = format!("{PAGE}/{id}/start");
    let asked = maya.get(&path).await.must(200).form(&path);
    let refused = maya.submit(&asked).await.must(409);
    assert!(refused.words().contains("preview it yourself first"), "{refused:?}");
    maya.get(&format!("{PAGE}/{ABSENT}")).await.must(404);
    let mut forged = asked.clone();
    forged.action = format!("{PAGE}/{ABSENT}/start");
    maya.submit(&forged).await.must(404);
    assert_eq!(state(&studio, id).await, "draft 1 1 0 0 0");
}

#[tokio::test]
async fn what_takes_a_second_admin_is_not_started_alone() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.suspend", &ticked(&[ADA, BEN]), &[]).await;
    let path = format!("{PAGE}/{id}/propose");
    let mut asked = dai.get(&path).await.must(200).form(&path);
    asked.action = format!("{PAGE}/{id}/start");
    let refused = dai.submit(&asked).await.must(409);
    assert!(refused.words().contains("takes a second admin"), "{refused:?}");
    studio.run("insert into backlot.system_config (key, value, category) values ('bulk.second_admin_rows', '2', 'bulk') on conflict (key) do update set value = excluded.value").await;
    studio.site.live.reload(&studio.app).await.unwrap();
    let many = prepare(&mut dai, "users.tag", &ticked(&[ADA, BEN]), &[("tag", "vip")]).await;
    let page = dai.get(&format!("{PAGE}/{many}")).await.must(200);
    assert!(page.words().contains("It takes a second admin"), "{page:?}");
    propose(&mut dai, many).await;
    assert_eq!(studio.number("select count(*) from backlot.user_tags").await, 0);
    studio.run_jobs().await;
}

#[tokio::test]
async fn too_many_are_refused_and_so_is_what_makes_no_sense() {
    let studio = Studio::open().await;
    studio.run("insert into backlot.system_config (key, value, category) values ('bulk.most_rows', '100', 'bulk') on conflict (key) do update set value = excluded.value;
      insert into platform.users (id, email, name) select gen_random_uuid(), 'n' || n || '@users.example', 'N' from generate_series(1, 120) n").await;
    studio.site.live.reload(&studio.app).await.unwrap();
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let path = new("users.tag", &all("status=active"));
    let form = dai.get(&path).await.must(200).form("/admin/bulk/new").with("reason", "all of them").with("tag", "x");
    let refused = dai.submit(&form).await.must(422);
    assert!(refused.words().contains("more than 100 users"), "{refused:?}");
    assert_eq!(studio.number("select count(*) from backlot.bulk_rows").await, 0, "nothing is left of it");
    dai.get(&new("users.tag", "")).await.must(400);
    let nobody = dai.get(&new("users.tag", &ticked(&[ABSENT]))).await.must(200).form("/admin/bulk/new");
    dai.submit(&nobody.clone().with("reason", "nobody").with("tag", "x")).await.must(422);
    let bad = dai.submit(&nobody.clone().with("reason", "a bad tag").with("tag", "Ä<script>")).await.must(422);
    assert!(bad.words().contains("letters from a to z"), "{bad:?}");
    let odd = nobody.clone().with("reason", "odd").with("tag", "x").with("kind", "users.drop");
    dai.submit(&odd).await.must(422);
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    sam.get(PAGE).await.must(403);
    assert!(!sam.get("/admin/users").await.must(200).text.contains("/admin/bulk"));
}

#[tokio::test]
async fn who_joins_the_filter_after_the_preview_is_not_among_them() {
    let studio = Studio::open().await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "users.restore", &all("status=suspended"), &[]).await;
    studio.run(&format!("update platform.users set status = 'suspended' where id = '{ADA}'")).await;
    super::start(&mut dai, id).await.must(303);
    studio.run_jobs().await;
    assert_eq!((state(&studio, id).await.as_str(), super::who(&studio, "suspended").await.as_str()), ("done 1 1 1 0 0", "ada"));
}
