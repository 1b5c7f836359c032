//! What settings must say together, in the sandbox and outside it.
use super::{Given, Settings};
use crate::web::site::Environment;

impl Settings {
    pub(super) fn check_world(&self, given: &Given, is_private: bool, problems: &mut Vec<String>) {
        if self.environment == Environment::Sandbox {
            return self.check_sandbox(given, is_private, problems);
        }
        if is_private {
            problems.push("BACKLOT_DATABASE_URL is not set: staging and production need a database of their own.".into());
        }
        if self.secret_key.is_none() && given.secret_key.is_none() {
            problems.push("BACKLOT_SECRET_KEY is not set (make one with: openssl rand -base64 32).".into());
        }
        for (name, file) in [("BACKLOT_AUDIT_KEY_FILE", &given.audit_key_file), ("BACKLOT_AUDIT_ANCHOR_FILE", &given.audit_anchor_file)] {
            if file.is_none() {
                problems.push(format!("{name} is not set: the audit log is signed and anchored outside the database."));
            }
        }
        if self.mail.is_some() && !is_page(&self.public_url) {
            problems.push("BACKLOT_PUBLIC_URL does not say where people reach Backlot (https://…): letters hold links to it.".into());
        }
        if self.environment == Environment::Production && !self.public_url.starts_with("https://") {
            problems.push("BACKLOT_PUBLIC_URL must begin with https:// in production.".into());
        }
        if self.environment == Environment::Production && given.database_url.as_deref().is_some_and(|url| !is_safe_way(url)) {
            problems.push("BACKLOT_DATABASE_URL leaves this machine without TLS: add sslmode=verify-full.".into());
        }
        if self.environment == Environment::Production && cfg!(debug_assertions) {
            problems.push("This is a debug build; production takes `cargo build --release`.".into());
        }
    }

    /// Nothing of the demo may get out, and nobody from outside into it.
    fn check_sandbox(&self, given: &Given, is_private: bool, problems: &mut Vec<String>) {
        if !is_private {
            problems.push("BACKLOT_ENVIRONMENT=sandbox is for the private database only; BACKLOT_DATABASE_URL names another.".into());
        }
        if !self.listen.ip().is_loopback() {
            problems.push(
                "The sandbox prints sign-in links: BACKLOT_LISTEN must be an address of this machine only, such as 127.0.0.1:3000.".into(),
            );
        }
        if given.collector_url.is_some() {
            problems.push("BACKLOT_COLLECTOR_URL is set: the sandbox must not send made-up events to a real collector.".into());
        }
        if given.smtp_url.is_some() {
            problems.push("BACKLOT_SMTP_URL is set: the sandbox must not send real letters.".into());
        }
    }
}

fn is_page(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn is_safe_way(url: &str) -> bool {
    let host = url.split('@').next_back().unwrap_or("").split(['/', '?', ':']).next().unwrap_or("");
    matches!(host, "localhost" | "127.0.0.1" | "[" | "") || url.contains("sslmode=require") || url.contains("sslmode=verify")
}
