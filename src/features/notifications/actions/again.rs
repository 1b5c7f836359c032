//! Sending again what has failed, but not for good.
use super::step;
use crate::features::notifications::model::{Notification, State};
use crate::features::notifications::store::{self, progress};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Sends those letters of a sent notification again that failed because the mail server was busy or was not heard. What was refused
/// for good stays as it is; who has unsubscribed meanwhile is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendFailedAgain {
    pub id: Uuid,
}

impl Action for SendFailedAgain {
    const NAME: &'static str = "notifications.send_again";
    const EVENT: &'static str = "admin_notification_sent_again";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    /// How many letters there are.
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let before = store::lock(tx, self.id).await?;
        if before.state != State::Sent {
            let label = before.state.label();
            return Err(Error::Conflict(format!("Only what is sent can be sent again: it is “{label}” by now.").into()));
        }
        let letters = progress::of(tx, self.id).await?.mail_again;
        if letters == 0 {
            return Err(Error::Conflict("There is nothing to send again: what failed was refused for good.".into()));
        }
        progress::ask_again(tx, self.id).await?;
        let after = Notification { state: State::Sending, run: before.run + 1, finished_at: None, ..before.clone() };
        let after = step(tx, actor, &after).await?;
        let event = json!({ "type": after.content.kind, "target_count": letters });
        let mut change = Change::updated(&before, &after)?;
        if let Some(fields) = &mut change.after {
            fields.insert("letters_sent_again".into(), letters.into());
        }
        Ok(Applied::to(Target::of(&after), letters).change(change).event(event))
    }
}
