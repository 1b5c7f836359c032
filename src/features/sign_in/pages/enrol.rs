//! Setting up the second factor, an authenticator app or a passkey: nothing else is open before.
use super::{at_stage, code, new_session, onward, throttle};
use crate::features::sign_in::actions::EnrolFactor;
use crate::features::sign_in::factor;
use crate::kernel::{Error, Invalid, Result, Terms};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::passkeys::{Ceremony, Offer, Purpose};
use crate::web::session::{self, Signed, Stage};
use crate::web::{Form, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;

const PENDING: &str = "pending_factor";

#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
struct Show {
    door: Visitor,
    email: String,
    errors: Errors,
    code: Field,
    /// The QR code as an SVG path, one unit a module.
    qr: String,
    qr_size: i32,
    secret: String,
    passkey: Offer,
}

impl Show {
    async fn new(door: Visitor, signed: &Signed, invalid: &Invalid) -> Result<Self> {
        let secret = pending(&door).await?;
        let (qr, qr_size) = factor::qr(&secret, &signed.email)?;
        let code = code::field().refused(invalid);
        let passkey = Ceremony::of_visitor(&door, Purpose::Enrol).make(signed.admin_id, &signed.email, &signed.name).await?;
        let (email, errors) = (signed.email.clone(), invalid.fields.clone());
        Ok(Self { door, email, errors, code, qr, qr_size, secret: factor::spelled(&secret), passkey })
    }
}

/// Shows a new secret, the same until it is confirmed or the session ends.
pub async fn show(visitor: Visitor) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Enrol).cloned() else { return Ok(see_other("/sign-in")) };
    html(&Show::new(visitor, &signed, &Invalid::default()).await?)
}

/// The page once more, with what must be corrected.
pub async fn again(visitor: Visitor, signed: &Signed, invalid: &Invalid) -> Result<Response> {
    unprocessable(&Show::new(visitor, signed, invalid).await?)
}

/// Takes the first code that the new factor shows, and lets them in: to their recovery codes, for the day that the factor is lost.
pub async fn send(visitor: Visitor, form: Form<code::Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Enrol).cloned() else { return Ok(see_other("/sign-in")) };
    let secret = pending(&visitor).await?;
    match enrol(&visitor, &secret, &form.fields.code).await {
        Err(Error::Invalid(invalid)) => again(visitor, &signed, &invalid).await,
        answered => answered,
    }
}

async fn enrol(visitor: &Visitor, secret: &[u8], code: &str) -> Result<Response> {
    let signed = at_stage(visitor, Stage::Enrol)?;
    let key = format!("code:{}", signed.admin_id);
    throttle::reserve(visitor.door(), &key).await?;
    let wrong = || Error::field("code", "This code is not the one of the new secret. Scan it again, or check your device's clock.");
    let step = factor::step(secret, code, visitor.site().clock.unix())?.ok_or_else(wrong)?;
    let sealed = factor::seal_secret(&visitor.site().secrets, signed.admin_id, secret)?;
    let (id, session) = new_session(signed.admin_id, Some(signed), visitor.facts())?;
    let actor = visitor.proven(signed.admin_id, &signed.name, signed.role);
    visitor.site().desk.perform(&actor, EnrolFactor { session, sealed, step }, &Terms::default()).await?;
    throttle::release(visitor.door(), &key).await?;
    session::hand_over(visitor.session(), id).await?;
    Ok(see_other(&onward(visitor.site(), signed.admin_id, "/admin/account/codes".to_owned()).await?))
}

/// The secret that waits to be confirmed; sealed where it waits.
async fn pending(visitor: &Visitor) -> Result<Vec<u8>> {
    let signed = at_stage(visitor, Stage::Enrol)?;
    let waiting: Option<Vec<u8>> = visitor.session().get(PENDING).await.map_err(session::refused)?;
    if let Some(sealed) = waiting {
        return visitor.site().secrets.open(signed.admin_id.as_bytes(), &sealed);
    }
    let secret = factor::new_secret()?;
    let sealed = factor::seal_secret(&visitor.site().secrets, signed.admin_id, &secret)?;
    visitor.session().insert(PENDING, sealed).await.map_err(session::refused)?;
    Ok(secret)
}
