//! Removing what nobody needs any more, by hand.
use crate::features::integrity::jobs::CleanUp;
use crate::features::integrity::model::cleanup::Sweep;
use crate::features::integrity::store::cleanup;
use crate::jobs::NewJob;
use crate::kernel::Target;
use crate::kernel::{Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Tx, Why};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Removes rows that are older than a moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveOld {
    pub sweep: Sweep,
    pub cutoff: Timestamp,
    pub why: Why,
}

/// What is decided, as the audit log keeps it.
#[derive(Serialize)]
struct Decided {
    #[serde(skip)]
    sweep: Sweep,
    older_than: Timestamp,
    rows: i64,
    table_bytes_before: i64,
}

impl Audited for Decided {
    const KIND: &'static str = "cleanup";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.sweep.code().to_owned()
    }
    fn label(&self) -> String {
        self.sweep.label().to_owned()
    }
}

impl Action for RemoveOld {
    const NAME: &'static str = "integrity.clean_up";
    const EVENT: &'static str = "admin_data_cleaned_up";
    const PERMISSION: Permission = Permission::IntegrityAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Typed;
    type Output = i64;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<i64>> {
        let (sweep, cutoff) = (self.sweep, self.cutoff);
        let due = cleanup::due(tx, sweep, cutoff, i64::MAX).await?;
        if due == 0 {
            return Err(Error::Conflict("Nothing of it is old enough any more.".into()));
        }
        let bytes = cleanup::bytes(tx, sweep).await?;
        let Some(run) = cleanup::ask(tx, sweep, cutoff, due, actor.id()).await? else {
            return Err(Error::Conflict("It is being removed already.".into()));
        };
        let job = NewJob::of(&CleanUp { run, hop: 0 }).map_err(Error::internal)?.dedup_key(format!("cleanup:{run}:0"));
        job.cause(tx.audit_id()).enqueue(tx).await.map_err(Error::internal)?;
        let decided = Decided { sweep, older_than: cutoff, rows: due, table_bytes_before: bytes };
        Ok(Applied::to(Target::of(&decided), due)
            .change(Change::made(&decided)?)
            .effect(Effect::count(format!("{} are removed for good", sweep.nouns().1), due))
            .event(json!({ "sweep": sweep.code(), "rows": due })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The form. The moment goes with it, so that what is confirmed is what was shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanFields {
    #[serde(default)]
    pub cutoff: String,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl CleanFields {
    /// The action that was asked for: nothing younger than the setting keeps.
    pub fn parse(&self, sweep: Sweep, latest: Timestamp) -> Result<RemoveOld, Invalid> {
        let cutoff = self.cutoff.parse().ok().filter(|cutoff: &Timestamp| *cutoff <= latest);
        let cutoff =
            cutoff.ok_or_else(|| Invalid::field("cutoff", "Open this form again: the setting has changed, or a day has passed."))?;
        Ok(RemoveOld { sweep, cutoff, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
