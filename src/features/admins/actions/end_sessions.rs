//! Signing an admin out everywhere, as when a laptop is lost.
use super::letter;
use crate::features::admins::model::Account;
use crate::features::admins::store;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Ends every session of an admin.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndAdminSessions {
    pub id: Uuid,
    pub why: Why,
}

/// How many sessions of somebody are open, as the audit log sees it.
#[derive(Serialize)]
struct OpenSessions<'a> {
    #[serde(skip)]
    account: &'a Account,
    open_sessions: i64,
}

impl Audited for OpenSessions<'_> {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.account.id.to_string()
    }
    fn label(&self) -> String {
        self.account.email.clone()
    }
}

impl Action for EndAdminSessions {
    const NAME: &'static str = "admins.end_sessions";
    const EVENT: &'static str = "admin_user_signed_out";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let account = store::lock(tx, self.id).await?;
        let ended = store::end_sessions(tx, self.id, "signed out by a super admin").await?;
        if ended == 0 {
            return Err(Error::Conflict("They are signed in nowhere.".into()));
        }
        letter(&account, "You were signed out", actor, "your sessions in the back office were ended.").post(tx, actor).await?;
        let counted = |open_sessions| OpenSessions { account: &account, open_sessions };
        Ok(Applied::to(Target::of(&account), account.email.clone())
            .change(Change::updated(&counted(ended), &counted(0))?)
            .effect(Effect::count("sessions end", ended))
            .event(json!({ "admin_id": self.id, "sessions": ended })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}
