//! Errors of Backlot itself, with a request to look for in the log.
use crate::features::health::store::errors;
use crate::kernel::Result;
use crate::web::show::{Moment, number};
use crate::web::{Admin, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "health/faults.html")]
struct Faults {
    admin: Admin,
    rows: Vec<Row>,
}

struct Row {
    signature: String,
    example: String,
    request: String,
    count: String,
    first: Moment,
    last: Moment,
}

/// Those of thirty days, the newest first.
pub async fn index(admin: Admin) -> Result<Response> {
    let mut db = admin.reader().await?;
    let found = errors::own(&mut db).await?;
    db.keep();
    let row = |fault: errors::Fault| Row {
        request: fault.request_id.map(|id| id.to_string()).unwrap_or_default(),
        count: number(fault.count),
        first: admin.time(fault.first_at),
        last: admin.time(fault.last_at),
        signature: fault.signature,
        example: fault.example,
    };
    html(&Faults { rows: found.into_iter().map(row).collect(), admin })
}
