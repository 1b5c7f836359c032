//! A letter to oneself, as users would get it.
use crate::features::notifications::model::letter;
use crate::features::notifications::store;
use crate::gateways::mail::Letter;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

/// Sends the letter to the admin who asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestNotification {
    pub id: Uuid,
    /// Their own address.
    pub to: String,
    /// Who letters to users are from.
    pub sender: String,
}

impl Action for TestNotification {
    const NAME: &'static str = "notifications.test";
    const EVENT: &'static str = "admin_notification_tested";
    const PERMISSION: Permission = Permission::NotificationsSend;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let notification = store::find(tx, self.id).await?;
        let written = letter::write(&notification.content, &self.sender, None);
        let subject = format!("[Test] {}", notification.content.title);
        Letter::new(&self.to, subject, written.text).dressed(written.dress).post(tx, actor).await?;
        let target = Target::of(&notification);
        let after = Map::from_iter([("test_letter_to".to_owned(), json!(self.to))]);
        let change = Change { target: target.clone(), before: None, after: Some(after) };
        let event = json!({ "type": notification.content.kind });
        Ok(Applied::to(target, self.to).change(change).effect(Effect::count("letter is sent", 1)).event(event))
    }
}
