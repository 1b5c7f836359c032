//! Coming in, or confirming that it is you, with a recovery code in the place of the second factor.
use super::NewSession;
use crate::features::sign_in::model::{Account, Codes, SessionRow};
use crate::features::sign_in::store::{self, recovery as codes};
use crate::gateways::mail::Letter;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx, recovery};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A recovery code was given: it is used up, and they are in.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoverSession {
    pub session: NewSession,
    pub code_hash: Vec<u8>,
    /// They were in already, and confirmed that it is them.
    pub again: bool,
}

impl Action for RecoverSession {
    const NAME: &'static str = "session.recover";
    const EVENT: &'static str = "admin_recovered";
    const PERMISSION: Permission = Permission::Door;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    /// How many codes are left.
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let admin = self.session.admin_id;
        let account = store::lock(tx, admin).await?;
        if !codes::take(tx, admin, &self.code_hash).await? {
            return Err(Error::field("code", "This recovery code is not right, or was used already."));
        }
        let left = codes::left(tx, admin).await?;
        self.session.open(tx, "full", true, None).await?;
        if !self.again {
            store::came_in(tx, admin).await?;
        }
        letter(&account, actor, left).post(tx, actor).await?;
        let how = if self.again { "recovery code, again" } else { "recovery code" };
        let row = SessionRow { stage: "full".into(), how: how.into(), admin_id: admin, label: account.email.clone() };
        let count = |recovery_codes| Codes { recovery_codes, admin_id: admin, label: account.email.clone() };
        Ok(Applied::to(Target::of(&account), left)
            .change(Change::made(&row)?)
            .change(Change::updated(&count(left + 1), &count(left))?)
            .event(json!({ "how": how, "recovery_codes_left": left })))
    }
}

fn letter(account: &Account, actor: &Actor, left: i64) -> Letter {
    let from = actor.address.map(|address| format!(", from {address}")).unwrap_or_default();
    let left = recovery::left(left);
    let text = format!(
        "A recovery code of your account was used in the place of your authenticator app{from}; {left}.\n\n\
         If this was you, make new codes before you run out of them. If it was not you, tell a super admin at once."
    );
    Letter::new(&account.email, format!("A recovery code was used; {left}"), text)
}
