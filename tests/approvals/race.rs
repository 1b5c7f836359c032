//! Sixteen at once, in every way there is: one outcome.
use super::{PAGE, proposed, started, state};
use crate::bulk::{self, who};
use crate::support::{Browser, Filled, Studio};
use backlot::kernel::Role;
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use uuid::Uuid;

async fn forms(browser: &mut Browser, proposal: Uuid, verb: &str, many: usize) -> Vec<(Browser, Filled)> {
    let mut all = Vec::new();
    for _ in 0..many {
        let page = browser.get(&format!("{PAGE}/{proposal}")).await.must(200);
        let action = format!("{PAGE}/{proposal}/{verb}");
        let form = match verb {
            "again" => {
                let effect = page.attributes("form input[name=effect]", "value").first().cloned().unwrap_or_default();
                Filled { action, fields: vec![("_proof".into(), browser.proof().await), ("effect".into(), effect)] }
            }
            "reject" => page.form(&action).with("reason", "not like this"),
            _ => page.form(&action),
        };
        all.push((browser.clone(), form));
    }
    all
}

/// Fifteen forms of both admins; the sixteenth is the clock.
async fn everything(studio: &Studio, dai: &mut Browser, proposal: Uuid, wait: u32) -> Vec<(Browser, Filled)> {
    let mut maya = studio.sign_in(Role::SuperAdmin).await;
    let effect = studio.text(&format!("select fingerprint from backlot.approvals where id = '{proposal}'")).await;
    let mut all = forms(&mut maya, proposal, "approve", 5).await;
    all.extend(forms(&mut maya, proposal, "reject", 4).await);
    let mut again = forms(dai, proposal, "again", 4).await;
    for (_, form) in &mut again {
        form.fields.retain(|(name, _)| name != "effect");
        form.fields.push(("effect".into(), effect.clone()));
    }
    all.extend(again);
    all.extend(forms(dai, proposal, "withdraw", 2).await);
    studio
        .run(&format!(
            "update backlot.approvals set expires_at = clock_timestamp() + interval '{wait} milliseconds' where id = '{proposal}';
             update backlot.jobs set run_at = clock_timestamp() + interval '{wait} milliseconds' where name = 'approvals.keep_proposal'"
        ))
        .await;
    all
}

/// Sends all of them at once; how often each was answered how.
async fn sent(studio: &Studio, all: &[(Browser, Filled)]) -> BTreeMap<u16, usize> {
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    studio
        .work(async || {
            let mut sent = JoinSet::new();
            for (mut browser, form) in all.iter().cloned() {
                sent.spawn(async move { browser.submit(&form).await.status.as_u16() });
            }
            for status in sent.join_all().await {
                *statuses.entry(status).or_default() += 1;
            }
        })
        .await;
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn approve_reject_edit_withdraw_and_expire_at_once_have_one_outcome() {
    for round in 0..5 {
        let studio = Studio::open().await;
        let (mut dai, operation, proposal) = proposed(&studio).await;
        let all = everything(&studio, &mut dai, proposal, 5 + round * 15).await;
        let statuses = sent(&studio, &all).await;
        studio.run_jobs().await;
        assert!(statuses.keys().all(|status| [303, 409].contains(status)), "{statuses:?}");
        let (after, runs) = (state(&studio, proposal).await, started(&studio).await);
        assert!(["done", "rejected", "void", "withdrawn", "expired"].contains(&after.as_str()), "{after}");
        let done = studio.number("select count(*) from backlot.approvals where state = 'done'").await;
        assert_eq!(i64::try_from(runs).unwrap(), done, "what ran was approved, and ran once: {after}");
        assert!(runs <= 1 && studio.number("select count(*) from backlot.approvals where state in ('open', 'approved')").await <= 1);
        let suspended = who(&studio, "suspended").await;
        assert_eq!(suspended == "ada ben cas", done == 1, "{suspended} {after}");
        assert_eq!(bulk::state(&studio, operation).await, if done == 1 { "done 2 2 2 0 0" } else { "draft 2 2 0 0 0" });
        let decisions = ["approvals.reject", "approvals.conclude"];
        for action in decisions {
            let mine = studio.entries(action, "done").await.into_iter().filter(|row| row.target_id == Some(proposal.to_string())).count();
            assert!(mine <= 1, "{action}");
        }
        eprintln!("round {round}: {after}, {statuses:?}");
    }
}
