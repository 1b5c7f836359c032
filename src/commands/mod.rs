//! What can be asked of Backlot at the command line, a file each.
pub mod admin;
pub mod audit;
pub mod database;
pub mod greeting;
pub mod serve;
