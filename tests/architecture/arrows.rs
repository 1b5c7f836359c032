//! Who may import whom: main → app → features → {web, jobs, gateways} → live → kernel.
use super::{File, holds, source};

/// A feature that truly must know another, with the reason. To be kept empty.
const PAIRS: [(&str, &str, &str); 0] = [];

/// What a part of the house may know beside itself. `codes` is the kernel's macro.
fn may_know(part: &str) -> &'static [&'static str] {
    match part {
        "kernel" => &["codes"],
        "jobs" | "live" => &["kernel", "codes"],
        "web" => &["kernel", "codes", "live"],
        // What is sent outside is sent by a job; a stand-in for the outside takes what a gateway sends.
        "gateways" => &["kernel", "codes", "jobs"],
        "sandbox" => &["kernel", "codes", "gateways"],
        "features" => &["kernel", "codes", "web", "jobs", "gateways", "live"],
        "app" => &["kernel", "live", "web", "jobs", "gateways", "features"],
        // Only these put sandbox and database to use; `settings` gives the environment its types, the mail server's among them, and
        // checks what it pins.
        "settings" => &["kernel", "live", "web", "database", "gateways"],
        "commands" => &["app", "kernel", "live", "web", "jobs", "gateways", "features", "settings", "database", "sandbox"],
        // The demo's staff is hired with sealed second factors; the place is found by the settings.
        "database" => &["kernel", "features", "settings"],
        _ => &[],
    }
}

fn part(path: &str) -> &str {
    path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default()
}

fn feature(path: &str) -> Option<&str> {
    path.strip_prefix("src/features/").and_then(|rest| rest.split_once('/')).map(|(name, _)| name)
}

/// What a line names behind `crate::`.
fn named(line: &str) -> Vec<&str> {
    line.split("crate::").skip(1).collect()
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn arrows(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files.iter().filter(|file| !["src/lib.rs", "src/main.rs"].contains(&file.path.as_str())) {
        let here = part(&file.path);
        let is_wrong = |line: &str| named(line).iter().any(|path| word(path) != here && !may_know(here).contains(&word(path)));
        offences.extend(file.offences(is_wrong));
    }
    offences
}

fn features_apart(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let Some(own) = feature(&file.path) else { continue };
        let is_other = |path: &&str| {
            let other = path.strip_prefix("features::").map(word);
            other.is_some_and(|other| other != own && !PAIRS.iter().any(|(from, to, _)| (*from, *to) == (own, other)))
        };
        offences.extend(file.offences(|line| named(line).iter().any(is_other) || line.contains("super::super::super")));
    }
    offences
}

#[test]
fn imports_point_inwards_only() {
    let offenders = [
        ("src/kernel/x.rs", "use crate::web::Admin;"),
        ("src/kernel/x.rs", "fn f() { crate::jobs::run() }"),
        ("src/web/x.rs", "use crate::features::users;"),
        ("src/jobs/x.rs", "use crate::web::Site;"),
        ("src/gateways/mail/x.rs", "use crate::web::Admin;"),
        ("src/features/users/x.rs", "use crate::database::pools;"),
        ("src/features/users/x.rs", "use crate::sandbox::Collector;"),
        ("src/app.rs", "use crate::database::pools;"),
    ];
    holds(arrows, &source(), &offenders);
}

#[test]
fn a_feature_never_imports_another() {
    let offenders = [
        ("src/features/users/pages/x.rs", "use crate::features::audit::store;"),
        ("src/features/users/x.rs", "use super::super::super::features;"),
    ];
    holds(features_apart, &source(), &offenders);
    assert_eq!(PAIRS.len(), 0, "a new pair needs a reason that outlasts today");
}

#[test]
fn the_assembly_names_every_feature() {
    let app = source().into_iter().find(|file| file.path == "src/app.rs").unwrap().text;
    let features = source().iter().filter_map(|file| feature(&file.path).map(str::to_owned)).collect::<std::collections::BTreeSet<_>>();
    for feature in features {
        assert!(app.contains(&format!("{feature}::routes")), "nobody mounts the routes of {feature}");
        let has_jobs = source().iter().any(|file| file.path == format!("src/features/{feature}/jobs.rs"));
        assert!(!has_jobs || app.contains(&format!("{feature}::jobs(")), "nobody registers the jobs of {feature}");
    }
}
