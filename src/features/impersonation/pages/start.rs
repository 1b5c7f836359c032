//! Asking before the platform is viewed as a user.
use crate::features::impersonation::actions::{Fields, StartView};
use crate::features::impersonation::model::{MINUTES, Subject};
use crate::features::impersonation::store;
use crate::kernel::secret::sha256;
use crate::kernel::{Action, Error, Result};
use crate::web::ask::Ask;
use crate::web::parts::{Field, Link};
use crate::web::{Admin, Form, Path, html, see_other, viewing};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, user: &Subject, fields: &Fields) -> Ask {
    let link = |href: String, label: &str| Link { href, label: label.to_owned() };
    let crumbs =
        vec![link("/admin".into(), "Home"), link("/admin/users".into(), "Users"), link(format!("/admin/users/{}", user.id), user.called())];
    Ask::new(admin, format!("View as {}", user.called()), format!("View as {} for {MINUTES} minutes", user.called()))
        .under(crumbs, "View as user")
        .lead(format!(
            "You will see what their own account shows, for {MINUTES} minutes and not longer. Nothing can be changed meanwhile, and nothing else of Backlot is open until you end it. Each page that you look at goes on the record."
        ))
        .fields(vec![
            Field::new("area", "reason", "Reason").hint("For your colleagues and the record; the user does not see it.").value(fields.reason.as_deref()),
            Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(fields.ticket.as_deref()),
        ])
}

/// The question; or why not.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = store::subject(admin.read(), id).await?;
    match user.obstacle() {
        Some(obstacle) => Err(Error::Conflict(obstacle.into())),
        None => html(&question(admin, &user, &Fields::default())),
    }
}

/// Begins. While a view is on none begins, but the form that began it may be sent again.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<Fields>) -> Result<Response> {
    if let Some(view) = admin.view()
        && !admin.already_sent(&form).await?
    {
        return Err(viewing::refuse(&admin, view, StartView::NAME).await?);
    }
    let token_hash = sha256(viewing::token(&admin.site().secrets, form.key).as_bytes());
    let submitted = admin.submit(&form, form.fields.parse(id, form.key, token_hash)).await?;
    let user = store::subject(admin.read(), id).await?;
    match question(admin, &user, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(_) => Ok(see_other("/as")),
    }
}
