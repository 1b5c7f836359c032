//! What an action would do, before it is done.
use super::{Applied, Change, Effect, Result, Target, secret};
use serde::{Deserialize, Serialize};

/// What an action would do, found out by doing it and taking it back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rehearsal {
    pub target: Target,
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    /// The hash of all of it: what a confirmation carries.
    pub fingerprint: String,
}

impl Rehearsal {
    pub(super) fn of<T>(name: &str, applied: &Applied<T>) -> Result<Self> {
        // Where people sign up every second, no crowd's number would stand still for as long as a confirmation takes.
        let held: Vec<_> = applied.effects.iter().filter(|effect| !effect.moving).collect();
        let shown = serde_json::to_vec(&(name, &applied.target, &applied.changes, held))?;
        let fingerprint = secret::sha256(&shown).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { target: applied.target.clone(), changes: applied.changes.clone(), effects: applied.effects.clone(), fingerprint })
    }
}
