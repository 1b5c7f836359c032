//! Backlot as people meet it: the real program, started as a newcomer starts it, in a real browser.
//!
//! Plain `cargo test` reports these tests as ignored, because they need Chromium; `scripts/test` installs it and runs them:
//! `cargo test browser:: -- --ignored`. A browser that cannot be found is a failure then, never a pass.
mod account;
mod admins;
mod axe;
mod billing;
#[allow(clippy::module_inception, reason = "the browser of the tests in a browser")]
mod browser;
mod config;
mod data;
mod driver;
mod exports;
mod find;
mod flags;
mod health;
mod impersonation;
mod lora;
mod maintenance;
mod money;
mod notifications;
mod pages;
mod passkeys;
mod scenery;
mod screenshots;
mod seconded;
mod session;
mod share;
mod sign_in;
mod states;
mod studio;
mod suspend;
mod told;
mod visit;
mod without_scripts;
mod works;
