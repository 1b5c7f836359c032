//! What a newcomer reads after `cargo run`: where it is, and how to get in.
use crate::database::demo_admins::{self, PASSWORD};
use crate::features::sign_in::{DemoLink, DemoLinks};
use crate::kernel::{Result, secret};
use crate::web::machine::Platform;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::fmt::Write;
use totp_rs::Secret;

/// A sign-in link for each of the demo's staff, good until this process ends.
///
/// # Errors
/// When the system has no randomness.
pub fn links() -> Result<DemoLinks> {
    let link = |admin: demo_admins::DemoAdmin| {
        let token: [u8; 32] = secret::random()?;
        Ok(DemoLink { token: BASE64_URL_SAFE_NO_PAD.encode(token), admin_id: admin.id, name: admin.name.to_owned(), role: admin.role })
    };
    let links: Result<Vec<_>> = demo_admins::staff().into_iter().map(link).collect();
    Ok(DemoLinks(links?.into()))
}

/// What the platform's services show when they ask the demo: known to all, and taken in the demo only.
const PLATFORM_TOKEN: &str = "the-demo-platform-asks-for-flags";

/// Whom the demo answers: those that are named, and whoever has the token that it prints.
pub fn platform(named: &Platform) -> Platform {
    named.clone().and_server(PLATFORM_TOKEN)
}

/// The words.
pub fn words(url: &str, links: &DemoLinks) -> String {
    let mut words = format!("\n  Backlot is open at {url}, with a demo studio behind it.\n\n  Straight in (until this process ends):\n");
    for link in links.0.iter() {
        let _ = writeln!(words, "    {:<18} {url}/sign-in/demo/{}", link.role.label(), link.token);
    }
    let _ = writeln!(words, "\n  Or by the door, {url}/sign-in, with the password “{PASSWORD}” and an authenticator app:");
    for admin in demo_admins::staff() {
        let _ =
            writeln!(words, "    {:<18} {:<24} TOTP secret {}", admin.role.label(), admin.email, Secret::from(admin.secret).to_base32());
    }
    let _ = writeln!(words, "\n  For the platform (/ofrep/v1/…, /api/v1/…): Authorization: Bearer {PLATFORM_TOKEN}");
    words.push_str("\n  Ctrl-C stops it, and its database.\n");
    words
}
