//! Passkeys: made, shown, and refused when anything about them is not as it must be.
mod account;
mod enrol;
mod refused;
mod sign_in;

use crate::support::{Answer, Authenticator, Browser, Studio};
use backlot::kernel::Role;

const PAGE: &str = "/admin/account/passkeys";

/// Adds one to the account of whoever is in.
async fn add(browser: &mut Browser, device: &mut Authenticator, name: &str) -> Answer {
    let page = browser.get(PAGE).await.must(200);
    browser.submit(&device.answer(&page, PAGE).with("name", name)).await
}

/// A device with a passkey of this member of the staff.
async fn device_of(studio: &Studio, role: Role) -> Authenticator {
    let mut device = Authenticator::new();
    add(&mut studio.sign_in(role).await, &mut device, "Laptop").await.sent_to(PAGE);
    studio.run_jobs().await;
    device
}

/// In with nothing else, from a page that was opened just now.
async fn alone(browser: &mut Browser, device: &mut Authenticator) -> Answer {
    let page = browser.get("/sign-in").await.must(200);
    browser.submit(&device.answer(&page, "/sign-in/passkey")).await
}

/// How many are in with a passkey, as the record has it.
async fn entries(studio: &Studio, outcome: &str) -> usize {
    studio.entries("session.complete_with_passkey", outcome).await.len()
}
