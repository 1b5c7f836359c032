//! Asking for a new password, and for the one before.
use super::{correctable, crumbs, done, first_confirm, take};
use crate::features::account::actions::{ChangePassword, PasswordFields};
use crate::kernel::{Error, Invalid, Result, Target, password};
use crate::web::parts::{Errors, Field, Link};
use crate::web::{Admin, Flash, Form, html, own_password, unprocessable};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "account/new_password.html")]
struct Show {
    admin: Admin,
    crumbs: Vec<Link>,
    errors: Errors,
    fields: [Field; 3],
}

impl Show {
    fn new(admin: Admin, invalid: &Invalid) -> Self {
        let hint = format!("At least {} characters; a few words do well. Anything may be in it.", password::SHORTEST);
        let field = |name, label| Field::new("password", name, label).autocomplete("new-password").refused(invalid);
        Self {
            admin,
            crumbs: crumbs(),
            errors: invalid.fields.clone(),
            fields: [
                field("current_password", "Current password").autocomplete("current-password"),
                field("new_password", "New password").hint(hint),
                field("new_password_again", "The new one once more"),
            ],
        }
    }
}

/// The question.
pub async fn ask(admin: Admin) -> Result<Response> {
    match first_confirm(&admin) {
        Some(confirm) => Ok(confirm),
        None => html(&Show::new(admin, &Invalid::default())),
    }
}

/// Takes the new password, once the one before was right.
pub async fn submit(admin: Admin, form: Form<PasswordFields>) -> Result<Response> {
    // Before a guess is counted.
    admin.desk().admit::<ChangePassword>(admin.actor()).await?;
    let action = correctable(chosen(&admin, &form).await)?;
    match take(&admin, &form, action).await? {
        Ok(performed) => {
            let text = match performed.output {
                0 => "Your password is changed.".to_owned(),
                1 => "Your password is changed, and your other session is ended.".to_owned(),
                more => format!("Your password is changed, and your {more} other sessions are ended."),
            };
            done(&admin, &performed, Flash::ok(text)).await
        }
        Err(invalid) => unprocessable(&Show::new(admin, &invalid)),
    }
}

async fn chosen(admin: &Admin, form: &Form<PasswordFields>) -> Result<ChangePassword> {
    let owner = password::Owner { name: admin.name(), email: admin.email() };
    let chosen = form.fields.chosen(owner).map_err(Error::Invalid)?;
    if !own_password::is_right(admin, form, &form.fields.current_password).await? {
        let target = Target::new("admin", admin.id(), admin.email());
        admin.desk().refuse(admin.actor(), "account.change_password", Some(&target), "wrong current password").await?;
        return Err(Error::field("current_password", "This is not your current password."));
    }
    let proof = admin.site().secrets.prove(&[b"password salt", form.key.as_bytes()]);
    let salt = proof.first_chunk::<16>().copied().unwrap_or_default();
    Ok(ChangePassword { password_hash: admin.site().passwords.hash_salted(chosen, salt).await? })
}
