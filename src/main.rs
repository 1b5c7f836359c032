#![forbid(unsafe_code)]
//! The command line of Backlot.
#![allow(clippy::print_stderr, reason = "this is the command line")]

use backlot::commands::{admin, audit, database, doctor, serve};
use backlot::settings::{Command, CommandLine};
use clap::Parser;
use mimalloc::MiMalloc;
use std::io::IsTerminal;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Pages are many small strings: the system's allocator took a third of the server's own time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let CommandLine { given, command } = CommandLine::parse();
    // Only fails when it was done before, and nothing was.
    let _ = rustls::crypto::ring::default_provider().install_default();
    log(&given.log, &given.log_format);
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&given).await,
        Command::Migrate => database::migrate(&given).await,
        Command::Admin(command) => admin::run(&given, command).await,
        Command::Audit(command) => audit::run(&given, command).await,
        Command::Doctor(order) => doctor::run(&given, order).await,
        Command::DatabaseUrl { role } => database::url(&given, &role),
        Command::KeepPostgres(keep) => return keep.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backlot: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log(filter: &str, format: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("warn,backlot=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if format == "json" { log.json().init() } else { log.compact().init() }
}
