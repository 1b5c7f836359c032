//! Setting up a new authenticator app.
use super::{correctable, crumbs, done, first_confirm, take};
use crate::features::account::actions::{FactorFields, ReplaceFactor};
use crate::kernel::{Error, Invalid, Result, factor};
use crate::web::parts::{Errors, Field, Link};
use crate::web::{Admin, Flash, Form, html, unprocessable};
use askama::Template;
use axum::response::Response;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

#[derive(Template)]
#[template(path = "account/new_factor.html")]
struct Show {
    admin: Admin,
    crumbs: Vec<Link>,
    errors: Errors,
    code: Field,
    /// The QR code as an SVG path, one unit a module.
    qr: String,
    qr_size: i32,
    secret: String,
    /// The form brings the secret back, as only Backlot can read it.
    sealed: String,
}

impl Show {
    fn new(admin: Admin, secret: &[u8], sealed: &[u8], invalid: &Invalid) -> Result<Self> {
        let (qr, qr_size) = factor::qr(secret, admin.email())?;
        let code = Field::new("code", "code", "Code").hint("The six digits that the new app shows now.").autocomplete("one-time-code");
        Ok(Self {
            crumbs: crumbs(),
            errors: invalid.fields.clone(),
            code: code.refused(invalid),
            qr,
            qr_size,
            secret: factor::spelled(secret),
            sealed: BASE64_URL_SAFE_NO_PAD.encode(sealed),
            admin,
        })
    }
}

/// Shows a new secret; another one each time.
pub async fn ask(admin: Admin) -> Result<Response> {
    if let Some(confirm) = first_confirm(&admin) {
        return Ok(confirm);
    }
    let (secret, sealed) = fresh(&admin)?;
    html(&Show::new(admin, &secret, &sealed, &Invalid::default())?)
}

fn fresh(admin: &Admin) -> Result<(Vec<u8>, Vec<u8>)> {
    let secret = factor::new_secret()?;
    let sealed = factor::seal_secret(&admin.site().secrets, admin.id(), &secret)?;
    Ok((secret, sealed))
}

/// Takes the first code that the new app shows.
pub async fn submit(admin: Admin, form: Form<FactorFields>) -> Result<Response> {
    admin.desk().admit::<ReplaceFactor>(admin.actor()).await?;
    let Some((secret, sealed)) = brought(&admin, &form.fields.sealed) else {
        let (secret, sealed) = fresh(&admin)?;
        let invalid = Invalid::field("code", "This form brought no secret of yours. Scan this new one, then type its code.");
        return unprocessable(&Show::new(admin, &secret, &sealed, &invalid)?);
    };
    let action = correctable(shown(&admin, &secret, &sealed, &form.fields.code))?;
    match take(&admin, &form, action).await? {
        Ok(performed) => done(&admin, &performed, Flash::ok("Your new authenticator app counts from now on.")).await,
        Err(invalid) => unprocessable(&Show::new(admin, &secret, &sealed, &invalid)?),
    }
}

fn shown(admin: &Admin, secret: &[u8], sealed: &[u8], code: &str) -> Result<ReplaceFactor> {
    let wrong = || Error::field("code", "This code is not the one of the new secret. Scan it again, or check your device's clock.");
    let step = factor::step(secret, code, admin.site().clock.unix())?.ok_or_else(wrong)?;
    Ok(ReplaceFactor { sealed: sealed.to_vec(), step })
}

/// The secret that the form brings back, and the same sealed: as it will stand in the database.
fn brought(admin: &Admin, field: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(field).ok()?;
    let secret = admin.site().secrets.open(admin.id().as_bytes(), &sealed).ok()?;
    (secret.len() == factor::LENGTH).then_some((secret, sealed))
}
