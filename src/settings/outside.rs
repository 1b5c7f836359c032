//! The object store and the training service: an explicit mode each, and what that mode needs; nothing is guessed from what is there.
use super::Given;
use crate::gateways::storage::Place;
use crate::gateways::training::{Access, Keys};
use crate::web::site::Environment;
use clap::Args;
use secrecy::SecretString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Replicate's own address.
const REPLICATE: &str = "https://api.replicate.com";
/// How long a call to the training service may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The variables as they are given.
#[derive(Args, Clone)]
pub struct OutsideGiven {
    /// Where weights and training images are: s3, folder or off; not set: off, and the demo's own in the sandbox
    #[arg(long, env = "BACKLOT_STORAGE_MODE", global = true)]
    pub storage_mode: Option<String>,
    /// The folder, for the mode folder
    #[arg(long, env = "BACKLOT_STORAGE_FOLDER", global = true)]
    pub storage_folder: Option<PathBuf>,
    /// Where exports are written until they are whole, with room for them; not set: the system's folder for temporary files
    #[arg(long, env = "BACKLOT_WORK_FOLDER", global = true)]
    pub work_folder: Option<PathBuf>,
    /// The store's address, for the mode s3, as https://s3.eu-central-1.amazonaws.com
    #[arg(long, env = "BACKLOT_STORAGE_ENDPOINT", global = true)]
    pub storage_endpoint: Option<String>,
    /// Its bucket
    #[arg(long, env = "BACKLOT_STORAGE_BUCKET", global = true)]
    pub storage_bucket: Option<String>,
    /// Its region
    #[arg(long, env = "BACKLOT_STORAGE_REGION", global = true)]
    pub storage_region: Option<String>,
    /// The access key's id
    #[arg(long, env = "BACKLOT_STORAGE_KEY_ID", global = true)]
    pub storage_key_id: Option<String>,
    /// The access key's secret
    #[arg(long, env = "BACKLOT_STORAGE_SECRET_KEY", global = true, hide_env_values = true)]
    pub storage_secret_key: Option<String>,
    /// Where the bucket's name stands: path, or host as at Amazon
    #[arg(long, env = "BACKLOT_STORAGE_STYLE", default_value = "host", global = true)]
    pub storage_style: String,
    /// Who trains LoRA models: replicate or off; not set: off, and the demo's own in the sandbox
    #[arg(long, env = "BACKLOT_TRAINING_MODE", global = true)]
    pub training_mode: Option<String>,
    /// Another address of the training service
    #[arg(long, env = "BACKLOT_REPLICATE_URL", global = true)]
    pub replicate_url: Option<String>,
    /// The token of its API
    #[arg(long, env = "BACKLOT_REPLICATE_TOKEN", global = true, hide_env_values = true)]
    pub replicate_token: Option<String>,
    /// The trainer, as owner/model:version
    #[arg(long, env = "BACKLOT_REPLICATE_TRAINER", global = true)]
    pub replicate_trainer: Option<String>,
    /// The model that it files the results under, as owner/model
    #[arg(long, env = "BACKLOT_REPLICATE_DESTINATION", global = true)]
    pub replicate_destination: Option<String>,
    /// What its messages are signed with, as whsec_…; more than one, separated by commas, while they are changed
    #[arg(long, env = "BACKLOT_TRAINING_WEBHOOK_SECRET", default_value = "", global = true, hide_env_values = true)]
    pub training_webhook_secret: String,
    /// What an hour of the trainer's machine costs, in euro cents
    #[arg(long, env = "BACKLOT_TRAINING_HOUR_CENTS", default_value_t = 505, global = true)]
    pub training_hour_cents: u32,
}

/// Where objects are.
pub enum Storage {
    Off,
    /// In the demo's own store.
    Sandbox,
    Folder(PathBuf),
    S3(Place),
}

/// Who trains.
pub enum Training {
    Off,
    /// The demo's own service.
    Sandbox,
    Replicate(Box<Access>, Keys),
}

fn storage(given: &OutsideGiven, is_sandbox: bool, problems: &mut Vec<String>) -> Storage {
    let needs = [
        ("BACKLOT_STORAGE_ENDPOINT", &given.storage_endpoint),
        ("BACKLOT_STORAGE_BUCKET", &given.storage_bucket),
        ("BACKLOT_STORAGE_REGION", &given.storage_region),
        ("BACKLOT_STORAGE_KEY_ID", &given.storage_key_id),
        ("BACKLOT_STORAGE_SECRET_KEY", &given.storage_secret_key),
    ];
    let mode = given.storage_mode.as_deref();
    if mode != Some("s3") {
        idle(&needs, "BACKLOT_STORAGE_MODE is not s3", problems);
    }
    if mode != Some("folder") && given.storage_folder.is_some() {
        problems.push("BACKLOT_STORAGE_FOLDER is set, and BACKLOT_STORAGE_MODE is not folder.".into());
    }
    match (mode, &given.storage_folder) {
        (None, _) if is_sandbox => Storage::Sandbox,
        (None | Some("off"), _) => Storage::Off,
        (Some("folder"), Some(folder)) if folder.is_dir() => Storage::Folder(folder.clone()),
        (Some("folder"), _) => refuse(Storage::Off, "BACKLOT_STORAGE_FOLDER names no folder that is there.", problems),
        (Some("s3"), _) => s3(given, &needs, problems),
        _ => refuse(Storage::Off, "BACKLOT_STORAGE_MODE is s3, folder or off.", problems),
    }
}

fn refuse<T>(instead: T, why: &str, problems: &mut Vec<String>) -> T {
    problems.push(why.to_owned());
    instead
}

type Needs<'a> = [(&'static str, &'a Option<String>)];

fn idle(needs: &Needs<'_>, why: &str, problems: &mut Vec<String>) {
    for (name, _) in needs.iter().filter(|(_, value)| value.is_some()) {
        problems.push(format!("{name} is set, and {why}."));
    }
}

/// All of them, or what is missing.
fn whole(needs: &Needs<'_>, mode: &str, problems: &mut Vec<String>) -> Option<Vec<String>> {
    let missing: Vec<_> = needs.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        problems.push(format!("{mode} needs {}, too.", missing.join(", ")));
        return None;
    }
    Some(needs.iter().filter_map(|(_, value)| (*value).clone()).collect())
}

/// Credentials leave this machine only under TLS.
fn is_private(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
    url.starts_with("https://") || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn s3(given: &OutsideGiven, needs: &Needs<'_>, problems: &mut Vec<String>) -> Storage {
    let Some(all) = whole(needs, "BACKLOT_STORAGE_MODE=s3", problems) else { return Storage::Off };
    let [endpoint, bucket, region, key_id, secret] = all.as_slice() else { return Storage::Off };
    if !is_private(endpoint) {
        problems.push("BACKLOT_STORAGE_ENDPOINT must begin with https://.".into());
    }
    if !matches!(given.storage_style.as_str(), "path" | "host") {
        problems.push("BACKLOT_STORAGE_STYLE is path or host.".into());
    }
    Storage::S3(Place {
        endpoint: endpoint.clone(),
        bucket: bucket.clone(),
        region: region.clone(),
        key_id: key_id.clone(),
        secret: SecretString::from(secret.clone()),
        in_path: given.storage_style == "path",
    })
}

fn training(given: &OutsideGiven, public_url: &str, is_sandbox: bool, problems: &mut Vec<String>) -> Training {
    let needs = [
        ("BACKLOT_REPLICATE_TOKEN", &given.replicate_token),
        ("BACKLOT_REPLICATE_TRAINER", &given.replicate_trainer),
        ("BACKLOT_REPLICATE_DESTINATION", &given.replicate_destination),
    ];
    if given.training_mode.as_deref() != Some("replicate") {
        idle(&needs, "BACKLOT_TRAINING_MODE is not replicate", problems);
    }
    match given.training_mode.as_deref() {
        None if is_sandbox => Training::Sandbox,
        None | Some("off") => Training::Off,
        Some("replicate") => replicate(given, &needs, public_url, problems),
        _ => refuse(Training::Off, "BACKLOT_TRAINING_MODE is replicate or off.", problems),
    }
}

fn replicate(given: &OutsideGiven, needs: &Needs<'_>, public_url: &str, problems: &mut Vec<String>) -> Training {
    let url = given.replicate_url.clone().unwrap_or_else(|| REPLICATE.to_owned());
    if !is_private(&url) {
        problems.push("BACKLOT_REPLICATE_URL must begin with https://.".into());
    }
    if given.storage_mode.as_deref() != Some("s3") {
        problems.push(
            "BACKLOT_TRAINING_MODE=replicate needs BACKLOT_STORAGE_MODE=s3: the trainer fetches images there, and leaves weights.".into(),
        );
    }
    let keys = Keys::parse(&given.training_webhook_secret).unwrap_or_else(|why| {
        problems.push(format!("BACKLOT_TRAINING_WEBHOOK_SECRET: {why}."));
        Keys::default()
    });
    // Without a secret nothing it tells would be believed, and without TLS it tells nothing: then it is only looked at.
    let hears = !keys.is_empty() && public_url.starts_with("https://");
    let Some(all) = whole(needs, "BACKLOT_TRAINING_MODE=replicate", problems) else { return Training::Off };
    let [token, trainer, destination] = all.as_slice() else { return Training::Off };
    let access = Access {
        name: "replicate",
        url,
        token: SecretString::from(token.clone()),
        trainer: trainer.clone(),
        destination: destination.clone(),
        webhook: hears.then(|| format!("{public_url}/webhooks/training")),
        patience: PATIENCE,
    };
    if let Err(error) = access.check() {
        problems.push(format!("BACKLOT_REPLICATE_…: {error}."));
    }
    Training::Replicate(Box::new(access), keys)
}

/// Checks both, with what they need of each other.
pub(super) fn check(given: &Given, environment: Environment, problems: &mut Vec<String>) -> (Storage, Training) {
    let is_sandbox = environment == Environment::Sandbox;
    let outside = &given.outside;
    let is_named = |mode: &Option<String>| mode.as_deref().is_some_and(|mode| mode != "off");
    if is_sandbox && (is_named(&outside.storage_mode) || is_named(&outside.training_mode)) {
        problems.push("BACKLOT_STORAGE_MODE and BACKLOT_TRAINING_MODE name real services: the sandbox has its own.".into());
    }
    let url = given.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    (storage(outside, is_sandbox, problems), training(outside, url, is_sandbox, problems))
}
