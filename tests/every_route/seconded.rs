//! Forms about proposals, bulk operations and tags: each with one that it can be about.
use crate::support::{BEN, Browser, Filled, Studio};
use backlot::app;
use backlot::kernel::{Actor, Caution, Role};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

/// Who proposes: a data admin whom no other form is about.
const PROPOSER: Uuid = uuid!("0192f000-0000-7000-8000-0000000000e8");

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// How the forms are filled; the addresses are those of [`from_its_page`].
pub fn deeds() -> Vec<Deed> {
    let bulk = |action, verb: &str| -> Deed { (action, format!("/admin/bulk/{{id}}/{verb}"), &[]) };
    let about = |action, verb: &str| -> Deed { (action, format!("/admin/approvals/{{id}}/{verb}"), &[]) };
    vec![
        ("users.tag", format!("/admin/users/{BEN}/tags"), &[("tag", "early-bird")]),
        ("users.untag", format!("/admin/users/{BEN}/tags/remove"), &[("tag", "late-bird")]),
        about("approvals.approve", "approve"),
        ("approvals.reject", "/admin/approvals/{id}/reject".into(), &[("reason", "not like this")]),
        about("approvals.withdraw", "withdraw"),
        about("approvals.propose", "again"),
        ("bulk.prepare", "/admin/bulk/new".into(), &[("reason", "a test of it")]),
        bulk("bulk.start", "start"),
        bulk("bulk.start_seconded", "propose"),
        bulk("bulk.pause", "pause"),
        bulk("bulk.resume", "resume"),
        bulk("bulk.cancel", "cancel"),
    ]
}

/// The action that a form leaves on the record: what takes a second admin is only proposed by it.
pub fn recorded(action: &'static str, caution: Caution) -> &'static str {
    if caution == Caution::SecondAdmin { "approvals.propose" } else { action }
}

/// The super admin who fills the forms.
fn me(studio: &Studio) -> Uuid {
    studio.staff(Role::SuperAdmin).id
}

/// An operation in a state, of one row that has the tag already by the time it is done.
async fn operation(studio: &Studio, state: &str, by: Uuid, seconded: bool) -> Uuid {
    let id = Uuid::now_v7();
    studio
        .run(&format!(
            "insert into backlot.bulk_operations (id, kind, params, label, list, needs_second, total, planned, reason, created_by, state, run,
               started_at, started_audit, worked_at)
             values ('{id}', 'users.tag', '{{\"tag\": \"vip\"}}', 'Tag “vip”: 1 user', 'users', {seconded}, 1, 1, 'a test', '{by}', '{state}', 1,
               now(), gen_random_uuid(), now());
             insert into backlot.bulk_rows (operation_id, row_id, label, was, state) values ('{id}', '{BEN}', 'Ben', '', 'waiting')"
        ))
        .await;
    id
}

/// A proposal of somebody's to start such an operation.
async fn proposal(studio: &Studio, by: Uuid, role: Role, state: &str) -> Uuid {
    let asker = format!(
        "insert into backlot.admins (id, email, name, role, status, password_hash)
         values ('{PROPOSER}', 'proposer@backlot.example', 'Proposer', 'data_admin', 'active', 'none') on conflict do nothing"
    );
    studio.run(&asker).await;
    let about = operation(studio, "draft", by, true).await;
    let why = json!({ "reason": "a test", "ticket": null });
    let content = json!({ "id": about, "effect": "users get the tag", "approval": "bulk_run", "why": why });
    let known = app::approvable();
    let actor = Actor::admin(by, "Proposer", role);
    let kind = known.named("bulk.start_seconded").unwrap();
    let rehearsal = kind.rehearse(&studio.site.desk, &actor, &content).await.unwrap();
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into backlot.approvals (id, action, content, takes, needs, target_kind, target_id, target_label, rehearsal, fingerprint, reason,
           asked_at, state, proposed_by, proposed_audit, expires_at, ended_at)
         values ($1, 'bulk.start_seconded', $2, 'bulk_run', 'bulk_run', 'bulk_operation', $3, 'Tag “vip”: 1 user', $4, $5, 'a test', '/admin/bulk', $6,
           $7, gen_random_uuid(), now() + interval '1 day', case when $6 <> 'open' then now() end)",
    )
    .bind(id)
    .bind(content)
    .bind(about.to_string())
    .bind(serde_json::to_value(&rehearsal).unwrap() as Value)
    .bind(rehearsal.fingerprint)
    .bind(state)
    .bind(by)
    .execute(&studio.root)
    .await
    .unwrap();
    id
}

async fn bare(browser: &mut Browser, action: String) -> Filled {
    Filled { action, fields: vec![("_proof".into(), browser.proof().await)] }
}

/// The form of an action, if it is one of these, or about a notification.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    match action {
        "users.untag" => {
            studio.run(&format!("insert into backlot.user_tags (user_id, tag) values ('{BEN}', 'late-bird') on conflict do nothing")).await;
            Some(bare(browser, format!("/admin/users/{BEN}/tags/remove")).await.with("tag", "late-bird"))
        }
        "bulk.prepare" => {
            let page = browser.get(&format!("/admin/bulk/new?list=users&kind=users.restore&ids[]={BEN}")).await.must(200);
            Some(page.form("/admin/bulk/new").with("reason", "a test of it"))
        }
        "bulk.start" | "bulk.start_seconded" => {
            let seconded = action == "bulk.start_seconded";
            let verb = if seconded { "propose" } else { "start" };
            let path = format!("/admin/bulk/{}/{verb}", operation(studio, "draft", me(studio), seconded).await);
            let asked = browser.get(&path).await.must(200).form(&path);
            let page = browser.submit(&asked).await.must(200);
            let form = page.form(&path);
            Some(if seconded { form.with("_typed", &page.one(".phrase")) } else { form })
        }
        "bulk.pause" | "bulk.cancel" => {
            let verb = action.trim_start_matches("bulk.");
            let id = operation(studio, "running", me(studio), false).await;
            Some(bare(browser, format!("/admin/bulk/{id}/{verb}")).await)
        }
        "bulk.resume" => {
            let id = operation(studio, "paused", me(studio), false).await;
            Some(bare(browser, format!("/admin/bulk/{id}/resume")).await)
        }
        action if action.starts_with("approvals.") => Some(decided(studio, browser, action).await),
        _ => super::told::from_its_page(studio, browser, action).await,
    }
}

/// The form of an action about a proposal.
async fn decided(studio: &Studio, browser: &mut Browser, action: &str) -> Filled {
    match action {
        "approvals.approve" | "approvals.reject" => {
            let path = format!("/admin/approvals/{}", proposal(studio, PROPOSER, Role::DataAdmin, "open").await);
            let verb = action.trim_start_matches("approvals.");
            let form = browser.get(&path).await.must(200).form(&format!("{path}/{verb}"));
            if verb == "reject" { form.with("reason", "not like this") } else { form }
        }
        _ => {
            let state = if action == "approvals.withdraw" { "open" } else { "expired" };
            let path = format!("/admin/approvals/{}", proposal(studio, me(studio), Role::SuperAdmin, state).await);
            let verb = if action == "approvals.withdraw" { "withdraw" } else { "again" };
            browser.get(&path).await.must(200).form(&format!("{path}/{verb}"))
        }
    }
}
