#![forbid(unsafe_code)]
//! The command line of Backlot.
#![allow(clippy::print_stderr, reason = "this is the command line")]

use backlot::commands::{admin, audit, database, doctor, log::Log, serve};
use backlot::settings::{Command, CommandLine};
use clap::Parser;
use mimalloc::MiMalloc;
use std::error::Error;
use std::process::ExitCode;

/// Pages are many small strings: the system's allocator took a third of the server's own time. Without huge pages of memory
/// (the feature `no_thp`): with them an export held half as much again.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let CommandLine { given, command } = CommandLine::parse();
    // Only fails when it was done before, and nothing was.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let log = match Log::open(&given) {
        Ok(log) => log,
        Err(error) => return failed(error.as_ref()),
    };
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&given).await,
        Command::Migrate => database::migrate(&given).await,
        Command::Admin(command) => admin::run(&given, command).await,
        Command::Audit(command) => audit::run(&given, command).await,
        Command::Doctor(order) => doctor::run(&given, order).await,
        Command::DatabaseUrl { role } => database::url(&given, &role),
        Command::KeepPostgres(keep) => return keep.run().await,
    };
    log.close().await;
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

fn failed(error: &dyn Error) -> ExitCode {
    eprintln!("backlot: {error}");
    ExitCode::FAILURE
}
