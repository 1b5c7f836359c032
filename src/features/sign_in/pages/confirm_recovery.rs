//! A recovery code in the place of the second factor once more, before something dangerous.
use super::confirm::{Fields, Next};
use super::recovery::{counted, field, warning};
use super::{new_session, onward, throttle};
use crate::features::sign_in::actions::RecoverSession;
use crate::kernel::{Error, Invalid, Result, Terms};
use crate::web::parts::{Errors, Field};
use crate::web::session::{self, Stage};
use crate::web::{Admin, Form, Query, html, link, see_other, unprocessable};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sign_in/confirm_recovery.html")]
struct Show {
    door: Admin,
    errors: Errors,
    code: Field,
    next: String,
    /// Where a code of the authenticator app is asked for.
    back: String,
}

impl Show {
    fn new(door: Admin, next: &str, invalid: &Invalid) -> Self {
        let back = format!("/confirm?next={}", link::escape(next));
        Self { door, errors: invalid.fields.clone(), code: field().refused(invalid), next: next.to_owned(), back }
    }
}

/// Asks for a code.
pub async fn show(admin: Admin, query: Query<Next>) -> Result<Response> {
    if admin.signed().stage != Stage::Full {
        return Ok(see_other("/sign-in"));
    }
    html(&Show::new(admin, link::inside(query.0.next.as_deref()), &Invalid::default()))
}

/// Takes a code, once, and goes back to what was to be done.
pub async fn send(admin: Admin, form: Form<Fields>) -> Result<Response> {
    let next = link::inside(form.fields.next.as_deref()).to_owned();
    match step_up(&admin, &form.fields.code, next.clone()).await {
        Err(Error::Invalid(invalid)) => {
            admin.desk().refuse(admin.actor(), "session.recover", None, "wrong or used recovery code").await?;
            unprocessable(&Show::new(admin, &next, &invalid))
        }
        answered => answered,
    }
}

async fn step_up(admin: &Admin, typed: &str, next: String) -> Result<Response> {
    let signed = admin.signed();
    if signed.stage != Stage::Full {
        return Err(Error::SignedOut);
    }
    let code_hash = counted(admin.site(), signed.admin_id, typed).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), admin.facts())?;
    let action = RecoverSession { session, code_hash, again: true };
    let done = admin.desk().perform(admin.actor(), action, &Terms::default()).await?;
    throttle::release(&admin.site().door, &format!("code:{}", signed.admin_id)).await?;
    session::hand_over(admin.session(), id).await?;
    warning(done.output).keep(admin.session()).await?;
    Ok(see_other(&onward(admin.site(), signed.admin_id, next).await?))
}
