//! Looking, repairing and tidying up, apart from any page.
mod clean;
mod files;
mod look;
mod remove_files;

pub use clean::{CleanUp, CleanUpDue};
pub use look::RunCheck;
pub use remove_files::RemoveFiles;

use super::model::Limits;
use crate::gateways::storage::Objects;
use crate::kernel::Desk;
use crate::live::Live;
use crate::live::settings::keys;
use sqlx::postgres::PgConnectOptions;

/// What these jobs have in hand; cheap to clone.
#[derive(Clone)]
pub struct Lens {
    pub desk: Desk,
    /// The role that can only read: looking changes nothing.
    pub reader: PgConnectOptions,
    /// Where models' files are.
    pub objects: Objects,
    pub live: Live,
}

/// From when on work counts as stuck, as the settings say.
pub fn limits(live: &Live) -> Limits {
    let settings = &live.now().settings;
    let small = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    Limits {
        generation_hours: small(settings.get(keys::STUCK_GENERATION_HOURS)),
        workflow_hours: small(settings.get(keys::STUCK_WORKFLOW_HOURS)),
        training_hours: small(settings.get(keys::STUCK_TRAINING_HOURS)),
        seal_seconds: small(settings.get(keys::ALERT_SEAL_LAG)),
    }
}
