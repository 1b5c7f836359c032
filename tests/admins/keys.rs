//! The last key: whatever super admins do to each other, and however many at once, one who can come in is left.
use crate::support::Studio;
use backlot::app;
use backlot::features::admins::{ChangeAdminRole, DeleteAdmin, DisableAdmin, ResetFactors, ResetPassword};
use backlot::kernel::{Action, Actor, Error, OneTime, Role, Terms, Why, id};
use uuid::Uuid;

const PAIRS: usize = 100;
const USABLE: &str = "select count(*) from backlot.admins a where role = 'super_admin' and status = 'active'
  and password_hash is not null and totp_confirmed_at is not null";

fn why() -> Why {
    Why { reason: Some("one of us must go".into()), ticket: None }
}

/// Two super admins, both of whom can come in, as at the beginning of each round.
async fn two(studio: &Studio) -> (Uuid, Uuid) {
    let (maya, sam) =
        (backlot::database::demo_admins::id("maya@backlot.example"), backlot::database::demo_admins::id("sam@backlot.example"));
    studio
        .run(&format!(
            "update backlot.admins set role = 'super_admin', status = 'active', password_hash = 'some', totp_secret = 'some',
             totp_confirmed_at = now() where id in ('{maya}', '{sam}')"
        ))
        .await;
    (maya, sam)
}

/// A hundred times both at once; how often both, one and none of them succeeded.
async fn each_other<A: Action>(studio: &Studio, make: impl Fn(Uuid) -> A) -> [usize; 3] {
    let desk = app::desk(studio.app.clone());
    let mut ended = [0; 3];
    for _ in 0..PAIRS {
        let (maya, sam) = two(studio).await;
        let by = |who: Uuid| Actor { fresh: true, ..Actor::admin(who, "one of the two", Role::SuperAdmin) };
        let (first, second) = (by(maya), by(sam));
        let terms = Terms::default();
        let (left, right) = tokio::join!(desk.perform(&first, make(sam), &terms), desk.perform(&second, make(maya), &terms));
        for failed in [left.as_ref().err(), right.as_ref().err()].into_iter().flatten() {
            assert!(matches!(failed, Error::Conflict(_)), "{failed:?}");
        }
        assert!(studio.number(USABLE).await >= 1, "{}: nobody can come in any more", A::NAME);
        ended[usize::from(left.is_ok()) + usize::from(right.is_ok())] += 1;
    }
    studio.run("delete from backlot.jobs where name = 'mail.send'").await;
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_remove_each_other_at_the_same_moment_never_both_succeed() {
    let studio = Studio::open().await;
    studio.run("alter table backlot.jobs disable trigger jobs_deletion").await;
    let rounds = [
        each_other(&studio, |id| DisableAdmin { id, why: why() }).await,
        each_other(&studio, |id| ChangeAdminRole { id, role: Role::DataAdmin, why: why() }).await,
        each_other(&studio, |id| DeleteAdmin { id, why: why() }).await,
        each_other(&studio, |id| ResetFactors { id, why: why() }).await,
        each_other(&studio, |id| ResetPassword { id, why: why(), link: OneTime::of(&crate::support::server::secrets(), id::new()) }).await,
    ];
    assert_eq!(rounds, [[0, PAIRS, 0]; 5], "each time one of the two, never both and never neither");
}

#[tokio::test]
async fn the_last_super_admin_who_can_come_in_stays_whoever_asks() {
    let studio = Studio::open().await;
    let maya = backlot::database::demo_admins::id("maya@backlot.example");
    let desk = app::desk(studio.app.clone());
    let console = Actor::console("root");
    let refused = |ended: Result<backlot::kernel::Performed<String>, Error>| {
        let Err(Error::Conflict(words)) = ended else { panic!("{ended:?}") };
        assert!(words.contains("last super admin who can come in"), "{words}");
    };
    // Another who has not enrolled yet is no key.
    studio.run("update backlot.admins set role = 'super_admin' where email in ('vera@backlot.example', 'noor@backlot.example')").await;
    refused(desk.perform(&console, DisableAdmin { id: maya, why: why() }, &Terms::default()).await);
    refused(desk.perform(&console, DeleteAdmin { id: maya, why: why() }, &Terms::default()).await);
    refused(desk.perform(&console, ResetFactors { id: maya, why: why() }, &Terms::default()).await);
    refused(desk.perform(&console, ChangeAdminRole { id: maya, role: Role::DataAdmin, why: why() }, &Terms::default()).await);
    // One with a passkey is.
    studio
        .run("insert into backlot.passkeys (id, admin_id, credential_id, name, credential) values (gen_random_uuid(), '0192f000-0000-7000-8000-0000000000e1', 'x', 'key', '{}')")
        .await;
    desk.perform(&console, DisableAdmin { id: maya, why: why() }, &Terms::default()).await.unwrap();
    let entry = studio.entries("admins.disable", "done").await.remove(0);
    assert_eq!((entry.actor_kind.as_str(), entry.actor_name.as_str()), ("console", "root"));
    assert_eq!(studio.entries("admins.disable", "failed").await.len(), 1, "what was refused is on the record");
    studio.run_jobs().await;
}

#[tokio::test]
async fn nobody_takes_away_what_they_stand_on_themselves() {
    let studio = Studio::open().await;
    let mut boss = studio.sign_in(Role::SuperAdmin).await;
    let (maya, _) = two(&studio).await;
    let before = studio.text(&format!("select a::text from backlot.admins a where id = '{maya}'")).await;
    for (place, fields) in [
        ("role", vec![("role", "data_admin"), ("reason", "enough")]),
        ("password", vec![("reason", "enough")]),
        ("factors", vec![("reason", "enough")]),
        ("disable", vec![("reason", "enough")]),
        ("delete", vec![("reason", "enough")]),
    ] {
        let refused = boss.post(&format!("/admin/admins/{maya}/{place}"), &fields).await.must(409);
        assert!(refused.words().contains("yourself. Another super admin can"), "{refused:?}");
    }
    assert_eq!(studio.text(&format!("select a::text from backlot.admins a where id = '{maya}'")).await, before);
    let page = boss.get(&format!("/admin/admins/{maya}")).await.must(200);
    assert_eq!(page.all("#actions [aria-disabled]").len(), 5, "shown as not open, with why: {page:?}");
    assert_eq!(studio.jobs().await.len(), 0);
}
