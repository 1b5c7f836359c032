//! Letting a suspended user in again.
use super::{crumbs, done, subject};
use crate::features::users::actions::RestoreFields;
use crate::features::users::model::User;
use crate::kernel::{Audited, Result};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, user: &User, fields: &RestoreFields) -> Ask {
    let name = user.label();
    Ask::new(admin, format!("Restore {name}"), format!("Restore {name}"))
        .under(crumbs(user), "Restore")
        .lead("They can sign in again at once.")
        .badges(user.badges())
        .fields(vec![
            Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").optional().value(fields.reason.as_deref()),
            Field::new("text", "ticket", "Ticket")
                .hint("A number or address from your ticket system.")
                .optional()
                .value(fields.ticket.as_deref()),
        ])
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = subject(&admin, id).await?;
    html(&question(admin, &user, &RestoreFields::default()))
}

/// Does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<RestoreFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let user = subject(&admin, id).await?;
    match question(admin.clone(), &user, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("{} is restored.", performed.output))).await,
    }
}
