//! Viewing the platform as a user.
mod database;
mod end;
mod handover;
mod start;
mod view;

use crate::support::{ADA, Answer, Browser, Studio};
use backlot::kernel::Role;
use uuid::Uuid;

/// The question about a user.
fn place(user: Uuid) -> String {
    format!("/admin/users/{user}/impersonate")
}

/// The question, filled.
async fn begin(browser: &mut Browser, user: Uuid) -> Answer {
    let page = browser.get(&place(user)).await.must(200);
    browser.submit(&page.form(&place(user)).with("reason", "sees a white page").with("ticket", "T-9")).await
}

/// A support admin who views the platform as Ada.
async fn viewing(studio: &Studio) -> Browser {
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    begin(&mut sam, ADA).await.sent_to("/as");
    sam
}
