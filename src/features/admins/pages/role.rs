//! Asking before an admin gets another role.
use super::{PATH, crumbs, subject, why};
use crate::features::admins::actions::RoleFields;
use crate::features::admins::store::list::Listed;
use crate::kernel::{Result, Role};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, about: &Listed, fields: &RoleFields) -> Ask {
    let account = &about.account;
    let chosen = fields.role.unwrap_or(account.role);
    let mut all = vec![Field::new("select", "role", "Role").choices(Role::choices()).value(Some(chosen.code()))];
    all.extend(why(fields.reason.as_deref(), fields.ticket.as_deref()));
    Ask::new(admin, format!("Change the role of {}", account.name), "Change role and end their sessions")
        .under(crumbs(Some(about)), "Change role")
        .lead("What they may do changes at once; they sign in again.")
        .badges(account.badges())
        .rehearsed()
        .fields(all)
        .danger()
        .undo("Changing it back takes the same form.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    html(&question(admin, &about, &RoleFields::default()))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<RoleFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.parse(id)).await?;
    let about = subject(&admin, id).await?;
    match question(admin.clone(), &about, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let role = about.account.role.label().to_lowercase();
            admin.tell(Flash::ok(format!("{} is {role} now.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{id}")))
        }
    }
}
