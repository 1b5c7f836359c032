//! What the gateway told by itself: what could not be matched on top, then everything.
use super::money::{OPERATIONS, mode, tabs};
use super::operations::choices;
use crate::features::billing::model::filter::Notices;
use crate::features::billing::store::hear::Verdict;
use crate::features::billing::store::notices::{self, Notice};
use crate::gateways::finby::Payments;
use crate::kernel::{Permission, Result, page};
use crate::web::list::{Address, Pager};
use crate::web::parts::{Badge, Choice, Tab};
use crate::web::show::{Moment, money};
use crate::web::{Admin, Query, html};
use askama::Template;
use axum::Extension;
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/billing/notices";

#[derive(Template)]
#[template(path = "billing/notices.html")]
struct Index {
    admin: Admin,
    mode: Badge,
    tabs: Vec<Tab>,
    total: String,
    verdicts: Vec<Choice>,
    is_narrowed: bool,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    id: Uuid,
    verdict: Badge,
    reference: String,
    number: String,
    operation: Option<String>,
    says: String,
    amount: String,
    why: String,
    dismissed: String,
    times: i32,
    mode: String,
    form: String,
    body: String,
    dismiss: bool,
    at: Moment,
}

/// The list.
pub async fn index(admin: Admin, Extension(payments): Extension<Payments>, Query(filter): Query<Notices>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = notices::page(&mut db, filter.verdict, page::cursor(filter.after.as_deref(), filter.before.as_deref())).await?;
    let address = Address::of(&admin, PATH);
    let total = admin.count(address.subject(), notices::total(&mut db, filter.verdict)).await?;
    db.keep();
    html(&Index {
        mode: mode(&payments),
        tabs: tabs(PATH),
        total: total.words(),
        verdicts: choices("All notices", Verdict::choices(), filter.verdict.map(Verdict::code)),
        is_narrowed: filter.verdict.is_some(),
        pager: Pager::new(&found, &address, total, ("notice", "notices")),
        rows: found.rows.into_iter().map(|notice| row(&admin, notice)).collect(),
        admin,
    })
}

fn row(admin: &Admin, notice: Notice) -> Row {
    let way = match notice.direction.as_deref() {
        Some("debit") => "from us: ",
        Some("credit") => "to us: ",
        _ => "",
    };
    Row {
        id: notice.id,
        verdict: notice.verdict.badge(""),
        reference: notice.reference.filter(|text| !text.is_empty()).unwrap_or_else(|| "none".into()),
        number: notice.gateway_ref.map(|number| number.to_string()).unwrap_or_default(),
        operation: notice.operation.map(|id| format!("{OPERATIONS}/{id}")),
        says: format!("{way}{}", notice.state.as_deref().unwrap_or("cannot be read")),
        amount: notice.amount_minor.zip(notice.currency).map(|(minor, currency)| money(minor, &currency)).unwrap_or_default(),
        why: notice.why.unwrap_or_default(),
        dismissed: notice.dismissed_why.unwrap_or_default(),
        times: notice.times,
        mode: notice.mode,
        form: notice.form,
        body: notice.body,
        dismiss: notice.verdict == Verdict::Quarantined && admin.may(Permission::BillingAct),
        at: admin.time(notice.received_at),
    }
}
