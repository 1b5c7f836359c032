//! Many at once: one is first, and everybody else is told so.
use super::{PAGE, form, keep, send, sent, state};
use crate::support::{Browser, Filled, Studio};
use backlot::kernel::Role;
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Each of these forms, at the same moment; how many were answered how.
async fn at_once(forms: Vec<(Browser, Filled)>) -> BTreeMap<u16, usize> {
    let mut all = JoinSet::new();
    for (mut browser, form) in forms {
        all.spawn(async move { browser.submit(&form).await.status.as_u16() });
    }
    let mut statuses = BTreeMap::new();
    for status in all.join_all().await {
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

/// So many forms of one kind, each with a key of its own.
async fn forms(browser: &mut Browser, id: Uuid, verb: &str, many: usize) -> Vec<(Browser, Filled)> {
    let mut all = Vec::new();
    for _ in 0..many {
        let action = format!("{PAGE}/{id}/{verb}");
        let form = match verb {
            "cancel" | "approve" => {
                let asked = browser.get(&action).await.must(200).form(&action);
                browser.submit(&asked).await.must(200).form(&action)
            }
            "send" => browser.get(&action).await.must(200).form(&action),
            _ => Filled { action, fields: vec![("_proof".into(), browser.proof().await)] },
        };
        all.push((browser.clone(), form));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_who_pause_pause_once() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = sent(&mut sam, &filled).await;
    let all = forms(&mut sam, id, "pause", 16).await;
    assert_eq!(at_once(all).await, BTreeMap::from([(303, 1), (409, 15)]));
    assert_eq!((state(&studio, id).await.as_str(), studio.entries("notifications.pause", "done").await.len()), ("paused", 1));
    let all = forms(&mut sam, id, "resume", 16).await;
    assert_eq!(at_once(all).await, BTreeMap::from([(303, 1), (409, 15)]));
    assert_eq!(studio.number(&format!("select run::bigint from backlot.notifications where id = '{id}'")).await, 2);
    studio.run_jobs().await;
    assert_eq!(state(&studio, id).await, "sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_who_send_send_once() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = keep(&mut sam, &filled).await;
    let all = forms(&mut sam, id, "send", 16).await;
    let statuses = at_once(all).await;
    assert_eq!(statuses, BTreeMap::from([(303, 1), (409, 15)]));
    studio.run_jobs().await;
    assert_eq!(super::inboxes(&studio, id).await, "ada ben bobby cas eve nobody rtl");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_pause_cancel_and_go_on_at_once_each_step_is_one_that_there_is() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    for _ in 0..3 {
        let filled = form(&mut sam).await;
        let id = sent(&mut sam, &filled).await;
        let mut all = forms(&mut sam, id, "cancel", 4).await;
        all.extend(forms(&mut sam, id, "pause", 6).await);
        all.extend(forms(&mut sam, id, "resume", 6).await);
        let statuses = at_once(all).await;
        assert_eq!(statuses.keys().filter(|status| ![303, 409].contains(*status)).count(), 0, "{statuses:?}");
        // Whoever cancels what has just been paused is asked again; so it may be any of these, and whatever it is holds.
        let after = state(&studio, id).await;
        assert!(["cancelled", "paused", "sending"].contains(&after.as_str()), "{after}");
        studio.run_jobs().await;
        let settled = if after == "sending" { "sent" } else { after.as_str() };
        assert_eq!(state(&studio, id).await, settled);
        assert_eq!(super::inboxes(&studio, id).await, if settled == "sent" { "ada ben bobby cas eve nobody rtl" } else { "" });
        let cancelled = studio.entries("notifications.cancel", "done").await;
        let mine = cancelled.iter().filter(|entry| entry.target_id == Some(id.to_string())).count();
        assert_eq!(mine, usize::from(settled == "cancelled"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_who_approve_and_decline_decide_once() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    super::strict(&studio).await;
    let filled = form(&mut sam).await;
    let id = keep(&mut sam, &filled).await;
    send(&mut sam, id).await.must(303);
    let mut olga = studio.sign_in(Role::OperationsAdmin).await;
    let mut all = forms(&mut olga, id, "approve", 8).await;
    all.extend(forms(&mut olga, id, "decline", 8).await);
    assert_eq!(at_once(all).await, BTreeMap::from([(303, 1), (409, 15)]));
    assert_eq!(studio.number("select count(*) from backlot.notification_approvals where decision is not null").await, 1);
    studio.run_jobs().await;
    let approved = studio.text("select decision from backlot.notification_approvals").await == "approved";
    assert_eq!(state(&studio, id).await, if approved { "sent" } else { "draft" });
}

/// What no button does, the database refuses too.
#[tokio::test]
async fn no_statement_takes_a_step_that_there_is_not() {
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let filled = form(&mut sam).await;
    let id = keep(&mut sam, &filled).await;
    for (to, why) in [("sent", "to sent"), ("paused", "to paused"), ("held", "to held")] {
        let sql = format!(
            "update backlot.notifications set state = '{to}', started_at = now(), finished_at = case when '{to}' = 'sent' then now() end,
               held_why = case when '{to}' = 'held' then 'why' end where id = '{id}'"
        );
        let refused = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&studio.root).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
}
