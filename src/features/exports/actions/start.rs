//! Asking for an export: it is made afterwards, by a job.
use crate::features::exports::jobs::MakeExport;
use crate::features::exports::model::{Format, Order};
use crate::features::exports::store::{self, Owner};
use crate::jobs::NewJob;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Error, Invalid, Permission, Result, Target, Tx, Why, id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Asks for an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartExport {
    pub order: Order,
    /// What its dataset takes.
    pub needs: Permission,
    /// It takes a fresh second factor: for what it is of, or for its size.
    pub fresh: bool,
    /// How many exports one admin may have on the way.
    pub at_once: i64,
}

impl Action for StartExport {
    const NAME: &'static str = "exports.start";
    const EVENT: &'static str = "admin_export_started";
    const PERMISSION: Permission = Permission::ExportsMake;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let admin = actor.id().ok_or_else(|| Error::internal("only an admin asks for an export"))?;
        if !actor.may(self.needs) {
            return Err(Error::Forbidden(self.needs));
        }
        if self.fresh && !actor.assured() {
            return Err(Error::StepUp);
        }
        let open = store::open_of(tx, admin).await?;
        if open >= self.at_once {
            return Err(Error::field("", too_many(open, self.at_once)));
        }
        let id = id::new();
        let job = enqueue(tx, actor, id).await?;
        let export = store::insert(tx, id, &self.order, Owner { admin, schedule: None, keep_hours: None, job }).await?;
        Ok(Applied::to(Target::of(&export), id)
            .change(Change::made(&export)?)
            .event(json!({ "type": self.order.dataset, "format": self.order.format.code() })))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.order.why)
    }
}

fn too_many(open: i64, at_once: i64) -> String {
    let have = if open == 1 { "1 export".to_owned() } else { format!("{open} exports") };
    format!("You have {have} on the way, and no more than {at_once} at once are made for one admin. Wait for one, or cancel it.")
}

/// The job that makes it.
pub async fn enqueue(tx: &mut Tx, actor: &Actor, export: Uuid) -> Result<Uuid> {
    let mut job = NewJob::of(&MakeExport { export })?.cause(tx.audit_id()).priority(-1);
    if let Some(request) = actor.request_id {
        job = job.request_id(request);
    }
    Ok(job.enqueue(tx).await?.id())
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartFields {
    pub dataset: Option<String>,
    pub filter: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub user: Option<String>,
    #[serde(rename = "columns[]", default)]
    pub columns: Vec<String>,
    pub format: Option<Format>,
    pub gzip: Option<String>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl StartFields {
    /// Why it is asked for.
    ///
    /// # Errors
    /// What is wrong with the reason or the ticket.
    pub fn why(&self) -> Result<Why, Invalid> {
        Why::required(self.reason.as_deref(), self.ticket.as_deref())
    }
}
