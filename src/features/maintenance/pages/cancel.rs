//! Asking before a planned window is cancelled.
use super::{badge, crumbs, done, subject};
use crate::features::maintenance::actions::{CancelFields, CancelMaintenance};
use crate::features::maintenance::model::Window;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, window: &Window) -> Ask {
    let when = admin.time(window.starts_at).local;
    Ask::new(admin, "Cancel a planned window", "Cancel this window")
        .under(crumbs(), "Cancel")
        .lead(format!("It was to begin {when}. It does not come, and users are told of it no more."))
        .badges(vec![badge(window.state)])
        .rehearsed()
        .danger()
        .undo("Another can be planned at any time.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let window = subject(&admin, id).await?;
    html(&question(admin, &window))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<CancelFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(CancelMaintenance { id })).await?;
    let window = subject(&admin, id).await?;
    match question(admin.clone(), &window).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, performed.audit_id, Flash::ok("The window is cancelled.")).await,
    }
}
