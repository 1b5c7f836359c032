//! What signing in writes, each step with its audit row.
mod passkey;
mod recover;

pub use passkey::{CompleteWithPasskey, EnrolPasskey, StepUpWithPasskey, WarnOfCopy};
pub use recover::RecoverSession;

use super::model::{Account, SessionRow};
use super::store::{self, Opening};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Permission, Result, Target, Tx, id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use uuid::Uuid;

/// What every new session's row needs to know; the id itself stays with the browser.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewSession {
    pub admin_id: Uuid,
    pub id_hash: Vec<u8>,
    /// The session that this one takes the place of.
    pub from: Option<Vec<u8>>,
    pub address: Option<IpAddr>,
    pub agent: String,
}

impl NewSession {
    async fn open(&self, tx: &mut Tx, stage: &str, fresh: bool, next: Option<&str>) -> Result<()> {
        let opening = Opening {
            id_hash: &self.id_hash,
            admin_id: self.admin_id,
            stage,
            fresh,
            address: self.address,
            agent: &self.agent,
            next,
            from: self.from.as_deref(),
        };
        store::open(tx, &opening).await?.ok_or(Error::SignedOut)
    }

    fn record(&self, account: &Account, stage: &str, how: &str) -> Result<Applied<()>> {
        let row = SessionRow { stage: stage.into(), how: how.into(), admin_id: self.admin_id, label: account.email.clone() };
        Ok(Applied::to(Target::of(account), ()).change(Change::made(&row)?).event(json!({ "how": how })))
    }
}

/// The password was right: a session that leads on to the second factor, or from a demo link all the way in.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenSession {
    pub session: NewSession,
    pub stage: String,
    pub how: String,
    pub next: Option<String>,
}

impl Action for OpenSession {
    const NAME: &'static str = "session.open";
    const EVENT: &'static str = "admin_password_accepted";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let account = store::lock(tx, self.session.admin_id).await?;
        if account.status != "active" {
            return Err(Error::SignedOut);
        }
        let is_whole = self.stage == "full";
        self.session.open(tx, &self.stage, is_whole, self.next.as_deref()).await?;
        if is_whole {
            store::came_in(tx, self.session.admin_id).await?;
        }
        self.session.record(&account, &self.stage, &self.how)
    }
}

/// The code was right: in.
#[derive(Clone, Serialize, Deserialize)]
pub struct PassCode {
    pub session: NewSession,
    pub step: i64,
    pub next: Option<String>,
}

impl Action for PassCode {
    const NAME: &'static str = "session.complete";
    const EVENT: &'static str = "admin_signed_in";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        take_step(tx, self.session.admin_id, self.step).await?;
        let account = store::lock(tx, self.session.admin_id).await?;
        self.session.open(tx, "full", true, self.next.as_deref()).await?;
        store::came_in(tx, self.session.admin_id).await?;
        self.session.record(&account, "full", "totp")
    }
}

/// The second factor once more, before something dangerous.
#[derive(Clone, Serialize, Deserialize)]
pub struct StepUp {
    pub session: NewSession,
    pub step: i64,
}

impl Action for StepUp {
    const NAME: &'static str = "session.step_up";
    const EVENT: &'static str = "admin_stepped_up";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        take_step(tx, self.session.admin_id, self.step).await?;
        let account = store::lock(tx, self.session.admin_id).await?;
        self.session.open(tx, "full", true, None).await?;
        self.session.record(&account, "full", "totp, again")
    }
}

async fn take_step(tx: &mut Tx, admin: Uuid, step: i64) -> Result<()> {
    if store::use_step(tx, admin, step).await? {
        return Ok(());
    }
    Err(Error::field("code", "This code was used already. Wait for the next one."))
}

/// A second factor is set up and shown to work: in.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolFactor {
    pub session: NewSession,
    pub sealed: Vec<u8>,
    pub step: i64,
}

impl Action for EnrolFactor {
    const NAME: &'static str = "account.enrol_factor";
    const EVENT: &'static str = "admin_factor_enrolled";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let before = store::lock(tx, self.session.admin_id).await?;
        if !store::enrol(tx, self.session.admin_id, &self.sealed, self.step).await? {
            return Err(Error::Conflict("A second factor is set up already. Sign in with it.".into()));
        }
        self.session.open(tx, "full", true, None).await?;
        store::came_in(tx, self.session.admin_id).await?;
        let after = store::lock(tx, self.session.admin_id).await?;
        Ok(Applied::to(Target::of(&after), ()).change(Change::updated(&before, &after)?).event(json!({ "factor": "totp" })))
    }
}

/// Out: here, or everywhere.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignOut {
    pub admin_id: Uuid,
    /// Only this session; all of them when absent.
    pub only: Option<Vec<u8>>,
}

impl Action for SignOut {
    const NAME: &'static str = "session.end";
    const EVENT: &'static str = "admin_signed_out";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = i64;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<i64>> {
        let account = store::lock(tx, self.admin_id).await?;
        let why = if self.only.is_some() { "signed out" } else { "signed out everywhere" };
        let ended = store::end(tx, self.admin_id, self.only.as_deref(), why).await?;
        Ok(Applied::to(Target::of(&account), ended).effect(Effect::count("sessions end", ended)).event(json!({ "sessions": ended })))
    }
}

/// Chooses a password by a one-time link.
#[derive(Clone, Serialize, Deserialize)]
pub struct Activate {
    pub token_hash: Vec<u8>,
    pub password_hash: String,
}

impl Action for Activate {
    const NAME: &'static str = "account.activate";
    const EVENT: &'static str = "admin_activated";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<Uuid>> {
        let gone = || Error::NotFound("This link was used already, replaced by a newer one, or is older than 24 hours.".into());
        let admin = store::link_owner(&mut **tx, &self.token_hash).await?.ok_or_else(gone)?.id;
        let before = store::lock(tx, admin).await?;
        if !store::use_link(tx, &self.token_hash).await? {
            return Err(gone());
        }
        store::activate(tx, admin, &self.password_hash).await?;
        let ended = store::end(tx, admin, None, "password changed").await?;
        let after = store::lock(tx, admin).await?;
        Ok(Applied::to(Target::of(&after), admin).change(Change::updated(&before, &after)?).effect(Effect::count("sessions end", ended)))
    }
}

/// The first super admin, from the command line.
#[derive(Clone, Serialize, Deserialize)]
pub struct Bootstrap {
    pub email: String,
    pub name: String,
    pub token_hash: Vec<u8>,
}

impl Action for Bootstrap {
    const NAME: &'static str = "admins.bootstrap";
    const EVENT: &'static str = "admin_user_created";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<Uuid>> {
        if store::has_super_admin(tx).await? {
            return Err(Error::Conflict("There is a super admin already. They can invite others.".into()));
        }
        let account = Account {
            id: id::new(),
            email: self.email,
            name: self.name,
            role: "super_admin".into(),
            status: "invited".into(),
            password: None,
            second_factor: None,
        };
        store::invite(tx, &account, &self.token_hash).await?;
        let admin = account.id;
        Ok(Applied::to(Target::of(&account), admin).change(Change::made(&account)?).event(json!({ "role": account.role })))
    }
}
