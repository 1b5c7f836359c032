//! The second factor after the password: a code, or a passkey.
use super::{at_stage, checked_step, new_session, onward, store, throttle, wanted};
use crate::features::sign_in::actions::PassCode;
use crate::features::sign_in::device;
use crate::kernel::{Error, Invalid, Result, Target, Terms};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::passkeys::{Ceremony, Offer, Purpose};
use crate::web::session::{self, Signed, Stage};
use crate::web::{Form, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "sign_in/code.html")]
pub struct Show {
    door: Visitor,
    email: String,
    errors: Errors,
    /// Nothing, where only passkeys are set up.
    code: Option<Field>,
    passkey: Offer,
}

impl Show {
    pub async fn new(door: Visitor, signed: &Signed, invalid: &Invalid) -> Result<Self> {
        let passkey = Ceremony::of_visitor(&door, Purpose::Complete).ask().await?;
        let code = asked(door.door(), signed.admin_id, &passkey).await?.map(|field| field.refused(invalid));
        Ok(Self { door, email: signed.email.clone(), errors: invalid.fields.clone(), code, passkey })
    }
}

/// The field for a code, unless only passkeys are set up.
pub async fn asked(door: &PgPool, admin: Uuid, passkey: &Offer) -> Result<Option<Field>> {
    let is_asked = !passkey.is_made() || store::factor(door, admin).await?.is_some();
    Ok(is_asked.then(field))
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

/// Asks for it.
pub async fn show(visitor: Visitor) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password).cloned() else { return Ok(see_other("/sign-in")) };
    html(&Show::new(visitor, &signed, &Invalid::default()).await?)
}

/// Takes the code, once, and lets them in.
pub async fn send(visitor: Visitor, form: Form<Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password).cloned() else { return Ok(see_other("/sign-in")) };
    match pass(&visitor, &form.fields.code).await {
        Err(Error::Invalid(invalid)) => {
            let target = Target::new("admin", signed.admin_id, signed.email.as_str());
            visitor.site().desk.refuse(&visitor.actor(""), "session.complete", Some(&target), "wrong or used code").await?;
            unprocessable(&Show::new(visitor, &signed, &invalid).await?)
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
