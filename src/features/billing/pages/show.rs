//! The billing desk of one user: what they pay for, what comes next, what was paid, what they use.
use super::money::mode;
use super::paid::{Paid, Wish, paid, wish};
use super::usage::{self, Limit, Usage};
use super::words;
use crate::features::billing::model::{Discount, Status, Subscription};
use crate::features::billing::store::desk::{self, Customer, Line};
use crate::features::billing::store::{discounts, subscriptions};
use crate::gateways::finby::Payments;
use crate::kernel::{Permission, Result};
use crate::web::parts::{Badge, MenuAction, Person};
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, Path, html, see_other};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "billing/show.html")]
struct Show {
    admin: Admin,
    id: Uuid,
    title: String,
    person: Person,
    badges: Vec<Badge>,
    actions: Vec<Vec<MenuAction>>,
    plan: Option<Plan>,
    payments: Vec<Paid>,
    asked: Vec<Wish>,
    balance: String,
    ledger: Vec<Booked>,
    notes: Vec<Written>,
    /// Where one more is written.
    write: String,
    usage: Usage,
    limits: Vec<Limit>,
    tier: String,
    audit: String,
}

/// The subscription in words.
struct Plan {
    id: Uuid,
    state: Badge,
    tier: &'static str,
    price: String,
    discount: String,
    next: String,
    since: Moment,
    start: Moment,
    end: Moment,
    grace: Option<Moment>,
    card: String,
    failed: i32,
    cancelled: Option<(Moment, String)>,
    pending: String,
}

/// A note of a colleague's.
struct Written {
    body: String,
    by: String,
    at: Moment,
}

/// A line of the credit ledger, with the balance after it.
struct Booked {
    at: Moment,
    why: String,
    change: String,
    balance: String,
    tone: &'static str,
}

/// Of a subscription: the desk of whoever it belongs to.
pub async fn by_subscription(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = subscriptions::owner(admin.read(), id).await?;
    Ok(see_other(&format!("/admin/users/{user}/billing")))
}

/// The page.
pub async fn show(admin: Admin, Extension(payments): Extension<Payments>, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let user = desk::customer(&mut *db, id).await?;
    let subscription = subscriptions::of_user(&mut *db, id).await?;
    let discount = match &subscription {
        Some(one) => discounts::running(&mut *db, one).await?,
        None => None,
    };
    let paid_rows = desk::payments(&mut *db, id).await?;
    let asked = desk::operations(&mut *db, id).await?;
    let balance = desk::balance(&mut *db, id).await?;
    let ledger = desk::ledger(&mut *db, id).await?;
    let notes = desk::notes(&mut *db, id).await?;
    let days = desk::usage(&mut *db, id).await?;
    let held = desk::held(&mut *db, id).await?;
    db.keep();
    let may = admin.may(Permission::BillingAct);
    html(&Show {
        id,
        title: user.label(),
        person: Person::user(id, &user.name, &user.email),
        badges: subscription.iter().map(Subscription::badge).chain([mode(&payments)]).collect(),
        actions: actions(&admin, &user, subscription.as_ref(), discount.as_ref()),
        plan: subscription.as_ref().map(|one| plan(&admin, one, discount.as_ref())),
        payments: paid_rows.into_iter().map(|payment| paid(&admin, payment, may)).collect(),
        asked: asked.into_iter().map(|one| wish(&admin, one)).collect(),
        balance: number(balance),
        ledger: booked(&admin, balance, ledger),
        notes: notes.into_iter().map(|note| Written { body: note.body, by: note.by, at: admin.time(note.created_at) }).collect(),
        write: format!("/admin/users/{id}#notes"),
        usage: usage::usage(&admin, &days),
        limits: usage::limits(&admin, user.tier, &held),
        tier: format!("against the limits of {}", user.tier),
        audit: subscription.map(|one| format!("/admin/audit?kind=subscription&target={}", one.id)).unwrap_or_default(),
        admin,
    })
}

fn plan(admin: &Admin, one: &Subscription, discount: Option<&Discount>) -> Plan {
    let left = |discount: &Discount| match discount.periods_left {
        1 => format!("{}, 1 period left", discount.words()),
        left => format!("{}, {left} periods left", discount.words()),
    };
    Plan {
        id: one.id,
        state: one.badge(),
        tier: one.tier.label(),
        price: money(one.price_minor, &one.currency),
        discount: discount.map(left).unwrap_or_default(),
        next: words::next(admin, one, discount),
        since: admin.time(one.created_at),
        start: admin.time(one.period_start),
        end: admin.time(one.period_end),
        grace: one.grace_until.filter(|_| one.status == Status::PastDue).map(|until| admin.time(until)),
        card: one.card.clone().unwrap_or_else(|| "No card".into()),
        failed: one.failed_charges,
        cancelled: one.cancelled_at.map(|at| (admin.time(at), one.cancel_reason.clone().unwrap_or_default())),
        pending: one.pending_tier.map(|tier| tier.label().to_owned()).unwrap_or_default(),
    }
}

/// A code as a word for people: `refund` as `Refund`.
pub fn word(code: &str) -> String {
    let mut letters = code.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn booked(admin: &Admin, balance: i64, lines: Vec<Line>) -> Vec<Booked> {
    let mut after = balance;
    let book = |line: Line| {
        let amount = i64::from(line.amount);
        let row = Booked {
            at: admin.time(line.created_at),
            why: if line.description.is_empty() { word(&line.kind) } else { line.description },
            change: format!("{}{}", if amount > 0 { "+" } else { "" }, number(amount)),
            balance: number(after),
            tone: if amount > 0 { "ok" } else { "" },
        };
        after -= amount;
        row
    };
    lines.into_iter().map(book).collect()
}

/// What can be done, in groups; what is not open stays and says why.
fn actions(admin: &Admin, user: &Customer, one: Option<&Subscription>, discount: Option<&Discount>) -> Vec<Vec<MenuAction>> {
    let running = one.filter(|one| !one.is_over());
    let none = running.is_none().then_some("No subscription runs.");
    let late = running.is_some_and(|one| one.status == Status::PastDue);
    let cancelled = running.is_some_and(|one| one.cancelled_at.is_some());
    let entry = |label: &str, icon, path: &str, danger, not_now: Option<&str>| MenuAction {
        label: label.into(),
        icon,
        href: format!("/admin/users/{}/billing/{path}", user.id),
        danger,
        disabled: admin.lacks(Permission::BillingAct).or_else(|| not_now.map(str::to_owned)),
    };
    let ends = if cancelled { Some("It is cancelled.") } else { None };
    let discounts = match discount {
        Some(_) => entry("End the discount", "minus", "discount/end", false, None),
        None => entry("Give a discount", "discount", "discount", false, none.or(ends)),
    };
    let end = if cancelled { entry("Resume", "player-play", "resume", false, none) } else { entry("Cancel", "ban", "cancel", true, none) };
    vec![
        vec![
            entry("Change tier", "arrows-sort", "tier", false, none.or(ends)),
            entry("Extend by days", "calendar", "extend", false, none.or(late.then_some("Its payment failed: grant grace."))),
            discounts,
            entry("Grant grace", "hourglass", "grace", false, none.or((!late).then_some("Nothing is overdue."))),
        ],
        vec![entry("Grant or deduct credits", "coins", "credits", false, user.is_deleted.then_some("They are deleted."))],
        vec![end],
    ]
}
