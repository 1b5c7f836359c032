//! What can be asked of Backlot at the command line, a file each.
#![allow(clippy::print_stdout, reason = "this is what the command line answers")]

pub mod admin;
pub mod audit;
pub mod database;
pub mod greeting;
pub mod serve;
