//! Asking before a user's role is changed.
use super::{crumbs, done, subject, why};
use crate::features::users::actions::RoleFields;
use crate::features::users::model::{User, UserRole};
use crate::kernel::{Audited, Result};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, user: &User, fields: &RoleFields) -> Ask {
    let name = user.label();
    let choose = Field::new("select", "role", "Role")
        .hint(format!("They are a {} now.", user.role.label().to_lowercase()))
        .choices([("", "Choose …")].into_iter().chain(UserRole::choices().filter(|(code, _)| *code != user.role.code())))
        .value(fields.role.map(UserRole::code));
    let mut all = vec![choose];
    all.extend(why(
        fields.reason.as_deref(),
        fields.ticket.as_deref(),
        "For your colleagues and the record. The user is told of the new role, not of the reason.",
    ));
    Ask::new(admin, format!("Change the role of {name}"), format!("Change the role of {name}"))
        .under(crumbs(user), "Change role")
        .lead("A moderator sees and removes what others publish; a creator publishes; a member makes things for themselves.")
        .badges(user.badges())
        .rehearsed()
        .fields(all)
        .danger()
        .undo("The earlier role can be given back the same way.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let user = subject(&admin, id).await?;
    html(&question(admin, &user, &RoleFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<RoleFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let user = subject(&admin, id).await?;
    match question(admin.clone(), &user, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, &performed, Flash::ok(format!("The role of {} is changed.", performed.output))).await,
    }
}
