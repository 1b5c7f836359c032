//! What can be done with many rows at once: declared by the feature that owns the rows, handed on by the assembly.
use super::link::escape;
use super::list::Total;
use super::pairs::Pairs;
use super::parts::Field;
use crate::kernel::batch::Record;
use crate::kernel::listing::Listing;
use crate::kernel::{Actor, Crowd, Invalid, Permission, Result, Tx, Why};
use async_trait::async_trait;
use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;

/// Which rows of a list.
#[derive(Clone, Debug)]
pub enum Which {
    /// Those that were ticked.
    These(Vec<Uuid>),
    /// All that match the list's filter, as it stands in its address.
    All(String),
}

/// What is asked of a kind when its rows are frozen.
pub struct Wanted<'a> {
    pub which: &'a Which,
    pub params: &'a Value,
    /// The zone that days are meant in.
    pub zone: &'a TimeZone,
    /// What the list of users is narrowed by, for kinds that are no part of it.
    pub crowd: Option<Crowd>,
}

/// A row that was frozen.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub id: Uuid,
    /// As the kind saw it then.
    pub was: String,
}

/// What every row is done with.
#[derive(Clone, Debug)]
pub struct Order {
    /// The operation, which makes what is done for its rows once only.
    pub operation: Uuid,
    pub params: Value,
    pub why: Why,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub enum Outcome {
    Done(Box<Record>),
    /// Left alone, and why.
    Skipped(String),
}

/// What became of a row that its own action did, or refused.
pub fn told(done: Result<Record, String>) -> Outcome {
    match done {
        Ok(record) => Outcome::Done(Box::new(record)),
        Err(why) => Outcome::Skipped(why),
    }
}

/// How rows are done.
#[async_trait]
pub trait Way: Sync {
    /// Does these rows: one outcome for each, in any order; a row that is not told of is gone.
    ///
    /// # Errors
    /// When the batch as a whole cannot be done; nothing of it has happened then.
    async fn batch(&self, tx: &mut Tx, actor: &Actor, rows: &[Frozen], order: &Order) -> Result<Vec<(Uuid, Outcome)>>;
}

/// Something that can be done with many rows.
#[derive(Clone, Copy)]
pub struct BulkKind {
    /// Its name in addresses, in the database and in the audit log: that of the single action.
    pub name: &'static str,
    /// What a button says: "Suspend".
    pub label: &'static str,
    /// What happens to the rows: "are suspended".
    pub effect: &'static str,
    /// The list that offers it: its address is `/admin/{list}`.
    pub list: &'static str,
    /// One row and many.
    pub what: (&'static str, &'static str),
    /// What whoever approves it must hold.
    pub approval: Permission,
    /// Somebody loses something, or gets money: it takes a second admin however few the rows are.
    pub destroys: bool,
    /// What it asks for beside the reason.
    pub fields: fn() -> Vec<Field>,
    /// What was filled in.
    pub parse: fn(&Pairs) -> Result<Value, Invalid>,
    /// What it does, with what was filled in: "Change tier to Pro".
    pub words: fn(&Value) -> String,
    /// Writes a query: `id`, `label`, `was`, and `skip`, which says why a row is left alone, or null.
    pub rows: fn(&mut Listing, &Wanted<'_>) -> Result<()>,
    pub way: &'static dyn Way,
    /// Rows in a transaction.
    pub batch: i64,
}

/// What asks for nothing.
pub fn nothing() -> Vec<Field> {
    Vec::new()
}

/// What needs nothing.
///
/// # Errors
/// None.
pub fn no_params(_: &Pairs) -> Result<Value, Invalid> {
    Ok(Value::Null)
}

/// What stands above a list whose rows can be ticked.
pub struct Bar {
    pub list: &'static str,
    /// How many match.
    pub total: String,
    /// Where something is done with all of them; empty, if they may not.
    pub all: String,
    /// Whether a notification can be written to those that are ticked.
    pub notify: bool,
}

impl Bar {
    /// Over a list with this query.
    pub fn new(list: &'static str, query: &str, total: Total) -> Self {
        let mut pairs = Pairs::parse(query.as_bytes()).unwrap_or_default();
        pairs.0.retain(|(name, value)| !value.is_empty() && !matches!(name.as_str(), "sort" | "after" | "before" | "show[]"));
        let filter = escape(&pairs.encode());
        Self { list, total: total.words(), all: format!("/admin/bulk/new?list={list}&all=yes&filter={filter}"), notify: false }
    }

    /// Over a list of users, for whoever may do something with many, write to them, or both; nothing for whoever may neither.
    pub fn of_users(query: &str, total: Total, (acts, notify): (bool, bool)) -> Option<Self> {
        let bar = Self::new("users", query, total);
        let all = if acts { bar.all.clone() } else { String::new() };
        (acts || notify).then_some(Self { all, notify, ..bar })
    }
}
