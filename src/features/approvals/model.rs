//! A proposal: an action that waits for a second admin.
use crate::codes;
use crate::kernel::{Actor, Audited, Permission, Rehearsal, Role, Target};
use crate::web::parts::Badge;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// How long a proposal waits, in hours.
pub const HOURS: i32 = 24;
/// How long a team of one waits in place of a second admin, in minutes.
pub const COOL_OFF: i32 = 30;

codes! {
    /// How far a proposal is.
    pub enum State {
        Open = "open" / "Waits for approval",
        Approved = "approved" / "Approved",
        Rejected = "rejected" / "Rejected",
        Withdrawn = "withdrawn" / "Taken back",
        Expired = "expired" / "Expired",
        Void = "void" / "Proposed anew",
        Done = "done" / "Done",
        Stale = "stale" / "Effect changed",
        Refused = "refused" / "Not done",
        Failed = "failed" / "Failed",
    }
}

impl State {
    /// Its badge.
    pub fn badge(self) -> Badge {
        let tone = match self {
            Self::Open => "info",
            Self::Approved => "warn",
            Self::Done => "ok",
            Self::Rejected | Self::Failed | Self::Refused | Self::Stale => "bad",
            Self::Withdrawn | Self::Expired | Self::Void => "",
        };
        Badge::new(tone, self.label())
    }

    /// Whether it may still be done.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::Approved)
    }
}

/// A proposal. The record of it has no effect in it: that is with the action's own entry.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal {
    #[serde(skip)]
    pub id: Uuid,
    pub action: String,
    #[serde(skip)]
    pub content: Value,
    /// What whoever proposes it must hold.
    #[serde(skip)]
    pub takes: Permission,
    /// What whoever approves it must hold.
    #[serde(skip)]
    pub needs: Permission,
    pub about: Target,
    #[serde(skip)]
    pub rehearsal: Rehearsal,
    pub effect: String,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    #[serde(skip)]
    pub asked_at: String,
    pub state: State,
    #[serde(skip)]
    pub proposed_by: Uuid,
    #[serde(skip)]
    pub proposed_at: Timestamp,
    #[serde(skip)]
    pub proposed_audit: Uuid,
    pub expires_at: Timestamp,
    pub cools_until: Option<Timestamp>,
    #[serde(skip)]
    pub decided_by: Option<Uuid>,
    #[serde(skip)]
    pub decided_at: Option<Timestamp>,
    #[serde(skip)]
    pub decided_audit: Option<Uuid>,
    #[serde(skip)]
    pub ended_at: Option<Timestamp>,
    pub ended_why: Option<String>,
    #[serde(skip)]
    pub done_audit: Option<Uuid>,
    /// Its time is over, whether or not somebody has written that down.
    #[serde(skip)]
    pub is_over: bool,
    /// Its cool-off is over.
    #[serde(skip)]
    pub is_cool: bool,
}

impl Audited for Proposal {
    const KIND: &'static str = "approval";
    const REDACTED: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn label(&self) -> String {
        format!("{} {}", self.action, self.about.label)
    }
}

impl Proposal {
    /// Why an admin may not decide about it, if they may not.
    pub fn bars(&self, actor: &Actor) -> Option<&'static str> {
        if actor.id() == Some(self.proposed_by) {
            return Some("You have proposed it yourself: another admin must decide.");
        }
        let may = actor.may(self.needs) && actor.may(Permission::ApprovalsDecide);
        (!may).then_some("Your role may not decide about this.")
    }
}

/// An admin, as they stand now.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub is_active: bool,
}

impl Standing {
    /// Whether they are still one who may.
    pub fn may(&self, permission: Permission) -> bool {
        self.is_active && permission.held_by(self.role)
    }
}

/// The roles that may decide about what needs a permission.
pub fn deciders(needs: Permission) -> Vec<String> {
    let may = |role: &&Role| needs.held_by(**role) && Permission::ApprovalsDecide.held_by(**role);
    Role::ALL.iter().filter(may).map(|role| role.code().to_owned()).collect()
}
