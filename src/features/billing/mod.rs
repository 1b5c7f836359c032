//! Billing: what people pay, what they got back, and what the gateway says about it.
mod actions;
mod filter;
mod jobs;
mod model;
mod pages;
mod store;

pub use jobs::Till;

pub use actions::bulk::KINDS as BULK;

use crate::jobs::{Error, Registry};
use crate::kernel::Permission;
use crate::web::dataset::Dataset;
use crate::web::machine::Callers;
use crate::web::{Routes, at};
use actions::{
    AdjustCredits, CancelSubscription, ChangePlan, DiscountSubscription, EndDiscount, ExtendSubscription, GrantGrace, ResumeSubscription,
};
use actions::{ApproveOperation, DeclineOperation, DismissNotice, RefundPayment, RetryPayment, SendPaymentLink, SettleOperation};
use axum::extract::FromRef;
use axum::http::Method;

/// What can be exported.
pub const DATASETS: &[Dataset] = &[store::dataset::SUBSCRIPTIONS, store::dataset::OPERATIONS];

/// The pages and actions, and what the gateway tells.
pub fn routes(routes: Routes) -> Routes {
    money(desk(routes))
}

/// Subscriptions, and what one user pays.
fn desk(routes: Routes) -> Routes {
    use Permission::{BillingAct, BillingRead};
    routes
        .page("/admin/subscriptions", BillingRead, pages::index::index)
        .nav("Money", "Subscriptions", "rotate-clockwise-2")
        .page("/admin/subscriptions/totals", BillingRead, pages::totals::totals)
        .page("/admin/subscriptions/{id}", BillingRead, pages::show::by_subscription)
        .page("/admin/users/{id}/billing", BillingRead, pages::show::show)
        .page("/admin/users/{id}/billing/cancel", BillingAct, pages::cancel::ask)
        .action(at::<CancelSubscription>("/admin/users/{id}/billing/cancel"), pages::cancel::submit)
        .page("/admin/users/{id}/billing/resume", BillingAct, pages::resume::ask)
        .action(at::<ResumeSubscription>("/admin/users/{id}/billing/resume"), pages::resume::submit)
        .page("/admin/users/{id}/billing/extend", BillingAct, pages::extend::ask)
        .action(at::<ExtendSubscription>("/admin/users/{id}/billing/extend"), pages::extend::submit)
        .page("/admin/users/{id}/billing/discount", BillingAct, pages::discount::ask)
        .action(at::<DiscountSubscription>("/admin/users/{id}/billing/discount"), pages::discount::submit)
        .page("/admin/users/{id}/billing/discount/end", BillingAct, pages::end_discount::ask)
        .action(at::<EndDiscount>("/admin/users/{id}/billing/discount/end"), pages::end_discount::submit)
        .page("/admin/users/{id}/billing/grace", BillingAct, pages::grace::ask)
        .action(at::<GrantGrace>("/admin/users/{id}/billing/grace"), pages::grace::submit)
        .page("/admin/users/{id}/billing/tier", BillingAct, pages::plan::ask)
        .action(at::<ChangePlan>("/admin/users/{id}/billing/tier"), pages::plan::submit)
        .page("/admin/users/{id}/billing/credits", BillingAct, pages::credits::ask)
        .action(at::<AdjustCredits>("/admin/users/{id}/billing/credits"), pages::credits::submit)
}

/// Payments, refunds, operations, and what the gateway tells.
fn money(routes: Routes) -> Routes {
    use Permission::{BillingAct, BillingRead};
    routes
        .page("/admin/payments/{id}/refund", BillingAct, pages::refund::ask)
        .action(at::<RefundPayment>("/admin/payments/{id}/refund"), pages::refund::submit)
        .page("/admin/payments/{id}/retry", BillingAct, pages::retry::ask)
        .action(at::<RetryPayment>("/admin/payments/{id}/retry"), pages::retry::submit)
        .page("/admin/payments/{id}/link", BillingAct, pages::link::ask)
        .action(at::<SendPaymentLink>("/admin/payments/{id}/link"), pages::link::submit)
        .page("/admin/billing/operations", BillingRead, pages::operations::index)
        .nav("Money", "Charges and refunds", "receipt-refund")
        .page("/admin/billing/operations/{id}", BillingRead, pages::operation::show)
        .live("/admin/billing/operations/{id}/live", BillingRead, pages::operation::show)
        .page("/admin/billing/operations/{id}/approve", BillingAct, pages::decide::ask_approval)
        .action(at::<ApproveOperation>("/admin/billing/operations/{id}/approve"), pages::decide::approve)
        .page("/admin/billing/operations/{id}/decline", BillingAct, pages::decide::ask_refusal)
        .action(at::<DeclineOperation>("/admin/billing/operations/{id}/decline"), pages::decide::decline)
        .page("/admin/billing/operations/{id}/settle", BillingAct, pages::settle::ask)
        .action(at::<SettleOperation>("/admin/billing/operations/{id}/settle"), pages::settle::submit)
        .page("/admin/billing/notices", BillingRead, pages::notices::index)
        .page("/admin/billing/notices/{id}/dismiss", BillingAct, pages::dismiss::ask)
        .action(at::<DismissNotice>("/admin/billing/notices/{id}/dismiss"), pages::dismiss::submit)
        .page("/admin/billing/reconciliation", BillingRead, pages::reconciliation::show)
        .webhook("/webhooks/finby", pages::webhook::json)
        .webhook("/webhooks/finby/mapi", pages::webhook::fields)
        .machine(Method::GET, "/webhooks/finby/mapi", Callers::Signed, pages::webhook::fields)
}

/// What happens at the gateway, and by the clock.
///
/// # Errors
/// When a schedule cannot be read.
pub fn jobs<S>(registry: Registry<S>) -> Result<Registry<S>, Error>
where
    Till: FromRef<S>,
{
    let registry = registry.register::<jobs::Send>().register::<jobs::Look>().register::<jobs::Hear>().register::<jobs::Tell>();
    let registry = registry.register::<jobs::LookForLate>().register::<jobs::Renew>().register::<jobs::Expire>();
    registry
        .register::<jobs::Reconcile>()
        .schedule("billing.look_for_late", "* * * * *", "UTC", &jobs::LookForLate)?
        .schedule("billing.renew", "* * * * *", "UTC", &jobs::Renew)?
        .schedule("billing.expire", "* * * * *", "UTC", &jobs::Expire)?
        .schedule("billing.reconcile", "*/10 * * * *", "UTC", &jobs::Reconcile)
}
