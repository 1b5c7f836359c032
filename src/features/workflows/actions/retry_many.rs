//! Starting many failed runs again: those that a filter matches, counted and sampled before, so many at most.
use super::enqueue;
use crate::features::workflows::jobs::Kickoff;
use crate::features::workflows::model::Batch;
use crate::features::workflows::store::many::{self, Criteria, Match};
use crate::features::workflows::store::{self, chain, events};
use crate::kernel::secret::sha256;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why, id};
use crate::web::show::short;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How many are named before.
const SAMPLE: usize = 6;

/// Starts the newest of the failed runs that are meant again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryWorkflows {
    /// What this deed is called on the record: chosen by the form.
    pub batch: Uuid,
    pub criteria: Criteria,
    /// So many at most.
    pub limit: usize,
    pub why: Why,
}

impl Action for RetryWorkflows {
    const NAME: &'static str = "workflows.retry_many";
    const EVENT: &'static str = "admin_workflow_retried";
    const PERMISSION: Permission = Permission::WorkflowsAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    type Output = usize;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<usize>> {
        let all = many::count(tx, &self.criteria).await?;
        let runs = many::take(tx, &self.criteria, self.limit).await?;
        let ids: Vec<Uuid> = runs.iter().map(|run| run.id).collect();
        if runs.is_empty() {
            return Err(Error::Conflict("No failed run matches that could be started again.".into()));
        }
        if many::overtaken(tx, &ids).await? > 0 {
            return Err(Error::Conflict("Some of them were started again at this moment. Look at what matches now.".into()));
        }
        let audit = tx.audit_id();
        for run in &runs {
            let repeated = store::find(&mut **tx, run.id).await?;
            let added = chain::again(tx, &repeated, id::new(), actor.id()).await?;
            let words = format!("{} asked for attempt {}, with {} others.", actor.name, added.attempt, runs.len() - 1);
            events::add(tx, added.id, "asked", &words, Some(audit)).await?;
            enqueue(tx, actor, &Kickoff { run: added.id }).await?;
        }
        let batch = Batch { id: self.batch, filter: self.criteria.words(), runs: runs.len(), digest: digest(&ids) };
        let left = all - i64::try_from(runs.len()).unwrap_or(i64::MAX);
        let applied = Applied::to(Target::of(&batch), runs.len()).change(Change::made(&batch)?).effect(started(&runs)).event(
            json!({ "batch_id": self.batch, "count": runs.len(), "crew": self.criteria.crew, "error_signature": self.criteria.signature }),
        );
        Ok(if left > 0 { applied.effect(Effect::crowd("more match and are left as they are", left, Vec::new())) } else { applied })
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

fn started(runs: &[Match]) -> Effect {
    let words = "failed runs are started again: each costs what it did, and its tasks do again what they do outside";
    let name = |run: &Match| Target::new("workflow", run.id, format!("{}, attempt {}", short(&run.crew, 60), run.attempt));
    Effect { some: runs.iter().take(SAMPLE).map(name).collect(), ..Effect::count(words, i64::try_from(runs.len()).unwrap_or(i64::MAX)) }
}

fn digest(ids: &[Uuid]) -> String {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.into_bytes()).collect();
    sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The form; the filter goes along unseen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManyFields {
    pub batch: Option<Uuid>,
    /// The filter, as JSON.
    pub criteria: Option<String>,
    pub limit: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl ManyFields {
    /// The action that was asked for; `cap` is the most that one deed may start, `most` the most attempts of a run.
    pub fn parse(&self, cap: i64, most: i64) -> Result<RetryWorkflows, Invalid> {
        let whole = || Invalid::field("reason", "Open this form again: it is not whole.");
        let criteria: Criteria = self.criteria.as_deref().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(whole)?;
        let batch = self.batch.ok_or_else(whole)?;
        let limit =
            self.limit.as_deref().map(str::trim).and_then(|text| text.parse::<i64>().ok()).filter(|limit| (1..=cap).contains(limit));
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.ok_or_else(|| Invalid::field("limit", format!("Give a number from 1 to {cap}.")));
        match (limit, Why::required(self.reason.as_deref(), self.ticket.as_deref())) {
            (Ok(limit), Ok(why)) => Ok(RetryWorkflows { batch, criteria: Criteria { most, ..criteria }, limit, why }),
            (limit, why) => {
                Err(Invalid { fields: [limit.err(), why.err()].into_iter().flatten().flat_map(|wrong| wrong.fields).collect() })
            }
        }
    }
}
