//! A recovery code in the place of the second factor.
use super::{at_stage, code, new_session, onward, throttle, wanted};
use crate::features::sign_in::actions::RecoverSession;
use crate::features::sign_in::device;
use crate::kernel::{Error, Invalid, Result, Target, Terms, recovery};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::session::{self, Stage};
use crate::web::{Flash, Form, Site, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "sign_in/recovery.html")]
struct Show {
    door: Visitor,
    email: String,
    errors: Errors,
    code: Field,
}

impl Show {
    fn new(door: Visitor, email: String, invalid: &Invalid) -> Self {
        Self { door, email, errors: invalid.fields.clone(), code: field().refused(invalid) }
    }
}

/// The field for a recovery code, here and wherever one is asked for.
pub fn field() -> Field {
    let hint = "24 letters and digits. Each code works once; capitals and dashes make no difference.";
    Field::new("text", "code", "Recovery code").hint(hint).autocomplete("one-time-code")
}

/// What the database knows a typed code by. The attempt is counted before it is looked at, together with those of the second factor.
pub async fn counted(site: &Site, admin: Uuid, typed: &str) -> Result<Vec<u8>> {
    throttle::reserve(&site.door, &format!("code:{admin}")).await?;
    recovery::hash(typed).ok_or_else(|| Error::field("code", "This is no recovery code: those have 24 letters and digits."))
}

/// What they read once they are in.
pub fn warning(left: i64) -> Flash {
    let text = format!("You used a recovery code; {}.", recovery::left(left));
    Flash::warn(text).link("/admin/account", "Your second factor and your codes")
}

/// Asks for a code.
pub async fn show(visitor: Visitor) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password) else { return Ok(see_other("/sign-in")) };
    let email = signed.email.clone();
    html(&Show::new(visitor, email, &Invalid::default()))
}

/// Takes a code, once, and lets them in.
pub async fn send(visitor: Visitor, form: Form<code::Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password).cloned() else { return Ok(see_other("/sign-in")) };
    match recover(&visitor, &form.fields.code).await {
        Err(Error::Invalid(invalid)) => {
            let target = Target::new("admin", signed.admin_id, signed.email.as_str());
            visitor.site().desk.refuse(&visitor.actor(""), "session.recover", Some(&target), "wrong or used recovery code").await?;
            unprocessable(&Show::new(visitor, signed.email, &invalid))
        }
        answered => answered,
    }
}

async fn recover(visitor: &Visitor, typed: &str) -> Result<Response> {
    let signed = at_stage(visitor, Stage::Password)?;
    let code_hash = counted(visitor.site(), signed.admin_id, typed).await?;
    let next = wanted(visitor.session()).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), visitor.facts())?;
    let actor = visitor.proven(signed.admin_id, &signed.name, signed.role);
    let action = RecoverSession { session, code_hash, again: false };
    let done = visitor.site().desk.perform(&actor, action, &Terms::default()).await?;
    throttle::release(visitor.door(), &format!("code:{}", signed.admin_id)).await?;
    session::hand_over(visitor.session(), id).await?;
    warning(done.output).keep(visitor.session()).await?;
    let mut response = see_other(&onward(visitor.site(), signed.admin_id, next).await?);
    device::remember(visitor.site(), &mut response, &signed.email);
    Ok(response)
}
