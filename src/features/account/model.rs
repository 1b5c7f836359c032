//! An admin's own account: as they see it, and as the audit log does.
use crate::codes;
use crate::kernel::{Audited, secret};
use crate::web::agent;
use jiff::Timestamp;
use jiff::tz;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::LazyLock;
use uuid::Uuid;

codes! {
    /// The colours of the pages.
    pub enum Theme { Light = "light" / "Light", Dark = "dark" / "Dark", System = "system" / "As the system" }
}

/// An account as the audit log sees it: of what somebody could sign in with, only that it has changed.
#[derive(Serialize)]
pub struct Account {
    #[serde(skip)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub time_zone: String,
    pub theme: Theme,
    pub shortcuts: bool,
    pub password: Option<String>,
    pub second_factor: Option<Vec<u8>>,
    pub recovery_codes: i64,
    pub recovery_codes_since: Option<Timestamp>,
}

impl Audited for Account {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &["password", "second_factor"];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.email.clone()
    }
}

/// What an admin sees of their own second factor and codes.
pub struct Own {
    pub factor_since: Option<Timestamp>,
    pub codes: i64,
    pub codes_since: Option<Timestamp>,
}

/// A session that is open.
pub struct OpenSession {
    /// What it is called here: neither its id nor its hash.
    pub reference: String,
    pub agent: String,
    pub address: Option<IpAddr>,
    pub started_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// What a session is called, by its hash; the database calls it the same.
pub fn reference(id_hash: &[u8]) -> String {
    secret::sha256(id_hash).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// A session as the audit log sees it.
#[derive(Serialize)]
pub struct EndedSession {
    #[serde(skip)]
    pub reference: String,
    pub device: String,
    pub address: Option<IpAddr>,
    pub started_at: Timestamp,
}

impl From<OpenSession> for EndedSession {
    fn from(open: OpenSession) -> Self {
        let device = agent::words(&open.agent);
        Self { reference: open.reference, device, address: open.address, started_at: open.started_at }
    }
}

impl Audited for EndedSession {
    const KIND: &'static str = "session";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.reference.clone()
    }
    fn label(&self) -> String {
        self.device.clone()
    }
}

/// How many sessions an admin has, as the audit log sees it.
#[derive(Serialize)]
pub struct Sessions {
    #[serde(skip)]
    pub admin: Uuid,
    #[serde(skip)]
    pub email: String,
    pub open_sessions: i64,
}

impl Audited for Sessions {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.admin.to_string()
    }
    fn label(&self) -> String {
        self.email.clone()
    }
}

/// The time zones to choose from: the regions of the IANA database, and UTC.
pub fn zones() -> &'static [String] {
    const REGIONS: [&str; 10] =
        ["Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let all = tz::db().available().map(|name| name.as_str().to_owned());
        let mut zones: Vec<_> = all.filter(|name| REGIONS.iter().any(|region| name.starts_with(region))).collect();
        zones.sort();
        zones.dedup();
        zones.insert(0, "UTC".to_owned());
        zones
    });
    &ZONES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_to_choose_from_is_known() {
        assert!(zones().len() > 300, "{}", zones().len());
        assert!(
            ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Kolkata"].iter().all(|zone| zones().contains(&(*zone).to_owned()))
        );
        for zone in zones() {
            assert!(tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
