//! Our money against the gateway's, day by day; the ledger's accounts; and what must hold of all of it.
use super::money::{mode, tabs};
use crate::features::billing::store::reconcile::{self, Balance, Day, Invariant};
use crate::gateways::finby::Payments;
use crate::kernel::Result;
use crate::web::parts::{Badge, Tab};
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;

const PATH: &str = "/admin/billing/reconciliation";
/// The days that are shown, of each mode and currency.
const SHOWN: i64 = 120;

#[derive(Template)]
#[template(path = "billing/reconciliation.html")]
struct Show {
    admin: Admin,
    mode: Badge,
    tabs: Vec<Tab>,
    days: Vec<DayRow>,
    accounts: Vec<(String, String, String)>,
    invariants: Vec<(Badge, &'static str)>,
    all_hold: bool,
}

struct DayRow {
    day: String,
    mode: String,
    captured: String,
    theirs: String,
    refunded: String,
    returned: String,
    payments: String,
    unseen: String,
    verdict: Badge,
    at: Moment,
}

/// The page.
pub async fn show(admin: Admin, Extension(payments): Extension<Payments>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let days = reconcile::days(&mut db, SHOWN).await?;
    let accounts = reconcile::balances(&mut db).await?;
    let invariants = reconcile::invariants(&mut db).await?;
    db.keep();
    html(&Show {
        mode: mode(&payments),
        tabs: tabs(PATH),
        days: days.into_iter().map(|day| row(&admin, day)).collect(),
        accounts: accounts.into_iter().map(account).collect(),
        all_hold: invariants.iter().all(|one| one.broken == 0),
        invariants: invariants.iter().map(held).collect(),
        admin,
    })
}

fn row(admin: &Admin, day: Day) -> DayRow {
    let amount = |minor| money(minor, &day.currency);
    let is_same = day.captured_minor == day.gateway_captured_minor && day.refunded_minor == day.gateway_refunded_minor;
    let verdict = match (day.differing, day.unseen) {
        (0, 0) if is_same => Badge::new("ok", "Agrees"),
        (0, 1..) => Badge::new("info", "Being asked"),
        (differing, _) => {
            Badge::new("bad", "Differs").because(format!("{} payments are otherwise at the gateway", number(i64::from(differing))))
        }
    };
    DayRow {
        day: day.day.to_jiff().to_string(),
        captured: amount(day.captured_minor),
        theirs: amount(day.gateway_captured_minor),
        refunded: amount(day.refunded_minor),
        returned: amount(day.gateway_refunded_minor),
        payments: number(i64::from(day.payments)),
        unseen: number(i64::from(day.unseen)),
        mode: day.gateway_mode,
        verdict,
        at: admin.time(day.made_at),
    }
}

fn account(balance: Balance) -> (String, String, String) {
    let amount = if balance.unit == "CRD" { number(balance.balance) } else { money(balance.balance, &balance.unit) };
    (balance.code, balance.kind.replace('_', " "), amount)
}

fn held(invariant: &Invariant) -> (Badge, &'static str) {
    let badge = match invariant.broken {
        0 => Badge::new("ok", "Holds"),
        broken => Badge::new("bad", format!("Broken {} times", number(broken))),
    };
    (badge, invariant.says)
}
