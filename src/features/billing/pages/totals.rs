//! How many subscribe to what, and what they pay.
use super::money::mode;
use super::tabs;
use crate::features::billing::model::Status;
use crate::features::billing::store::list::{self, Tally};
use crate::gateways::finby::Payments;
use crate::kernel::{Result, Tier};
use crate::web::parts::{Badge, Tab};
use crate::web::show::{money, number};
use crate::web::{Admin, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;

#[derive(Template)]
#[template(path = "billing/totals.html")]
struct Totals {
    admin: Admin,
    mode: Badge,
    tabs: Vec<Tab>,
    states: Vec<&'static str>,
    tiers: Vec<Counted>,
    currencies: Vec<Revenue>,
}

/// How many of a tier are in each state.
struct Counted {
    tier: &'static str,
    cells: Vec<(String, String)>,
    sum: String,
}

/// What the active ones of a currency pay in a month.
struct Revenue {
    currency: String,
    starter: String,
    pro: String,
    sum: String,
    late: String,
}

/// The states of those that run.
const RUNNING: [Status; 4] = [Status::Trialing, Status::Active, Status::PastDue, Status::Cancelled];
const PAID: [Tier; 2] = [Tier::Starter, Tier::Pro];

/// The page.
pub async fn totals(admin: Admin, Extension(payments): Extension<Payments>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let tallies = list::totals(&mut db).await?;
    db.keep();
    let tiers = PAID.iter().map(|tier| counted(*tier, &tallies)).collect();
    let mut currencies: Vec<_> = tallies.iter().map(|tally| tally.currency.clone()).collect();
    currencies.dedup();
    let currencies = currencies.into_iter().map(|currency| revenue(currency, &tallies)).collect();
    let mode = mode(&payments);
    html(&Totals { mode, tabs: tabs(true), states: RUNNING.iter().map(|status| status.label()).collect(), tiers, currencies, admin })
}

fn counted(tier: Tier, tallies: &[Tally]) -> Counted {
    let of = |status: Option<Status>| -> i64 {
        let these = tallies.iter().filter(|tally| tally.tier == tier && status.is_none_or(|status| tally.status == status));
        these.map(|tally| tally.count).sum()
    };
    let cell = |status: &Status| (number(of(Some(*status))), format!("/admin/subscriptions?status={}&tier={}", status.code(), tier.code()));
    Counted { tier: tier.label(), cells: RUNNING.iter().map(cell).collect(), sum: number(of(None)) }
}

/// Trials pay nothing yet, and what is past due has not been paid: neither is revenue.
fn revenue(currency: String, tallies: &[Tally]) -> Revenue {
    let of = |status: Status, tier: Option<Tier>| -> i64 {
        let these = tallies.iter().filter(|tally| tally.currency == currency && tally.status == status);
        these.filter(|tally| tier.is_none_or(|tier| tally.tier == tier)).map(|tally| tally.minor).sum()
    };
    let shown = |minor| money(minor, &currency);
    Revenue {
        starter: shown(of(Status::Active, Some(Tier::Starter))),
        pro: shown(of(Status::Active, Some(Tier::Pro))),
        sum: shown(of(Status::Active, None)),
        late: shown(of(Status::PastDue, None)),
        currency: currency.clone(),
    }
}
