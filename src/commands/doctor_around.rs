//! What is around the database: the environment's settings, the services outside, the disks.
use super::doctor::PATIENCE;
use crate::database::doctor::Finding;
use crate::settings::{Given, Problems, Settings};
use nix::sys::statvfs::statvfs;
use reqwest::Url;
use std::path::{Path, PathBuf};
use tokio::net::TcpStream;

/// Bytes that must be free: for comfort, and at all.
const COMFORT: u64 = 5_000_000_000;
const LEAST: u64 = 500_000_000;

/// What the environment says, and everything that is wrong with it.
pub fn settings(checked: &Result<Settings, Problems>) -> Vec<Finding> {
    const ABOUT: &str = "Settings";
    match checked {
        Ok(settings) => vec![Finding::ok(ABOUT, format!("The environment is complete ({:?}).", settings.environment))],
        Err(Problems(problems)) => problems.iter().map(|problem| Finding::problem(ABOUT, problem.clone(), "See .env.example.")).collect(),
    }
}

/// Whether the services that the environment names take up a connection. Nothing is asked of them.
pub async fn outside(given: &Given, settings: Option<&Settings>) -> Vec<Finding> {
    const ABOUT: &str = "Services outside";
    let mut findings = Vec::new();
    for (name, url) in named(given, settings) {
        let Some((host, port)) = target(&url) else {
            findings.push(Finding::problem(ABOUT, format!("The address of {name} is none."), "See .env.example."));
            continue;
        };
        findings.push(match tokio::time::timeout(PATIENCE, TcpStream::connect((host.as_str(), port))).await {
            Ok(Ok(_)) => Finding::ok(ABOUT, format!("{name} at {host}:{port} takes up connections.")),
            Ok(Err(error)) => unreachable_service(name, &host, port, &error.to_string()),
            Err(_) => unreachable_service(name, &host, port, "nobody answers"),
        });
    }
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, "None is named: nothing to reach."));
    }
    findings
}

fn unreachable_service(name: &str, host: &str, port: u16, why: &str) -> Finding {
    let todo = "See that it runs, that its name is known here, and that no firewall stands between.";
    Finding::problem("Services outside", format!("{name} at {host}:{port} cannot be reached: {why}"), todo)
}

/// What the environment names: a word, and an address.
fn named(given: &Given, settings: Option<&Settings>) -> Vec<(&'static str, String)> {
    let outside = &given.outside;
    let replicate =
        outside.replicate_url.clone().or_else(|| outside.replicate_token.as_ref().map(|_| "https://api.replicate.com".to_owned()));
    let one = [
        ("The mail server", given.smtp_url.clone()),
        ("The analytics collector", given.collector_url.clone()),
        ("The object store", outside.storage_endpoint.clone()),
        ("The training service", replicate),
        ("The payment gateway", given.finby.finby_rest_url.clone()),
        ("The payment gateway (MAPI)", given.finby.finby_mapi_url.clone()),
    ];
    let crews = settings.and_then(|settings| settings.crews.as_ref()).map(|crews| crews.crews.clone()).unwrap_or_default();
    let named = one.into_iter().filter_map(|(name, url)| Some((name, url?)));
    named.chain(crews.into_iter().map(|crew| ("The host of a crew", crew.url))).collect()
}

/// Host and port of an address. Mail's ports are those of RFC 8314: 465 for TLS from the start, 587 for STARTTLS.
fn target(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok()?;
    let port = url.port_or_known_default().or(match url.scheme() {
        "smtps" => Some(465),
        "smtp" => Some(587),
        _ => None,
    })?;
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), port))
}

/// Whether there is room in the folders that Backlot writes to.
pub fn disks(given: &Given, home: Option<&Path>) -> Vec<Finding> {
    let beside = |file: &Option<PathBuf>| file.as_deref().and_then(Path::parent).map(Path::to_path_buf);
    let folders = [
        ("The private database", home.map(Path::to_path_buf)),
        ("Unfinished exports", Some(given.outside.work_folder.clone().unwrap_or_else(std::env::temp_dir))),
        ("The object store", given.outside.storage_folder.clone()),
        ("The audit log's anchor", beside(&given.audit_anchor_file)),
    ];
    folders.into_iter().filter_map(|(name, folder)| Some(disk(name, &folder?))).collect()
}

fn disk(name: &str, folder: &Path) -> Finding {
    const ABOUT: &str = "Disks";
    let place = folder.display();
    let Ok(seen) = statvfs(folder) else {
        return Finding::problem(
            ABOUT,
            format!("{name}: {place} cannot be looked into."),
            "Make the folder, and let this user write to it.",
        );
    };
    let free = seen.blocks_available().saturating_mul(seen.fragment_size());
    let says = format!("{name}: {} GB free in {place}", free / 1_000_000_000);
    match free {
        COMFORT.. => Finding::ok(ABOUT, says),
        LEAST.. => Finding::warning(ABOUT, says, "Make room, or give it a larger disk."),
        _ => Finding::problem(ABOUT, says, "Make room: there is too little to go on."),
    }
}
