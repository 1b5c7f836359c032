//! What the user pays and spends.
use super::{Frame, home, state};
use crate::features::impersonation::store::account;
use crate::kernel::Result;
use crate::web::parts::Badge;
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "impersonation/credits.html")]
struct Credits {
    frame: Frame,
    balance: String,
    rows: Vec<LineRow>,
}

struct LineRow {
    at: Moment,
    why: String,
    change: String,
    tone: &'static str,
}

/// Their credits.
pub async fn credits(admin: Admin) -> Result<Response> {
    let mut look = admin.look().await?;
    let user = account::account(&mut look).await?;
    let row = |line: account::Line| LineRow {
        at: admin.time(line.created_at),
        why: if line.description.is_empty() { line.kind } else { line.description },
        change: format!("{}{}", if line.amount > 0 { "+" } else { "" }, number(line.amount.into())),
        tone: if line.amount > 0 { "ok" } else { "" },
    };
    html(&Credits {
        balance: number(user.balance),
        rows: account::ledger(&mut look).await?.into_iter().map(row).collect(),
        frame: Frame::of(admin.clone(), "/as/credits")?,
    })
}

#[derive(Template)]
#[template(path = "impersonation/subscription.html")]
struct Subscription {
    frame: Frame,
    current: Option<Current>,
    invoices: Vec<InvoiceRow>,
}

struct Current {
    state: Badge,
    facts: Vec<(&'static str, String)>,
}

struct InvoiceRow {
    at: Moment,
    about: String,
    state: Badge,
    amount: String,
    error: Option<String>,
}

/// Their subscription and invoices.
pub async fn subscription(admin: Admin) -> Result<Response> {
    let mut look = admin.look().await?;
    let current = account::subscription(&mut look).await?.map(|row| current(&admin, row));
    let row = |row: account::Invoice| InvoiceRow {
        at: admin.time(row.created_at),
        about: row.description,
        state: state(&row.status),
        amount: match row.refunded_minor {
            0 => money(row.amount_minor, &row.currency),
            refunded => format!("{} ({} refunded)", money(row.amount_minor, &row.currency), money(refunded, &row.currency)),
        },
        error: row.failure_text,
    };
    let invoices = account::invoices(&mut look).await?.into_iter().map(row).collect();
    html(&Subscription { current, invoices, frame: Frame::of(admin.clone(), "/as/subscription")? })
}

fn current(admin: &Admin, row: account::Subscription) -> Current {
    let card = match (row.card_brand, row.card_last4) {
        (Some(brand), Some(last)) => format!("{brand} ending in {last}"),
        _ => "none".to_owned(),
    };
    let mut facts = vec![
        ("Plan", home::tier(&row.tier)),
        ("Price", money(row.price_minor, &row.currency)),
        ("Until", admin.time(row.period_end).local),
        ("Card", card),
    ];
    if let Some(until) = row.grace_until {
        facts.push(("Access is kept until", admin.time(until.to_jiff()).local));
    }
    if let Some(next) = row.pending_tier {
        facts.push(("Changes to", home::tier(&next)));
    }
    Current { state: state(&row.status), facts }
}
