//! Preparing: which rows it is about is frozen, counted and shown; nothing is done with them yet.
use super::event;
use crate::features::bulk::model::{Operation, State};
use crate::features::bulk::store::{self, freeze};
use crate::kernel::{
    Action, Actor, Applied, Assurance, Caution, Change, Crowd, Effect, Error, Invalid, Permission, Result, Target, Tx, Why, id,
};
use crate::web::bulk::{BulkKind, Wanted, Which};
use crate::web::show::number;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Freezes the rows of an operation.
#[derive(Clone, Serialize, Deserialize)]
pub struct PrepareBulk {
    pub kind: String,
    pub params: Value,
    pub list: String,
    /// The list's filter; nothing: these rows.
    pub filter: Option<String>,
    pub rows: Vec<Uuid>,
    /// The zone that days are meant in.
    pub zone: String,
    pub why: Why,
    /// What the assembly knows of the kind.
    #[serde(skip)]
    pub known: Option<BulkKind>,
    #[serde(skip)]
    pub crowd: Option<Crowd>,
    /// The most rows, and from how many on a second admin must approve.
    #[serde(skip)]
    pub caps: (i64, i64),
}

impl Action for PrepareBulk {
    const NAME: &'static str = "bulk.prepare";
    const EVENT: &'static str = "admin_bulk_prepared";
    const PERMISSION: Permission = Permission::BulkRun;
    const ASSURANCE: Assurance = Assurance::Session;
    /// Nothing is done with the rows.
    const CAUTION: Caution = Caution::Undoable;
    type Output = Uuid;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<Uuid>> {
        let kind = self.known.ok_or_else(|| Error::Malformed("There is no such operation.".into()))?;
        let by = actor.id().ok_or(Error::Forbidden(Self::PERMISSION))?;
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let which = self.filter.clone().map_or_else(|| Which::These(self.rows.clone()), Which::All);
        let id = id::new();
        let (most, second) = self.caps;
        let wanted = Wanted { which: &which, params: &self.params, zone: &zone, crowd: self.crowd };
        let frozen = freeze::rows(tx, id, &kind, &wanted, most).await?;
        if frozen.total > most {
            let many = number(most);
            return Err(Error::field(
                "",
                format!("There are more than {many} {}: narrow the list first. More are not done in one go.", kind.what.1),
            ));
        }
        if frozen.total == 0 {
            return Err(Error::field("", format!("There are no such {} any more.", kind.what.1)));
        }
        let operation = self.write(&kind, (id, by), (frozen.total, frozen.planned), second);
        store::add(tx, &operation).await?;
        let effect = Effect::count(format!("{} are frozen", kind.what.1), frozen.total);
        Ok(Applied::to(Target::of(&operation), id).change(Change::made(&operation)?).effect(effect).event(event(&operation)))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

impl PrepareBulk {
    fn write(&self, kind: &BulkKind, (id, by): (Uuid, Uuid), (total, planned): (i64, i64), second: i64) -> Operation {
        let what = if planned == 1 { kind.what.0 } else { kind.what.1 };
        Operation {
            id,
            kind: self.kind.clone(),
            params: self.params.clone(),
            label: format!("{} {} {what}", (kind.words)(&self.params), number(planned)),
            list: self.list.clone(),
            filter: self.filter.clone(),
            state: State::Draft,
            needs_second: kind.destroys || planned >= second,
            total,
            planned,
            done: 0,
            skipped: 0,
            failed: 0,
            done_to: None,
            run: 0,
            why: self.why.clone(),
            created_by: by,
            created_at: Timestamp::UNIX_EPOCH,
            started_at: None,
            started_audit: None,
            finished_at: None,
            stopped_why: None,
            is_old: false,
        }
    }
}

/// The form; what the kind asks for stands beside.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PrepareFields {
    pub kind: Option<String>,
    pub list: Option<String>,
    pub filter: Option<String>,
    pub all: Option<String>,
    #[serde(rename = "ids[]", default)]
    pub ids: Vec<Uuid>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl PrepareFields {
    /// Why it is done.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn why(&self) -> Result<Why, Invalid> {
        Why::required(self.reason.as_deref(), self.ticket.as_deref())
    }
}
