//! Every test, in one binary: one private database server serves them all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures, for whoever asks with --nocapture")]
#![allow(clippy::disallowed_methods, reason = "tests stand outside: they read the machine's clock and make ids")]

mod account;
mod admins;
mod alerts;
mod approvals;
mod architecture;
mod audit;
mod audit_seal;
mod billing;
mod browser;
mod bulk;
mod cluster;
mod config;
mod database;
mod demo;
mod doctor;
mod every_route;
mod exports;
mod finby;
mod flags;
mod fleet;
mod health;
mod impersonation;
mod integrity;
mod jobs;
mod lora;
mod mail;
mod maintenance;
mod notifications;
mod passkeys;
mod plans;
mod projects;
mod sign_in;
mod support;
mod traces;
mod users;
mod workflows;
