//! The hosts of a studio's crews: our stand-ins, on a real socket, with little patience and quick tasks.
use backlot::gateways::crewai::{Callback, Crews, Hosts, Mode};
use backlot::sandbox::crews::{CrewHosts, demo};
use std::sync::Arc;
use std::time::Duration;

/// What hosts show when they tell something.
pub const HOOK_TOKEN: &str = "a-host-of-the-crews";
/// What hosts are shown.
pub const CREW_TOKEN: &str = "backlot-at-the-crews";
/// How long a task takes.
pub const PACE: Duration = Duration::from_millis(20);
/// How long a whole answer may take.
pub const PATIENCE: Duration = Duration::from_millis(600);

/// The demo's crews, at work.
pub async fn hosts() -> CrewHosts {
    CrewHosts::start(CREW_TOKEN, demo(PACE)).await.unwrap()
}

/// The client of these hosts. They tell nothing by themselves: what they would tell, tests say in their place.
pub fn crews(hosts: &CrewHosts) -> Crews {
    // Only fails when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let callback = Callback { url: "https://backlot.example/webhooks/crewai".into(), token: HOOK_TOKEN.to_owned().into() };
    let client = Hosts::with_patience(&hosts.crews(), None, PATIENCE).unwrap();
    Crews::of(Mode::Sandbox, Arc::new(client), &callback)
}
