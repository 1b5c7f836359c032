//! Finding or starting PostgreSQL, and the roles that Backlot signs in with.

pub mod cluster;
pub mod roles;
mod scram;
