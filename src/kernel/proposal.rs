//! Four eyes: an action that waits for a second admin, and what can wait so.
use super::{Action, Actor, Caution, Desk, Error, Performed, Permission, Rehearsal, Result, Terms, Why};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// An action that is proposed: what would be done, and what it would do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// The action's name.
    pub action: String,
    /// The action itself.
    pub content: Value,
    pub why: Why,
    /// The page that it was asked for on.
    pub asked_at: String,
    /// Found out anew with each look, so no part of what is proposed.
    #[serde(skip)]
    pub rehearsal: Option<Box<Rehearsal>>,
}

impl Draft {
    /// Of an action; nothing is known of its effect where the same form was sent before.
    ///
    /// # Errors
    /// When the action does not serialize.
    pub fn of<A: Action>(action: &A, rehearsal: Option<Rehearsal>, asked_at: &str) -> Result<Self> {
        Ok(Self {
            action: A::NAME.to_owned(),
            content: serde_json::to_value(action)?,
            why: action.why().cloned().unwrap_or_default(),
            asked_at: asked_at.to_owned(),
            rehearsal: rehearsal.map(Box::new),
        })
    }
}

/// Where proposals are written down.
#[async_trait]
pub trait Park: Send + Sync {
    /// Writes a proposal down, once for each submission; answers with its id.
    ///
    /// # Errors
    /// When another one about the same is in the way, or it cannot be recorded.
    async fn propose(&self, desk: &Desk, actor: &Actor, draft: Draft, terms: &Terms) -> Result<Performed<Uuid>>;
}

/// One kind of action that can wait for a second admin.
#[async_trait]
pub trait Waits: Send + Sync {
    /// What whoever proposes it must hold, then and when it is done.
    fn permission(&self) -> Permission;

    /// What whoever approves it must hold.
    ///
    /// # Errors
    /// When this version of the program cannot read it.
    fn approval(&self, content: &Value) -> Result<Permission>;

    /// What it would do now.
    ///
    /// # Errors
    /// As [`Desk::rehearse`].
    async fn rehearse(&self, desk: &Desk, actor: &Actor, content: &Value) -> Result<Rehearsal>;

    /// Does it; answers with its audit entry.
    ///
    /// # Errors
    /// As [`Desk::perform`].
    async fn perform(&self, desk: &Desk, actor: &Actor, content: &Value, terms: &Terms) -> Result<Uuid>;
}

/// The actions that can wait for a second admin, by name; cheap to clone.
#[derive(Clone, Default)]
pub struct Approvable(HashMap<&'static str, Arc<dyn Waits>>);

impl Approvable {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes an action known that is approved by those who could propose it too.
    #[must_use]
    pub fn register<A: Action>(self) -> Self {
        self.register_for::<A>(|_| A::PERMISSION)
    }

    /// Makes an action known, and what its approval takes.
    #[must_use]
    pub fn register_for<A: Action>(mut self, approval: fn(&A) -> Permission) -> Self {
        debug_assert!(A::CAUTION == Caution::SecondAdmin, "only what waits for a second admin is approved");
        self.0.insert(A::NAME, Arc::new(One { approval }));
        self
    }

    /// The action of that name.
    ///
    /// # Errors
    /// When this version of the program knows none.
    pub fn named(&self, action: &str) -> Result<&dyn Waits> {
        let known = self.0.get(action).map(AsRef::as_ref);
        known.ok_or_else(|| Error::internal(format!("no feature lets “{action}” wait for a second admin")))
    }

    /// The names of all of them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

struct One<A> {
    approval: fn(&A) -> Permission,
}

fn read<A: Action>(content: &Value) -> Result<A> {
    Ok(A::deserialize(content)?)
}

#[async_trait]
impl<A: Action> Waits for One<A> {
    fn permission(&self) -> Permission {
        A::PERMISSION
    }

    fn approval(&self, content: &Value) -> Result<Permission> {
        Ok((self.approval)(&read(content)?))
    }

    async fn rehearse(&self, desk: &Desk, actor: &Actor, content: &Value) -> Result<Rehearsal> {
        desk.rehearse(actor, read::<A>(content)?).await
    }

    async fn perform(&self, desk: &Desk, actor: &Actor, content: &Value, terms: &Terms) -> Result<Uuid> {
        Ok(desk.perform(actor, read::<A>(content)?, terms).await?.audit_id)
    }
}
