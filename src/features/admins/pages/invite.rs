//! Inviting somebody.
use super::{PATH, crumbs, hand_over};
use crate::features::admins::actions::InviteFields;
use crate::gateways::mail::Mail;
use crate::kernel::{OneTime, Result, Role};
use crate::web::ask::Ask;
use crate::web::parts::Field;
use crate::web::{Admin, Flash, Form, html, see_other};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};

fn question(admin: Admin, mail: &Mail, fields: &InviteFields) -> Ask {
    let how = if mail.is_carried() {
        "They get a link by mail, good for 24 hours and one use: to choose a password and set up a second factor. Nobody else ever knows it."
    } else {
        "There is no mail server, so the link is shown to you, once: hand it over yourself. It is good for 24 hours and one use."
    };
    let roles = std::iter::once(("", "Choose a role")).chain(Role::choices());
    Ask::new(admin, "Invite an admin", "Send invitation").under(crumbs(None), "Invite").lead(how).fields(vec![
        Field::new("email", "email", "E-mail").value(fields.email.as_deref()),
        Field::new("text", "name", "Name").hint("As colleagues see it; they can change it.").value(fields.name.as_deref()),
        Field::new("select", "role", "Role").choices(roles).value(fields.role.map(Role::code)),
    ])
}

/// The question.
pub async fn ask(admin: Admin, Extension(mail): Extension<Mail>) -> Result<Response> {
    html(&question(admin, &mail, &InviteFields::default()))
}

/// Makes the account and the link.
pub async fn submit(admin: Admin, Extension(mail): Extension<Mail>, form: Form<InviteFields>) -> Result<Response> {
    let link = OneTime::of(&admin.site().secrets, form.key);
    let submitted = admin.submit(&form, form.fields.parse(link)).await?;
    match question(admin.clone(), &mail, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            hand_over(&admin, &mail, form.key).await?;
            admin.tell(Flash::ok("The invitation is made.").audit(performed.audit_id)).await?;
            Ok(see_other(&format!("{PATH}/{}", performed.output)))
        }
    }
}
