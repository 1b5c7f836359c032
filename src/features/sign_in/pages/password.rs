//! E-mail and password.
use super::{new_session, throttle};
use crate::features::sign_in::actions::OpenSession;
use crate::features::sign_in::model::Newcomer;
use crate::features::sign_in::{device, store};
use crate::kernel::{Error, Invalid, Result, Terms};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::passkeys::{Ceremony, Offer, Purpose};
use crate::web::session::{self, Stage};
use crate::web::{Form, Query, html, link, see_other, unprocessable};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/password.html")]
pub struct Show {
    door: Visitor,
    errors: Errors,
    email: Field,
    password: Field,
    next: String,
    passkey: Offer,
}

impl Show {
    pub async fn new(door: Visitor, email: Option<&str>, next: Option<&str>, invalid: &Invalid) -> Result<Self> {
        let passkey = Ceremony::of_visitor(&door, Purpose::Open).ask().await?;
        Ok(Self {
            door,
            errors: invalid.fields.clone(),
            email: Field::new("email", "email", "E-mail").autocomplete("username").value(email),
            password: Field::new("password", "password", "Password").autocomplete("current-password").refused(invalid),
            next: next.unwrap_or_default().to_owned(),
            passkey,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

/// The form; who is in already goes on.
pub async fn show(visitor: Visitor, query: Query<Next>) -> Result<Response> {
    match visitor.signed().map(|signed| signed.stage) {
        Some(Stage::Full) => Ok(see_other(link::inside(query.0.next.as_deref()))),
        _ => html(&Show::new(visitor, None, query.0.next.as_deref(), &Invalid::default()).await?),
    }
}

/// Checks the password; every failure is answered the same, in the same time.
pub async fn send(visitor: Visitor, headers: HeaderMap, form: Form<Fields>) -> Result<Response> {
    let fields = &form.fields;
    match check(&visitor, &headers, fields).await {
        Ok((owner, stage)) => open(&visitor, &owner, stage, fields).await,
        Err(Error::Invalid(invalid)) => unprocessable(&Show::new(visitor, Some(&fields.email), fields.next.as_deref(), &invalid).await?),
        Err(error) => Err(error),
    }
}

async fn check(visitor: &Visitor, headers: &HeaderMap, fields: &Fields) -> Result<(Newcomer, Stage)> {
    let email = fields.email.trim().to_lowercase();
    if let Some(address) = visitor.facts().address {
        throttle::reserve_wide(visitor.door(), &format!("address:{address}")).await?;
    }
    let known = device::is_known(visitor.site(), headers, &email);
    let account = format!("{}:{}", if known { "device" } else { "account" }, short(&email));
    throttle::reserve(visitor.door(), &account).await?;
    let found = store::credentials(visitor.door(), &email).await?;
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let right = visitor.site().passwords.verify(hash, &fields.password).await?;
    match found {
        Some(found) if right && found.is_active => {
            throttle::release(visitor.door(), &account).await?;
            Ok((found.owner, if found.is_enrolled { Stage::Password } else { Stage::Enrol }))
        }
        _ => {
            let actor = visitor.actor(&short(&email));
            visitor.site().desk.refuse(&actor, "session.open", None, "wrong e-mail or password").await?;
            Err(Error::field("password", "This e-mail and password do not belong together."))
        }
    }
}

fn short(email: &str) -> String {
    email.chars().take(200).collect()
}

async fn open(visitor: &Visitor, owner: &Newcomer, stage: Stage, fields: &Fields) -> Result<Response> {
    let (id, session) = new_session(owner.id, None, visitor.facts())?;
    let action = OpenSession { session, stage: stage.code().into(), how: "password".into(), next: fields.next.clone() };
    visitor.site().desk.perform(&visitor.proven(owner.id, &owner.name, owner.role), action, &Terms::default()).await?;
    session::hand_over(visitor.session(), id).await?;
    Ok(see_other(if stage == Stage::Enrol { "/sign-in/enrol" } else { "/sign-in/code" }))
}
