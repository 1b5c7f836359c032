//! The second factor once more, before something dangerous.
use super::{checked_step, code, new_session, onward, throttle};
use crate::features::sign_in::actions::StepUp;
use crate::kernel::{Error, Invalid, Result, Terms};
use crate::web::parts::{Errors, Field};
use crate::web::passkeys::{Ceremony, Offer, Purpose};
use crate::web::session::{self, Stage};
use crate::web::{Admin, Form, Query, html, link, parked, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/confirm.html")]
pub struct Show {
    door: Admin,
    errors: Errors,
    /// Nothing, where only passkeys are set up.
    code: Option<Field>,
    next: String,
    /// A form waits meanwhile.
    is_kept: bool,
    recovery: String,
    passkey: Offer,
}

impl Show {
    pub async fn new(door: Admin, next: &str, invalid: &Invalid) -> Result<Self> {
        let is_kept = parked::find(&door.site().door, door.id()).await?.is_some();
        let recovery = format!("/confirm/recovery?next={}", link::escape(next));
        let passkey = Ceremony::of_admin(&door, Purpose::StepUp).ask().await?;
        let code = code::asked(&door.site().door, door.id(), &passkey).await?.map(|field| field.refused(invalid));
        Ok(Self { door, errors: invalid.fields.clone(), code, next: next.to_owned(), is_kept, recovery, passkey })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    pub code: String,
    pub next: Option<String>,
}

/// Asks for it.
pub async fn show(admin: Admin, query: Query<Next>) -> Result<Response> {
    if admin.signed().stage != Stage::Full {
        return Ok(see_other("/sign-in"));
    }
    html(&Show::new(admin, link::inside(query.0.next.as_deref()), &Invalid::default()).await?)
}

/// Takes the code, and goes back to what was to be done.
pub async fn send(admin: Admin, form: Form<Fields>) -> Result<Response> {
    let next = link::inside(form.fields.next.as_deref()).to_owned();
    match step_up(&admin, &form.fields.code, next.clone()).await {
        Err(Error::Invalid(invalid)) => {
            admin.desk().refuse(admin.actor(), "session.step_up", None, "wrong or used code").await?;
            unprocessable(&Show::new(admin, &next, &invalid).await?)
        }
        answered => answered,
    }
}

async fn step_up(admin: &Admin, code: &str, next: String) -> Result<Response> {
    let signed = admin.signed();
    if signed.stage != Stage::Full {
        return Err(Error::SignedOut);
    }
    let step = checked_step(admin.site(), signed.admin_id, code).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), admin.facts())?;
    admin.desk().perform(admin.actor(), StepUp { session, step }, &Terms::default()).await?;
    throttle::release(&admin.site().door, &format!("code:{}", signed.admin_id)).await?;
    session::hand_over(admin.session(), id).await?;
    Ok(see_other(&onward(admin.site(), signed.admin_id, next).await?))
}
