//! Granting and deducting credits; above a number a second admin approves it.
use super::whole;
use crate::features::billing::model::operation::{CREDITS, Kind, Operation, Purpose, ReasonCode};
use crate::features::billing::model::plan::Plan;
use crate::features::billing::store::desk::{self, Customer};
use crate::features::billing::store::operations::{self, Wanted};
use crate::features::billing::store::tell::tell;
use crate::gateways::finby::Mode;
use crate::kernel::{
    Action, Actor, Applied, Assurance, Audited, Caution, Change, Effect, Error, Invalid, Permission, Result, Target, Tx, Why,
};
use crate::web::show::number;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

crate::codes! {
    /// Which way credits go.
    pub enum Way {
        Grant = "grant" / "Grant",
        Deduct = "deduct" / "Deduct",
    }
}

/// Gives a user credits or takes some.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustCredits {
    pub user: Uuid,
    /// The key of the form: the id of the operation.
    pub key: Uuid,
    pub way: Way,
    pub credits: i64,
    pub cause: ReasonCode,
    /// More than this takes a second admin.
    pub alone: i64,
    pub mode: Mode,
    pub why: Why,
}

/// A balance, as the audit log keeps it.
#[derive(Serialize)]
struct Balance {
    #[serde(skip)]
    id: Uuid,
    #[serde(skip)]
    label: String,
    credits: i64,
    awaiting_approval: i64,
}

impl Audited for Balance {
    const KIND: &'static str = "user";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.label.clone()
    }
}

impl Action for AdjustCredits {
    const NAME: &'static str = "credits.adjust";
    const EVENT: &'static str = "admin_billing_action";
    const PERMISSION: Permission = Permission::BillingAct;
    const ASSURANCE: Assurance = Assurance::Fresh;
    const CAUTION: Caution = Caution::Confirm;
    /// Whether a second admin must approve it first.
    type Output = bool;

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<bool>> {
        let user = desk::customer(&mut **tx, self.user).await?;
        if user.is_deleted {
            return Err(Error::Conflict("They are deleted: there is nobody to have credits.".into()));
        }
        let waits = self.credits > self.alone;
        let before = operations::balance(tx, self.user).await?;
        let signed = if self.way == Way::Deduct { -self.credits } else { self.credits };
        if before.checked_add(signed).is_none_or(|after| after < 0) {
            return Err(Error::field("credits", format!("They have {}: no more can be taken.", number(before))));
        }
        let operation = operations::begin(tx, actor, &self.wanted(waits, signed)).await?;
        if !waits {
            self.settle(tx, &operation).await?;
        }
        let after = operations::balance(tx, self.user).await?;
        let applied = applied(&user, (before, after), if waits { signed } else { 0 })?;
        let event = json!({ "action": format!("{}_credits", self.way.code()), "user_id": self.user, "amount": self.credits });
        Ok(Applied { output: waits, ..applied }.event(event))
    }

    fn why(&self) -> Option<&Why> {
        Some(&self.why)
    }
}

/// The balance of somebody who was granted credits, before and after.
pub fn granted(id: Uuid, label: &str, (before, after): (i64, i64)) -> Result<Change> {
    let side = |credits| Balance { id, label: label.to_owned(), credits, awaiting_approval: 0 };
    Change::updated(&side(before), &side(after))
}

/// What the record and the page say: the balance on both sides, or what waits.
fn applied(user: &Customer, (before, after): (i64, i64), waiting: i64) -> Result<Applied<bool>> {
    let side = |credits, awaiting_approval| Balance { id: user.id, label: user.label(), credits, awaiting_approval };
    let applied =
        Applied::to(Target::new("user", user.id, user.label()), false).change(Change::updated(&side(before, 0), &side(after, waiting))?);
    Ok(if waiting == 0 {
        applied.effect(Effect::count("credits is the balance then", after))
    } else {
        applied.effect(Effect::count("second admin must approve it within three days; until then nothing moves", 1))
    })
}

impl AdjustCredits {
    fn wanted(&self, waits: bool, signed: i64) -> Wanted {
        Wanted {
            key: self.key,
            kind: Kind::Credits,
            purpose: if self.way == Way::Deduct { Purpose::Deduct } else { Purpose::Grant },
            user: self.user,
            subscription: None,
            payment: None,
            mode: self.mode,
            minor: self.credits,
            currency: CREDITS.to_owned(),
            description: String::new(),
            plan: Plan::Credits { amount: signed },
            reason_code: Some(self.cause),
            why: self.why.clone(),
            needs_approval: waits,
        }
    }

    async fn settle(&self, tx: &mut Tx, operation: &Operation) -> Result<()> {
        operations::credit(tx, operation).await?;
        let (title, body) = match self.way {
            Way::Grant => ("You got credits", format!("{} credits were added to your balance.", number(self.credits))),
            Way::Deduct => ("Credits were deducted", format!("{} credits were taken off your balance.", number(self.credits))),
        };
        tell(tx, self.user, "info", title, &body).await
    }
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditFields {
    pub way: Option<Way>,
    pub credits: Option<String>,
    pub cause: Option<ReasonCode>,
    pub reason: Option<String>,
    pub ticket: Option<String>,
}

/// The most credits that are moved at once.
const MOST: i64 = 1_000_000;

impl CreditFields {
    /// The action that was asked for.
    pub fn parse(&self, user: Uuid, key: Uuid, alone: i64, mode: Mode) -> Result<AdjustCredits, Invalid> {
        let credits = whole("credits", self.credits.as_deref(), 1, MOST, "credits")?;
        let cause = self.cause.ok_or_else(|| Invalid::field("cause", "Choose why."))?;
        let why = Why::required(self.reason.as_deref(), self.ticket.as_deref())?;
        Ok(AdjustCredits { user, key, way: self.way.unwrap_or(Way::Grant), credits, cause, alone, mode, why })
    }
}
