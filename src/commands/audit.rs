//! `backlot audit …`: the proof, and a new beginning after a restore.
use super::admin::console;
use super::serve::{anchor_path, signing_key};
use crate::database::place::Place;
use crate::database::pools::pool;
use crate::kernel::audit::{AnchorFile, Range, Sealer, TrustedKeys, verify};
use crate::settings::{AuditCommand, Given};
use std::error::Error;

/// Does what was asked.
///
/// # Errors
/// When it cannot be done, or the log is not intact.
pub async fn run(given: &Given, command: AuditCommand) -> Result<(), Box<dyn Error>> {
    let place = Place::join(given).await?;
    let done = match command {
        AuditCommand::Verify => check(given, &place).await,
        AuditCommand::NewEpoch { reason } => new_epoch(given, &place, &reason).await,
    };
    place.leave().await?;
    done
}

async fn check(given: &Given, place: &Place) -> Result<(), Box<dyn Error>> {
    let keys = TrustedKeys::of(&signing_key(given, place)?);
    let reader = pool(&place.ways.sealer, 2, "backlot audit verify");
    let report = verify(&reader, &keys, Some(&anchor_path(given, place)?), Range::All).await?;
    print!("{report}");
    if report.is_intact() { Ok(()) } else { Err("the audit log is not intact".into()) }
}

async fn new_epoch(given: &Given, place: &Place, reason: &str) -> Result<(), Box<dyn Error>> {
    let anchor = AnchorFile::open(&anchor_path(given, place)?)?;
    let sealer = Sealer::new(pool(&place.ways.sealer, 3, "backlot audit"), signing_key(given, place)?, anchor);
    let seal = sealer.new_epoch(&console().name, reason).await?;
    println!("A new epoch has begun with seal {}.", seal.seal_no);
    Ok(())
}
