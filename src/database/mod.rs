//! Finding or starting PostgreSQL, the roles that Backlot signs in with, and what must be true before it serves.

pub mod checks;
pub mod cluster;
pub mod databases;
pub mod demo;
pub mod demo_admins;
pub mod doctor;
pub mod keys;
pub mod migrate;
pub mod place;
pub mod pools;
pub mod roles;
mod scram;
