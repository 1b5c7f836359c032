//! What admins do: one folder per capability, the same few files in each.
pub mod account;
pub mod admins;
pub mod audit;
pub mod config;
pub mod flags;
pub mod home;
pub mod impersonation;
pub mod jobs;
pub mod mailbox;
pub mod maintenance;
pub mod notifications;
pub mod search;
pub mod sign_in;
pub mod users;
