//! The payment gateway: an explicit mode, and what that mode needs. Nothing is guessed from what is there, and nothing falls back.
use super::Given;
use crate::gateways::finby::{Access, Mode};
use crate::web::site::Environment;
use clap::Args;
use secrecy::SecretString;

/// The variables as they are given.
#[derive(Args, Clone)]
pub struct FinbyGiven {
    /// In which world money moves: sandbox, test, live or off; not set: off, and the demo's own in the sandbox
    #[arg(long, env = "BACKLOT_FINBY_MODE", global = true)]
    pub finby_mode: Option<String>,
    /// The address of the REST API, as https://aapi.finby.eu
    #[arg(long, env = "BACKLOT_FINBY_REST_URL", global = true)]
    pub finby_rest_url: Option<String>,
    /// The address of MAPI5, as https://amapi.finby.eu
    #[arg(long, env = "BACKLOT_FINBY_MAPI_URL", global = true)]
    pub finby_mapi_url: Option<String>,
    /// The project's number, also MAPI5's account
    #[arg(long, env = "BACKLOT_FINBY_PROJECT", global = true)]
    pub finby_project: Option<String>,
    /// The project's secret
    #[arg(long, env = "BACKLOT_FINBY_SECRET", global = true, hide_env_values = true)]
    pub finby_secret: Option<String>,
    /// The platform's page where customers come back to after paying
    #[arg(long, env = "BACKLOT_FINBY_RETURN_URL", global = true)]
    pub finby_return_url: Option<String>,
    /// Whether subscriptions are renewed from here: on or off; not set: off, and on in the demo
    #[arg(long, env = "BACKLOT_BILLING_WORKER", global = true)]
    pub billing_worker: Option<String>,
}

/// The gateway of this server.
#[derive(Clone, Debug)]
pub struct FinbySettings {
    pub gateway: FinbyGateway,
    /// The platform's page for customers who have paid.
    pub back: Option<String>,
    /// Whether subscriptions are renewed from here.
    pub renews: bool,
}

/// Which gateway it is.
#[derive(Clone, Debug)]
pub enum FinbyGateway {
    /// No money moves from here.
    Off,
    /// The demo's own stand-in.
    Sandbox,
    /// One at the addresses that are given, in the mode that its access names.
    Finby(Box<Access>),
}

pub(super) fn check(given: &Given, environment: Environment, problems: &mut Vec<String>) -> FinbySettings {
    let finby = &given.finby;
    let needs = [
        ("BACKLOT_FINBY_REST_URL", &finby.finby_rest_url),
        ("BACKLOT_FINBY_MAPI_URL", &finby.finby_mapi_url),
        ("BACKLOT_FINBY_PROJECT", &finby.finby_project),
        ("BACKLOT_FINBY_SECRET", &finby.finby_secret),
        ("BACKLOT_FINBY_RETURN_URL", &finby.finby_return_url),
    ];
    let mode = finby.finby_mode.as_deref();
    if !matches!(mode, Some("sandbox" | "test" | "live")) {
        let set = needs.iter().filter(|(_, value)| value.is_some());
        problems.extend(set.map(|(name, _)| format!("{name} is set, and BACKLOT_FINBY_MODE names no gateway.")));
    }
    let is_demo = environment == Environment::Sandbox;
    let gateway = match mode {
        None if is_demo => FinbyGateway::Sandbox,
        None | Some("off") => FinbyGateway::Off,
        Some("sandbox") => {
            if environment == Environment::Production {
                problems.push("BACKLOT_FINBY_MODE=sandbox: nothing in production may only seem to work.".into());
            }
            if needs[..4].iter().all(|(_, value)| value.is_none()) {
                FinbyGateway::Sandbox
            } else {
                finby_at(Mode::Sandbox, &needs[..4], problems)
            }
        }
        Some("test") => real(Mode::Test, given, &needs, environment, problems),
        Some("live") => real(Mode::Live, given, &needs, environment, problems),
        Some(_) => {
            problems.push("BACKLOT_FINBY_MODE is sandbox, test, live or off.".into());
            FinbyGateway::Off
        }
    };
    let renews = renews(finby, &gateway, is_demo, problems);
    FinbySettings { gateway, back: finby.finby_return_url.clone(), renews }
}

/// Whether subscriptions are renewed from here.
fn renews(finby: &FinbyGiven, gateway: &FinbyGateway, is_demo: bool, problems: &mut Vec<String>) -> bool {
    match finby.billing_worker.as_deref() {
        None => is_demo && matches!(gateway, FinbyGateway::Sandbox),
        Some("on") if matches!(gateway, FinbyGateway::Off) && finby.finby_mode.as_deref().is_none_or(|mode| mode == "off") => {
            problems.push("BACKLOT_BILLING_WORKER=on renews nothing without a gateway: set BACKLOT_FINBY_MODE.".into());
            false
        }
        Some(word @ ("on" | "off")) => word == "on",
        Some(_) => {
            problems.push("BACKLOT_BILLING_WORKER is on or off.".into());
            false
        }
    }
}

type Needs<'a> = [(&'static str, &'a Option<String>); 5];

fn real(mode: Mode, given: &Given, needs: &Needs<'_>, environment: Environment, problems: &mut Vec<String>) -> FinbyGateway {
    let word = mode.code();
    match (environment, mode) {
        (Environment::Sandbox, _) => problems.push(format!("BACKLOT_FINBY_MODE={word}: the sandbox must not reach a real gateway.")),
        (Environment::Production, Mode::Test) => {
            problems.push("BACKLOT_FINBY_MODE=test: nothing in production may only seem to work.".into());
        }
        (Environment::Staging, Mode::Live) => problems.push("BACKLOT_FINBY_MODE=live moves real money: only production does.".into()),
        _ => {}
    }
    if !given.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        problems.push(format!("BACKLOT_PUBLIC_URL must begin with https:// with BACKLOT_FINBY_MODE={word}: the gateway reports there."));
    }
    if given.finby.finby_return_url.as_deref().is_some_and(|url| !url.starts_with("https://")) {
        problems.push("BACKLOT_FINBY_RETURN_URL must begin with https://: customers come from the gateway to it.".into());
    }
    finby_at(mode, needs, problems)
}

/// The gateway at the addresses that are given: all of them, or what is missing. A stand-in may run beside the server, too.
fn finby_at(mode: Mode, needs: &[(&'static str, &Option<String>)], problems: &mut Vec<String>) -> FinbyGateway {
    let word = mode.code();
    let missing: Vec<_> = needs.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        problems.push(format!("BACKLOT_FINBY_MODE={word} needs {}, too.", missing.join(", ")));
        return FinbyGateway::Off;
    }
    let text = |at: usize| needs[at].1.clone().unwrap_or_default();
    let (Ok(rest), Ok(mapi)) = (text(0).parse(), text(1).parse()) else {
        problems.push("BACKLOT_FINBY_REST_URL and BACKLOT_FINBY_MAPI_URL are no addresses such as https://aapi.finby.eu.".into());
        return FinbyGateway::Off;
    };
    let access = Access { mode, rest, mapi, project: text(2), secret: SecretString::from(text(3)) };
    if let Err(error) = access.check() {
        problems.push(format!("BACKLOT_FINBY_…: {error}."));
    }
    FinbyGateway::Finby(Box::new(access))
}
