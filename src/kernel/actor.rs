//! Who is asking.
use super::permission::{Permission, Role};
use std::net::IpAddr;
use uuid::Uuid;

/// Who is asking, from where, and on whose behalf.
#[derive(Clone, Debug)]
pub struct Actor {
    pub kind: ActorKind,
    pub name: String,
    /// The SHA-256 of the session id: the session without the key to it.
    pub session: Option<Vec<u8>>,
    /// A second factor was shown within the last five minutes.
    pub fresh: bool,
    pub request_id: Option<Uuid>,
    pub address: Option<IpAddr>,
    /// The audit entry that led to this one.
    pub cause: Option<Uuid>,
    /// The user as whom they look at the platform.
    pub view_as: Option<Uuid>,
}

/// The kinds of actor that the audit log knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A signed-in member of the staff.
    Admin { id: Uuid, role: Role },
    /// Backlot itself: a job or a schedule.
    System,
    /// Somebody at the server's command line.
    Console,
    /// Somebody at the door.
    Stranger,
}

impl ActorKind {
    /// The word that the audit log stores.
    pub fn code(self) -> &'static str {
        match self {
            Self::Admin { .. } => "admin",
            Self::System => "system",
            Self::Console => "console",
            Self::Stranger => "stranger",
        }
    }
}

impl Actor {
    fn bare(kind: ActorKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), session: None, fresh: false, request_id: None, address: None, cause: None, view_as: None }
    }

    /// A signed-in admin; session and request are filled in by the guard.
    pub fn admin(id: Uuid, name: impl Into<String>, role: Role) -> Self {
        Self::bare(ActorKind::Admin { id, role }, name)
    }

    /// A job, named after it, because of an earlier audit entry.
    pub fn system(job: &str, cause: Option<Uuid>) -> Self {
        Self { cause, ..Self::bare(ActorKind::System, job) }
    }

    /// The operating system's user at the command line.
    pub fn console(user: impl Into<String>) -> Self {
        Self { fresh: true, ..Self::bare(ActorKind::Console, user) }
    }

    /// Somebody who has not signed in; the name is what they typed.
    pub fn stranger(name: impl Into<String>, address: Option<IpAddr>, request_id: Option<Uuid>) -> Self {
        Self { address, request_id, ..Self::bare(ActorKind::Stranger, name) }
    }

    /// The admin's id, if it is one.
    pub fn id(&self) -> Option<Uuid> {
        match self.kind {
            ActorKind::Admin { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The admin's role, if it is one.
    pub fn role(&self) -> Option<Role> {
        match self.kind {
            ActorKind::Admin { role, .. } => Some(role),
            _ => None,
        }
    }

    /// Whether they hold a permission. The system and the console act within what their code offers.
    pub fn may(&self, permission: Permission) -> bool {
        match self.kind {
            ActorKind::Admin { role, .. } => permission.held_by(role),
            ActorKind::System | ActorKind::Console => true,
            ActorKind::Stranger => permission == Permission::Door,
        }
    }

    /// Whether they are sure enough: a job was sure when it was enqueued.
    pub fn assured(&self) -> bool {
        self.fresh || self.kind == ActorKind::System
    }
}
