//! Everything that is live, as it was at one moment.
use super::flag::Rule;
use super::maintenance::Maintenance;
use super::settings::Settings;
use std::collections::BTreeMap;
use uuid::Uuid;

crate::codes! {
    /// What changes by itself.
    pub enum Topic { Flags = "flags" / "Flags", Settings = "settings" / "Settings", Maintenance = "maintenance" / "Maintenance" }
}

/// The version of each topic. They come from one sequence: the greater is the later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    pub flags: i64,
    pub settings: i64,
    pub maintenance: i64,
}

impl Versions {
    /// The version of a topic.
    pub fn of(self, topic: Topic) -> i64 {
        match topic {
            Topic::Flags => self.flags,
            Topic::Settings => self.settings,
            Topic::Maintenance => self.maintenance,
        }
    }

    /// Grows with every change of any topic.
    pub(super) fn sum(self) -> i64 {
        self.flags + self.settings + self.maintenance
    }

    /// Notes the version of a topic.
    pub fn set(&mut self, topic: Topic, version: i64) {
        match topic {
            Topic::Flags => self.flags = version,
            Topic::Settings => self.settings = version,
            Topic::Maintenance => self.maintenance = version,
        }
    }
}

/// A flag that is not archived.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    pub id: Uuid,
    /// Of this flag, as its history counts.
    pub version: i32,
    pub description: String,
    pub rule: Rule,
}

/// Everything that is live, as it was at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub versions: Versions,
    /// By name.
    pub flags: BTreeMap<String, Flag>,
    pub settings: Settings,
    pub maintenance: Maintenance,
}
