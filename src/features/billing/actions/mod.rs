//! What can be done about subscriptions, credits and money, a file each.
pub mod bulk;
mod cancel;
mod change_plan;
mod credits;
mod discount;
mod extend;
mod grace;
mod resume;

mod decide;
mod dismiss;
mod link;
mod money;
mod refund;
mod retry;
mod settle;

pub use cancel::{CancelFields, CancelSubscription, Ending};
pub use change_plan::{ChangePlan, PlanFields, Terms};
pub use credits::{AdjustCredits, CreditFields, Way};
pub use discount::{DiscountFields, DiscountSubscription, EndDiscount, EndDiscountFields};
pub use extend::{ExtendFields, ExtendSubscription};
pub use grace::{GraceFields, GrantGrace};
pub use resume::{ResumeFields, ResumeSubscription};

pub use decide::{ApproveOperation, DeclineFields, DeclineOperation};
pub use dismiss::{DismissFields, DismissNotice};
pub use link::SendPaymentLink;
pub use refund::{RefundFields, RefundPayment};
pub use retry::{AgainFields, RetryPayment};
pub use settle::{SettleFields, SettleOperation};

use super::model::Subscription;
use super::model::operation::ReasonCode;
use super::store::tell::tell;
use crate::kernel::{Applied, Audited, Change, Effect, Invalid, Result, Target, Tx, Why};
use crate::web::show;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What a change of a subscription comes to: both sides, the message to its user, and the event.
async fn changed(tx: &mut Tx, before: &Subscription, after: &Subscription, told: Told<'_>) -> Result<Applied<String>> {
    tell(tx, after.user_id, "info", told.title, &told.body).await?;
    Ok(Applied::to(Target::of(after), after.user.clone())
        .change(Change::updated(before, after)?)
        .effect(Effect::count("message to the user, in their inbox and by mail", 1))
        .event(json!({ "action": told.action, "user_id": after.user_id })))
}

/// What is agreed beside a subscription's own columns, as the audit log keeps it at the subscription.
#[derive(Serialize)]
struct Beside<'a> {
    #[serde(skip)]
    of: &'a Subscription,
    #[serde(flatten)]
    said: BTreeMap<&'a str, Option<String>>,
}

impl Audited for Beside<'_> {
    const KIND: &'static str = Subscription::KIND;
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.of.id()
    }
    fn label(&self) -> String {
        self.of.label()
    }
}

/// What one thing that is agreed beside it was and became.
fn beside(of: &Subscription, what: &str, before: Option<String>, after: Option<String>) -> Result<Change> {
    let side = |said| Beside { of, said: BTreeMap::from([(what, said)]) };
    Change::updated(&side(before), &side(after))
}

/// What the user is told, and the word of the event.
struct Told<'a> {
    action: &'a str,
    title: &'a str,
    body: String,
}

/// A day as users read it: 27 November 2026, UTC.
fn on(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// Why, in a word that can be counted and a note: both go on the record.
fn coded(cause: Option<ReasonCode>, reason: Option<&str>, ticket: Option<&str>) -> Result<Why, Invalid> {
    let cause = cause.ok_or_else(|| Invalid::field("cause", "Choose why."))?;
    let why = Why::required(reason, ticket)?;
    Ok(Why { reason: why.reason.map(|note| format!("{}: {note}", cause.label())), ..why })
}

/// A whole number that was typed.
fn whole(name: &'static str, text: Option<&str>, least: i64, most: i64, what: &str) -> Result<i64, Invalid> {
    let text = text.unwrap_or_default().trim();
    let number = text.replace(['\u{a0}', ' ', ','], "").parse::<i64>();
    match number {
        _ if text.is_empty() => Err(Invalid::field(name, format!("Say how many {what}."))),
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) => Err(Invalid::field(name, format!("Use {least} to {most} {what}."))),
        Err(_) => Err(Invalid::field(name, format!("Use a whole number of {what}."))),
    }
}

/// An amount of money that was typed, in minor units: `29`, `29.00` or `29,00`, more than nothing and at most so much.
pub fn amount(name: &'static str, text: Option<&str>, currency: &str, most: i64) -> Result<i64, Invalid> {
    let typed = text.unwrap_or_default().trim();
    let decimals = show::decimals(currency);
    let (whole, part) = typed.rsplit_once(['.', ',']).unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && digits(whole) && digits(part) && part.len() <= decimals as usize;
    let padded = format!("{whole}{part:0<width$}", width = decimals as usize);
    let minor = padded.parse::<i64>().ok().filter(|_| fits);
    match minor {
        _ if typed.is_empty() => Err(Invalid::field(name, "Say how much.")),
        None => Err(Invalid::field(name, format!("Write it like {}.", show::money(most.clamp(1, 2_900), currency)))),
        Some(minor) if minor == 0 || minor > most => {
            Err(Invalid::field(name, format!("Use at most {}, and more than nothing.", show::money(most, currency))))
        }
        Some(minor) => Ok(minor),
    }
}
