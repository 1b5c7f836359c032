//! Having checks look now.
use crate::features::integrity::jobs::RunCheck;
use crate::features::integrity::model::Check;
use crate::features::integrity::store::runs;
use crate::jobs::NewJob;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Has checks look now. Those that are looking already are left alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunChecks {
    pub checks: Vec<Check>,
}

/// A look that was asked for, as the audit log keeps it.
#[derive(Serialize)]
struct Asked {
    #[serde(skip)]
    check: Check,
    look: Uuid,
}

impl Audited for Asked {
    const KIND: &'static str = "integrity_check";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.check.code().to_owned()
    }
    fn label(&self) -> String {
        self.check.label().to_owned()
    }
}

impl Action for RunChecks {
    const NAME: &'static str = "integrity.run";
    const EVENT: &'static str = "admin_integrity_checked";
    const PERMISSION: Permission = Permission::IntegrityAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = usize;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<usize>> {
        let mut changes = Vec::new();
        for check in &self.checks {
            if let Some(look) = look(tx, actor, *check).await? {
                changes.push(Change::made(&Asked { check: *check, look })?);
            }
        }
        let target = match self.checks.as_slice() {
            [check] => Target::new(Asked::KIND, check.code(), check.label()),
            _ => Target::new(Asked::KIND, "all", "All checks"),
        };
        if changes.is_empty() {
            return Err(Error::Conflict("It is looking already.".into()));
        }
        let codes: Vec<_> = self.checks.iter().map(|check| check.code()).collect();
        let mut applied = Applied::to(target, changes.len())
            .effect(Effect::count("checks look at the data", i64::try_from(changes.len()).unwrap_or(i64::MAX)))
            .event(json!({ "checks": codes }));
        applied.changes = changes;
        Ok(applied)
    }
}

/// Asks for a look of a check, in the transaction of whatever asks; nothing when one is going on.
pub(super) async fn look(tx: &mut Tx, actor: &Actor, check: Check) -> Result<Option<Uuid>> {
    let Some(run) = runs::ask(tx, check, actor.id()).await? else { return Ok(None) };
    let mut job = NewJob::of(&RunCheck { check, run: Some(run) })
        .map_err(Error::internal)?
        .dedup_key(format!("integrity:{run}"))
        .cause(tx.audit_id());
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    job.enqueue(tx).await.map_err(Error::internal)?;
    Ok(Some(run))
}

/// The form: one check by its code, or `all`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFields {
    pub check: Option<String>,
}

impl RunFields {
    /// The action that was asked for.
    pub fn parse(&self) -> Result<RunChecks, Invalid> {
        let checks = match self.check.as_deref() {
            Some("all") => Check::ALL.to_vec(),
            Some(code) => Check::find(code).into_iter().collect(),
            None => Vec::new(),
        };
        if checks.is_empty() { Err(Invalid::field("check", "There is no such check.")) } else { Ok(RunChecks { checks }) }
    }
}
