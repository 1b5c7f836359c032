#![forbid(unsafe_code)]
//! The command line of Backlot.

use std::process::ExitCode;

use backlot::database::cluster::KeepPostgres;
use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Runs PostgreSQL for Backlot
    #[command(hide = true)]
    KeepPostgres(KeepPostgres),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Command::parse() {
        Command::KeepPostgres(keep) => keep.run().await,
    }
}
