//! Credits and subscriptions of many: approved by whoever is in charge of money, each once.
use super::{PAGE, all, each_once, not_done, pause_midway, prepare, resume, second, state};
use crate::support::Studio;
use backlot::kernel::Role;

/// So many more users, whom a list can be narrowed to.
async fn crowd(studio: &Studio, many: u32) {
    studio
        .run(&format!(
            "insert into platform.users (id, email, name, tier) select gen_random_uuid(), 'crowd' || n || '@users.example', 'Nr. ' || n, 'starter'
               from generate_series(1, {many}) n;
             insert into backlot.user_tags (user_id, tag) select id, 'crowd' from platform.users where email like 'crowd%'"
        ))
        .await;
}

/// Changes something of the last ones of the crowd, counted from the end.
fn last(from_end: u32) -> String {
    format!("(select id from platform.users where email like 'crowd%' order by id desc offset {from_end} limit 1)")
}

#[tokio::test]
async fn credits_are_granted_to_each_once_however_often_it_stops() {
    let studio = Studio::open().await;
    crowd(&studio, 250).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let list = dai.get("/admin/users?tag=crowd").await.must(200);
    assert_eq!(list.attributes("form.bulk a", "href"), ["/admin/bulk/new?list=users&all=yes&filter=tag%3Dcrowd"]);
    let id = prepare(&mut dai, "credits.adjust", &all("tag=crowd"), &[("credits", "25"), ("cause", "goodwill")]).await;
    assert_eq!(state(&studio, id).await, "draft 250 250 0 0 0");
    let preview = dai.get(&format!("{PAGE}/{id}")).await.must(200);
    assert!(preview.words().contains("It takes a second admin"), "{preview:?}");
    studio.run(&format!("update platform.users set status = 'deleted' where id = {}", last(0))).await;
    studio
        .run(&format!("delete from backlot.user_tags where user_id = {gone}; delete from platform.users where id = {gone}", gone = last(1)))
        .await;
    second(&studio, &mut dai, id, Role::BillingAdmin).await;
    pause_midway(&studio, &mut dai, (id, 100), "select from platform.users where id = '{row}' for update").await;
    let granted =
        "select count(*) from platform.credit_transactions t join platform.users u on u.id = t.user_id where u.email like 'crowd%'";
    assert_eq!(studio.number(granted).await, 200);
    resume(&studio, &mut dai, id).await;
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "done 250 250 248 2 0");
    assert_eq!(not_done(&studio, id, "skipped").await, ["It is gone. 1", "They are deleted. 1"]);
    each_once(&studio, id, ("credits.adjust", "admin_billing_action"), 248).await;
    assert_eq!(studio.number(&format!("{granted} and t.amount = 25")).await, 248);
    assert_eq!(studio.number(&granted.replace("count(*)", "count(distinct t.user_id)")).await, 248);
    let booked = format!("select count(*) from backlot.ledger_transfers where cause like 'bulk:{id}:%' and amount = 25");
    assert_eq!(studio.number(&booked).await, 248, "the ledger says the same");
    assert_eq!(studio.number("select count(*) from platform.notifications where title = 'You got credits'").await, 248);
    assert_eq!(studio.letters.all().iter().filter(|letter| letter.subject == "You got credits").count(), 248);
}

/// What has become of the subscription of one of the last of the crowd.
fn becomes(from_end: u32, change: &str) -> String {
    format!("update platform.subscriptions set {change} where user_id = {};", last(from_end))
}

/// All but the last subscribe; the one before has cancelled, and the one before that does not pay.
async fn subscribe(studio: &Studio) {
    studio
        .run(&format!(
            "insert into platform.subscriptions (id, user_id, tier, status, period_start, period_end, price_minor)
               select gen_random_uuid(), id, 'starter', 'active', now() - interval '5 days', now() + interval '25 days', 900
               from platform.users where email like 'crowd%' and id <> {};
             {} {}",
            last(0),
            becomes(1, "status = 'cancelled', cancelled_at = now()"),
            becomes(2, "status = 'past_due'")
        ))
        .await;
}

#[tokio::test]
async fn subscriptions_are_cancelled_with_their_period_and_what_has_changed_is_left_alone() {
    let studio = Studio::open().await;
    crowd(&studio, 52).await;
    subscribe(&studio).await;
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let id = prepare(&mut dai, "subscriptions.cancel", &all("tag=crowd"), &[("cause", "unused")]).await;
    assert_eq!(state(&studio, id).await, "draft 52 50 0 0 0");
    assert_eq!(not_done(&studio, id, "left").await, ["It is cancelled already. 1", "They have no subscription. 1"]);
    let meanwhile =
        [becomes(2, "cancelled_at = now()"), becomes(3, "status = 'cancelled', cancelled_at = now()"), becomes(4, "status = 'lapsed'")];
    studio.run(&meanwhile.concat()).await;
    second(&studio, &mut dai, id, Role::BillingAdmin).await;
    pause_midway(&studio, &mut dai, (id, 20), "select from platform.subscriptions where user_id = '{row}' for update").await;
    resume(&studio, &mut dai, id).await;
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "done 52 50 47 3 0");
    assert_eq!(
        not_done(&studio, id, "skipped").await,
        [
            "Changed meanwhile: active then, cancelled now. 1",
            "It is cancelled already, and ends by itself. 1",
            "No subscription of theirs runs. 1"
        ]
    );
    each_once(&studio, id, ("subscriptions.cancel", "admin_subscription_action"), 47).await;
    let ended =
        "select count(*) from platform.subscriptions where status = 'cancelled' and cancel_reason = 'Does not use it' and version = 2";
    assert_eq!(studio.number(ended).await, 47);
    assert_eq!(
        studio.number("select count(*) from platform.users where email like 'crowd%' and tier = 'starter'").await,
        52,
        "all keep it"
    );
    assert_eq!(studio.letters.all().iter().filter(|letter| letter.subject == "Your subscription is cancelled").count(), 47);
}
