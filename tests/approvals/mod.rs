//! What takes a second admin.
mod crash;
mod decide;
mod race;

use crate::bulk::{prepare, propose, ticked};
use crate::support::{ADA, Answer, BEN, Browser, Studio};
use backlot::kernel::Role;
use uuid::Uuid;

pub const PAGE: &str = "/admin/approvals";

/// The data admin proposes to suspend Ada and Ben: the browser, the operation and the proposal.
pub async fn proposed(studio: &Studio) -> (Browser, Uuid, Uuid) {
    let mut dai = studio.sign_in(Role::DataAdmin).await;
    let operation = prepare(&mut dai, "users.suspend", &ticked(&[ADA, BEN]), &[]).await;
    let proposal = propose(&mut dai, operation).await;
    (dai, operation, proposal)
}

pub async fn state(studio: &Studio, proposal: Uuid) -> String {
    studio.text(&format!("select state from backlot.approvals where id = '{proposal}'")).await
}

/// Presses a button of a proposal's page.
pub async fn press(browser: &mut Browser, proposal: Uuid, verb: &str) -> Answer {
    let page = browser.get(&format!("{PAGE}/{proposal}")).await.must(200);
    let form = page.form(&format!("{PAGE}/{proposal}/{verb}"));
    let form = if verb == "reject" { form.with("reason", "not like this") } else { form };
    browser.submit(&form).await
}

/// How many operations were ever started.
pub async fn started(studio: &Studio) -> usize {
    studio.entries("bulk.start_seconded", "done").await.len()
}
