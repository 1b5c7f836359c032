//! The crews that runs are started at: real ones, the sandbox's, or none.
use crate::gateways::crewai::{Callback, Crew, CrewError, Crews, Hosts, Mode};
use crate::gateways::watch::{Calls, Gateway, Watched};
use crate::kernel::secret;
use crate::sandbox::crews::{CrewHosts, demo};
use crate::settings::Settings;
use secrecy::SecretString;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How long a task of the sandbox's crews takes.
const PACE: Duration = Duration::from_millis(1_500);

/// The crews of this environment, and their hosts if they are our own: they work for as long as those are held.
///
/// # Errors
/// When a host's address is none, or the sandbox cannot open.
pub async fn open(settings: &Settings, calls: &Calls) -> Result<(Crews, Option<CrewHosts>), Box<dyn Error>> {
    let Some(given) = &settings.crews else { return Ok((Crews::none(), None)) };
    let callback = |token: SecretString| Callback { url: format!("{}/webhooks/crewai", settings.public_url), token };
    match (given.mode, &given.webhook_token) {
        (Mode::Sandbox, _) => {
            let hosts = CrewHosts::start(&token()?, demo(PACE)).await?;
            let crews = at(Mode::Sandbox, &hosts.crews(), &callback(SecretString::from(token()?)), calls)?;
            Ok((crews, Some(hosts)))
        }
        (Mode::Live, Some(token)) => Ok((at(Mode::Live, &given.crews, &callback(token.clone()), calls)?, None)),
        (Mode::Live, None) => Err(CrewError::Protocol("BACKLOT_CREWAI_WEBHOOK_TOKEN is not set".into()).into()),
    }
}

/// The crews at these hosts, each call to them counted.
fn at(mode: Mode, crews: &[Crew], callback: &Callback, calls: &Calls) -> Result<Crews, CrewError> {
    let hosts = Watched::new(Gateway::Crews, Hosts::new(crews, Some(callback))?, calls);
    Ok(Crews::of(mode, Arc::new(hosts), callback))
}

/// A token that nobody knows but this process.
fn token() -> Result<String, Box<dyn Error>> {
    let bytes: [u8; 24] = secret::random()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
