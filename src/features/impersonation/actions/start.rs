//! Beginning to view the platform as a user.
use crate::features::impersonation::model::{Grant, MINUTES};
use crate::features::impersonation::store::{self, NewGrant};
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Begins to view the platform as a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartView {
    pub user: Uuid,
    pub grant: Uuid,
    /// The SHA-256 of what the view shows the database.
    pub token_hash: Vec<u8>,
    pub why: Why,
}

impl Action for StartView {
    const NAME: &'static str = "impersonation.start";
    const EVENT: &'static str = "admin_impersonation_started";
    const PERMISSION: Permission = Permission::UsersView;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Undoable;
    type Output = String;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<String>> {
        let (Some(admin), Some(session)) = (actor.id(), actor.session.as_deref()) else {
            return Err(Error::Conflict("Only somebody who is signed in can view the platform as a user.".into()));
        };
        let subject = store::subject(&mut **tx, self.user).await?;
        if let Some(obstacle) = subject.obstacle() {
            return Err(Error::Conflict(obstacle.into()));
        }
        if let Some(other) = store::close_void(tx, admin).await? {
            return Err(Error::Conflict(
                format!("You view the platform as {other} already, perhaps in another session. End that first.").into(),
            ));
        }
        let new = NewGrant { id: self.grant, token_hash: &self.token_hash, admin, session };
        let grant = store::grant(tx, new, &subject, &self.why).await.map_err(|error| one_each(error, subject.called()))?;
        Ok(Applied::to(Target::new("user", subject.id, subject.called()), subject.called().to_owned())
            .change(Change::made::<Grant>(&grant)?)
            .effect(Effect::count("minutes, then it ends by itself", MINUTES.into()))
            .event(json!({ "user_id": subject.id, "minutes": MINUTES })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// Two at once: the database lets one in.
fn one_each(error: Error, user: &str) -> Error {
    match error.on_constraint("view_grants_one_each", "reason", "") {
        Error::Invalid(_) => {
            Error::Conflict(format!("You have just begun a view in another session. End that before you view as {user}.").into())
        }
        other => other,
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl Fields {
    /// The action that was asked for; the form's own key becomes the grant's id.
    pub fn parse(&self, user: Uuid, grant: Uuid, token_hash: Vec<u8>) -> Result<StartView, Invalid> {
        Ok(StartView { user, grant, token_hash, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
