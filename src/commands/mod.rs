//! What can be asked of Backlot at the command line, a file each.
#![allow(clippy::print_stdout, reason = "this is what the command line answers")]

pub mod admin;
pub mod audit;
mod crews;
pub mod database;
pub mod doctor;
mod doctor_around;
pub mod greeting;
mod letters;
pub mod log;
mod outside;
mod parts;
pub mod serve;

use std::io::Write;

/// Says something on standard output. Nobody may be reading any more: then it stays unsaid, and the work goes on.
fn say(words: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}
