//! Putting right what a check found: by writing the right value, or by removing what belongs to nobody.
use super::run::look;
use crate::features::integrity::jobs::RemoveFiles;
use crate::features::integrity::model::{Area, Check, Limits, MOST, Mended, Repair};
use crate::features::integrity::store::{mend, runs};
use crate::jobs::NewJob;
use crate::kernel::{Action, Actor, Applied, Assurance, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Rows of one repair that the record shows field by field; of the others it names the keys.
const SHOWN: usize = 50;

/// Which rows of which check, and why. The rows are those that were shown: what turns up later is not among them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub check: Check,
    pub rows: Vec<String>,
    pub limits: Limits,
    pub why: Why,
}

/// Writes right values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RepairRows(pub Order);

/// Removes rows, for good.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveRows(pub Order);

impl Action for RepairRows {
    const NAME: &'static str = "integrity.repair";
    const EVENT: &'static str = "admin_integrity_repaired";
    const PERMISSION: Permission = Permission::IntegrityAct;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Confirm;
    type Output = usize;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<usize>> {
        match self.0.check.about().repair {
            Repair::Mend(_) => carry_out(self.0, tx, actor).await,
            _ => Err(Error::Conflict("What this check finds is not put right in this way.".into())),
        }
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.0.why)
    }
}

impl Action for RemoveRows {
    const NAME: &'static str = "integrity.remove";
    const EVENT: &'static str = "admin_integrity_removed";
    const PERMISSION: Permission = Permission::IntegrityAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::SecondAdmin;
    type Output = usize;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<usize>> {
        match self.0.check.about().repair {
            Repair::Remove(_) => carry_out(self.0, tx, actor).await,
            _ => Err(Error::Conflict("What this check finds is not removed.".into())),
        }
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.0.why)
    }
}

async fn carry_out(order: Order, tx: &mut Tx, actor: &Actor) -> Result<Applied<usize>> {
    let check = order.check;
    let order = Order { rows: runs::confirmed(tx, check, &order.rows).await?, ..order };
    let mended = if check == Check::FilesStray {
        later(tx, &order.rows).await?
    } else {
        mend::mend(tx, actor, (check, &order.rows), order.limits).await?
    };
    if mended.is_empty() {
        return Err(Error::Conflict("Nothing of it can be put right: it is in order by now, or something still names these rows.".into()));
    }
    if check.area() != Area::Files || check == Check::FilesMissing {
        let rows: Vec<String> = mended.iter().map(|row| row.row_id.clone()).collect();
        runs::mark(tx, check, &rows).await?;
        // Whether that was all of it, the next look says.
        look(tx, actor, check).await?;
    }
    let event = json!({ "check": check.code(), "rows": mended.len() });
    let applied = Applied::to(Target::new("integrity_check", check.code(), check.label()), mended.len()).event(event);
    let applied = effects(&order, &mended).into_iter().fold(applied, Applied::effect);
    Ok(changes(check, mended).into_iter().fold(applied, Applied::change))
}

/// Files are outside: a job deletes them once this is decided.
async fn later(tx: &mut Tx, keys: &[String]) -> Result<Vec<Mended>> {
    let job = NewJob::of(&RemoveFiles { keys: keys.to_vec() }).map_err(Error::internal)?.cause(tx.audit_id());
    job.enqueue(tx).await.map_err(Error::internal)?;
    let file = |key: &String| Mended { row_id: key.clone(), label: key.clone(), before: json!({ "file": key }), after: None };
    Ok(keys.iter().map(file).collect())
}

fn effects(order: &Order, mended: &[Mended]) -> Vec<Effect> {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let done = match (order.check, order.check.about().repair) {
        (Check::FilesStray, _) => "files are deleted, one after the other, unless a model knows them by then",
        (Check::ModelsWithoutUser, _) => "models are deleted; their files go in seven days",
        (_, Repair::Remove(_)) => "rows are removed for good",
        _ => "rows are put right",
    };
    let mut effects = vec![Effect::count(done, count(mended.len()))];
    let left = order.rows.len().saturating_sub(mended.len());
    if left > 0 {
        effects.push(Effect::count("rows stay as they are: in order by now, or something still names them", count(left)));
    }
    let back: i64 = mended.iter().filter_map(|row| row.after.as_ref()?.get("credits_given_back")?.as_i64()).sum();
    if back > 0 {
        effects.push(Effect::count("credits are given back to their users", back));
    }
    effects
}

/// The first of the rows with their fields, and the keys of the others.
fn changes(check: Check, mended: Vec<Mended>) -> Vec<Change> {
    let others: Vec<String> = mended.iter().skip(SHOWN).map(|row| row.row_id.clone()).collect();
    let fields = |value: Value| match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    };
    let mut changes: Vec<Change> = mended
        .into_iter()
        .take(SHOWN)
        .map(|row| Change {
            target: Target::new(check.kind(), row.row_id, row.label),
            before: fields(row.before),
            after: row.after.and_then(fields),
        })
        .collect();
    if !others.is_empty() {
        let target = Target::new("integrity_check", check.code(), format!("and {} more", others.len()));
        changes.push(Change { target, before: fields(json!({ "keys": others.join(" ") })), after: None });
    }
    changes
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderFields {
    /// The keys of the rows that were shown, as JSON: the form acts on them and no others.
    #[serde(default)]
    pub rows: String,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

impl OrderFields {
    /// What was asked for.
    pub fn parse(&self, check: Check, limits: Limits) -> Result<Order, Invalid> {
        let rows: Vec<String> = serde_json::from_str(&self.rows).unwrap_or_default();
        if rows.is_empty() || i64::try_from(rows.len()).is_ok_and(|rows| rows > MOST) {
            return Err(Invalid::field("rows", "Open this form again from the check's page."));
        }
        Ok(Order { check, rows, limits, why: Why::required(self.reason.as_deref(), self.ticket.as_deref())? })
    }
}
