//! What can be seen of subscriptions and payments, and where their actions are asked for; a file each.
pub mod cancel;
pub mod credits;
pub mod decide;
pub mod discount;
pub mod dismiss;
pub mod end_discount;
pub mod extend;
pub mod grace;
pub mod index;
pub mod link;
mod money;
pub mod notices;
pub mod operation;
pub mod operations;
mod paid;
pub mod plan;
pub mod reconciliation;
pub mod refund;
pub mod resume;
pub mod retry;
pub mod settle;
pub mod show;
mod story;
pub mod totals;
mod usage;
pub mod webhook;
mod words;

use super::model::operation::ReasonCode;
use super::model::{Discount, Subscription};
use super::store::desk::{self, Customer};
use super::store::{discounts, subscriptions};
use crate::gateways::finby::Payments;
use crate::kernel::{Error, Performed, Result};
use crate::web::parts::{Badge, Field, Link, Tab};
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/subscriptions";

/// The pages above an action about a user's subscription.
fn crumbs(user: &Customer) -> Vec<Link> {
    vec![
        Link { href: "/admin".into(), label: "Home".into() },
        Link { href: PATH.into(), label: "Subscriptions".into() },
        Link { href: format!("/admin/users/{}/billing", user.id), label: user.label() },
    ]
}

/// What an action is about: a user, their subscription, and what lowers its price.
struct Subject {
    user: Customer,
    subscription: Subscription,
    discount: Option<Discount>,
    /// In which world money moves.
    mode: Badge,
}

async fn subject(admin: &Admin, payments: &Payments, id: Uuid) -> Result<Subject> {
    let mut db = admin.reader().await?;
    let user = desk::customer(&mut *db, id).await?;
    let subscription = subscriptions::of_user(&mut *db, id).await?;
    let subscription = subscription.ok_or_else(|| Error::Conflict("They have never had a subscription.".into()))?;
    let discount = discounts::running(&mut *db, &subscription).await?;
    db.keep();
    Ok(Subject { user, subscription, discount, mode: money::mode(payments) })
}

/// The fields that most actions ask for.
fn why(reason: Option<&str>, ticket: Option<&str>, must: bool) -> Vec<Field> {
    let reason = Field::new("area", "reason", "Note").hint("For your colleagues and the record; the user does not see it.").value(reason);
    let ticket = Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket);
    vec![if must { reason } else { reason.optional() }, ticket]
}

/// The same with a reason to choose: for what is given away or charged.
fn coded(cause: Option<ReasonCode>, reason: Option<&str>, ticket: Option<&str>) -> Vec<Field> {
    let choices = [("", "Choose …")].into_iter().chain(ReasonCode::choices());
    let cause = Field::new("select", "cause", "Reason").choices(choices).value(cause.map(ReasonCode::code));
    std::iter::once(cause).chain(why(reason, ticket, true)).collect()
}

/// Back to the desk, with a sentence that links to the record.
async fn done<T>(admin: &Admin, user: Uuid, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(&format!("/admin/users/{user}/billing")))
}

/// The ways to look at all of them.
fn tabs(totals: bool) -> Vec<Tab> {
    vec![
        Tab { href: PATH.into(), label: "Subscriptions", current: !totals },
        Tab { href: format!("{PATH}/totals"), label: "Totals by tier", current: totals },
    ]
}
