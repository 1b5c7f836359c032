//! What signing in knows of an admin, and what it writes down about it.
use crate::kernel::{Audited, Role};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Who stands at the door, as far as the door may know.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// What is needed to check a password.
pub struct Credentials {
    pub owner: Newcomer,
    pub password_hash: Option<String>,
    pub is_active: bool,
    pub is_enrolled: bool,
}

/// What is needed to check a code.
pub struct Factor {
    pub secret: Vec<u8>,
}

/// A session, as the audit log sees it.
#[derive(Serialize)]
pub struct SessionRow {
    pub stage: String,
    pub how: String,
    #[serde(skip)]
    pub admin_id: Uuid,
    #[serde(skip)]
    pub label: String,
}

impl Audited for SessionRow {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.admin_id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

/// An admin's recovery codes, as the audit log sees them: how many, never which.
#[derive(Serialize)]
pub struct Codes {
    pub recovery_codes: i64,
    #[serde(skip)]
    pub admin_id: Uuid,
    #[serde(skip)]
    pub label: String,
}

impl Audited for Codes {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.admin_id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

/// An admin's account, as the audit log sees it.
#[derive(Clone, Serialize)]
pub struct Account {
    #[serde(skip)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    pub status: String,
    pub password: Option<&'static str>,
    pub second_factor: Option<&'static str>,
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

/// A link that signs a newcomer in to the demo, until the process ends.
#[derive(Clone)]
pub struct DemoLink {
    pub token: String,
    pub admin_id: Uuid,
    pub name: String,
    pub role: Role,
}

/// All of them; none outside the demo.
#[derive(Clone, Default)]
pub struct DemoLinks(pub Arc<Vec<DemoLink>>);
