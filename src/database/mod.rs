//! Finding or starting PostgreSQL, and the roles that Backlot signs in with.

pub mod cluster;
pub mod databases;
pub mod roles;
mod scram;
