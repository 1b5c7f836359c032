//! What signing in with a passkey writes: in, in again, the first one set up, and a warning when one may have been copied.
use super::NewSession;
use crate::features::sign_in::store;
use crate::gateways::mail::Letter;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use crate::web::passkeys::{self, NewPasskey, Refusal, Shown};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// A passkey in the place of a code, or of password and code: in.
#[derive(Clone, Serialize, Deserialize)]
pub struct CompleteWithPasskey {
    pub session: NewSession,
    pub shown: Shown,
    /// `passkey` after a password, `passkey alone` without.
    pub how: String,
}

impl Action for CompleteWithPasskey {
    const NAME: &'static str = "session.complete_with_passkey";
    const EVENT: &'static str = "admin_signed_in";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let account = store::lock(tx, self.session.admin_id).await?;
        if account.status != "active" {
            return Err(Error::field("", Refusal::wrong("").sentence()));
        }
        passkeys::use_up(tx, &self.shown).await?;
        self.session.open(tx, "full", true, None).await?;
        store::came_in(tx, self.session.admin_id).await?;
        self.session.record(&account, "full", &self.how)
    }
}

/// A passkey once more, before something dangerous.
#[derive(Clone, Serialize, Deserialize)]
pub struct StepUpWithPasskey {
    pub session: NewSession,
    pub shown: Shown,
}

impl Action for StepUpWithPasskey {
    const NAME: &'static str = "session.step_up_with_passkey";
    const EVENT: &'static str = "admin_stepped_up";
    const PERMISSION: Permission = Permission::Own;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<()>> {
        let account = store::lock(tx, self.session.admin_id).await?;
        passkeys::use_up(tx, &self.shown).await?;
        self.session.open(tx, "full", true, None).await?;
        self.session.record(&account, "full", "passkey, again")
    }
}

/// A newcomer's first passkey is their second factor: in.
#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolPasskey {
    pub session: NewSession,
    pub passkey: NewPasskey,
}

impl Action for EnrolPasskey {
    const NAME: &'static str = "account.enrol_passkey";
    const EVENT: &'static str = "admin_factor_enrolled";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let account = store::lock(tx, self.session.admin_id).await?;
        if store::is_enrolled(&mut **tx, self.session.admin_id).await? {
            return Err(Error::Conflict("A second factor is set up already. Sign in with it.".into()));
        }
        let row = passkeys::insert(tx, self.session.admin_id, &self.passkey).await?;
        self.session.open(tx, "full", true, None).await?;
        store::came_in(tx, self.session.admin_id).await?;
        let text = format!(
            "“{}” is your second factor now: you sign in with it, and need no password.\n\nIf that was not you, tell a super admin at once.",
            row.name
        );
        Letter::new(account.email.as_str(), "A passkey was set up for your account", text).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&account), ()).change(Change::made(&row)?).event(json!({ "factor": "passkey" })))
    }
}

/// Tells the owner of a passkey that it was refused, because there may be two of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct WarnOfCopy {
    pub admin_id: Uuid,
    pub passkey: String,
    /// What the refused answer uses up: one letter for each.
    pub challenge: Vec<u8>,
}

impl Action for WarnOfCopy {
    const NAME: &'static str = "account.warn_of_copied_passkey";
    const EVENT: &'static str = "admin_passkey_copy_suspected";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        let account = store::lock(tx, self.admin_id).await?;
        passkeys::spend(tx, &self.challenge).await?;
        let text = format!(
            "Somebody tried to sign in with your passkey “{}”, and was refused: its counter went backwards, as that of a copy would. \
             The passkey may have been copied.\n\nRemove it under Your account, Passkeys, and add a new one. If you were not signing \
             in just now, tell a super admin at once.",
            self.passkey
        );
        Letter::new(account.email.as_str(), "One of your passkeys may have been copied", text).post(tx, actor).await?;
        Ok(Applied::to(Target::of(&account), ()))
    }
}
