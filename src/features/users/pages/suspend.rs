//! Asking before a user is suspended.
use super::{crumbs, done, subject, why};
use crate::features::users::actions::SuspendFields;
use crate::features::users::model::User;
use crate::kernel::{Audited, Result};
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, user: &User, fields: &SuspendFields) -> Ask {
    let name = user.label();
    Ask::new(admin, format!("Suspend {name}"), format!("Suspend {name}"))
        .under(crumbs(user), "Suspend")
        .lead("They cannot sign in any more until somebody restores them. Nothing of theirs is deleted.")
        .badges(user.badges())
        .rehearsed()
        .fields(why(fields.reason.as_deref(), fields.ticket.as_deref(), "For your colleagues and the record; the user does not see it."))
        .danger()
        .undo("Restoring takes one click.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = subject(&admin, id).await?;
    html(&question(admin, &user, &SuspendFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<SuspendFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let user = subject(&admin, id).await?;
    match question(admin.clone(), &user, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let flash = Flash::ok(format!("{} is suspended.", performed.output)).undo(format!("/admin/users/{id}/restore"), "Restore");
            done(&admin, id, &performed, flash).await
        }
    }
}
