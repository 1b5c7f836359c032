//! Invitations again: a newer one takes the place of any other; or none stays open.
use super::invite::{HOURS, invitation};
use super::{WELCOME, letter};
use crate::features::admins::model::{Account, Status};
use crate::features::admins::store::{self, links};
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Error, OneTime, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How many links of somebody are open, as the audit log sees it: how many, never which.
#[derive(Serialize)]
struct OpenLinks<'a> {
    #[serde(skip)]
    account: &'a Account,
    open_links: i64,
    good_for_hours: i32,
}

impl Audited for OpenLinks<'_> {
    const KIND: &'static str = "admin";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.account.id.to_string()
    }
    fn label(&self) -> String {
        self.account.email.clone()
    }
}

/// Sends a link again, to somebody who has no password: invited, or reset.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendLink {
    pub id: Uuid,
    pub link: OneTime,
}

impl Action for SendLink {
    const NAME: &'static str = "admins.send_link";
    const EVENT: &'static str = "admin_link_sent";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let account = store::lock(tx, self.id).await?;
        if account.password || !matches!(account.status, Status::Invited | Status::Active) {
            return Err(Error::Conflict("A link is for somebody who has still to choose a password.".into()));
        }
        let before = links::open(&mut **tx, self.id).await?;
        store::make_link(tx, self.id, &self.link, ("activate", HOURS), actor.id()).await?;
        letter(&account, "Your link to Backlot", actor, &invitation(account.role)).link(WELCOME, self.link.id).post(tx, actor).await?;
        let made = OpenLinks { account: &account, open_links: 1, good_for_hours: HOURS };
        Ok(Applied::to(Target::of(&account), account.email.clone())
            .change(Change::made(&made)?)
            .event(json!({ "admin_id": self.id, "replaced": before })))
    }
}

/// Takes every open link of somebody back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevokeLink {
    pub id: Uuid,
}

impl Action for RevokeLink {
    const NAME: &'static str = "admins.revoke_link";
    const EVENT: &'static str = "admin_link_revoked";
    const PERMISSION: Permission = Permission::AdminsManage;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, _: &Actor) -> Result<Applied<String>> {
        let account = store::lock(tx, self.id).await?;
        let revoked = links::revoke(tx, self.id).await?;
        if revoked == 0 {
            return Err(Error::Conflict("There is no open link: it was used, has ended, or was taken back already.".into()));
        }
        let counted = |open_links| OpenLinks { account: &account, open_links, good_for_hours: HOURS };
        Ok(Applied::to(Target::of(&account), account.email.clone())
            .change(Change::updated(&counted(revoked), &counted(0))?)
            .event(json!({ "admin_id": self.id })))
    }
}
