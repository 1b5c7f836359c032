//! The code of the second factor.
use super::{at_stage, checked_step, new_session, onward, throttle, wanted};
use crate::features::sign_in::actions::PassCode;
use crate::features::sign_in::device;
use crate::kernel::{Error, Invalid, Result, Target, Terms};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::session::{self, Stage};
use crate::web::{Form, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/code.html")]
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

/// The field for a code, here and wherever one is asked for.
pub fn field() -> Field {
    Field::new("code", "code", "Code").hint("The six digits that your authenticator app shows now.").autocomplete("one-time-code")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    pub code: String,
}

/// Asks for the code.
pub async fn show(visitor: Visitor) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password) else { return Ok(see_other("/sign-in")) };
    let email = signed.email.clone();
    html(&Show::new(visitor, email, &Invalid::default()))
}

/// Takes the code, once, and lets them in.
pub async fn send(visitor: Visitor, form: Form<Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password).cloned() else { return Ok(see_other("/sign-in")) };
    match pass(&visitor, &form.fields.code).await {
        Err(Error::Invalid(invalid)) => {
            let target = Target::new("admin", signed.admin_id, signed.email.as_str());
            visitor.site().desk.refuse(&visitor.actor(""), "session.complete", Some(&target), "wrong or used code").await?;
            unprocessable(&Show::new(visitor, signed.email, &invalid))
        }
        answered => answered,
    }
}

async fn pass(visitor: &Visitor, code: &str) -> Result<Response> {
    let signed = at_stage(visitor, Stage::Password)?;
    let step = checked_step(visitor.site(), signed.admin_id, code).await?;
    let next = wanted(visitor.session()).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), visitor.facts())?;
    let action = PassCode { session, step, next: None };
    visitor.site().desk.perform(&visitor.proven(signed.admin_id, &signed.name, signed.role), action, &Terms::default()).await?;
    throttle::release(visitor.door(), &format!("code:{}", signed.admin_id)).await?;
    session::hand_over(visitor.session(), id).await?;
    let mut response = see_other(&onward(visitor.site(), signed.admin_id, next).await?);
    device::remember(visitor.site(), &mut response, &signed.email);
    Ok(response)
}
