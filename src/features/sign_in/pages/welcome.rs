//! A one-time link: choose a password. Looking at it uses nothing up; only sending the form does.
use super::new_session;
use crate::features::sign_in::actions::{Activate, OpenSession};
use crate::features::sign_in::model::Newcomer;
use crate::features::sign_in::store;
use crate::kernel::{Error, Invalid, Result, Terms, password, secret};
use crate::web::door::Visitor;
use crate::web::parts::{Errors, Field};
use crate::web::session;
use crate::web::{Form, Path, html, see_other, unprocessable};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sign_in/welcome.html")]
struct Show {
    door: Visitor,
    email: String,
    errors: Errors,
    password: Field,
    again: Field,
}

impl Show {
    fn new(door: Visitor, email: String, invalid: &Invalid) -> Self {
        let hint = format!("At least {} characters; a few words do well. Anything may be in it.", password::SHORTEST);
        Self {
            door,
            email,
            errors: invalid.fields.clone(),
            password: Field::new("password", "password", "New password").hint(hint).autocomplete("new-password").refused(invalid),
            again: Field::new("password", "again", "The same once more").autocomplete("new-password").refused(invalid),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

impl Fields {
    fn check(&self, owner: &Newcomer) -> Result<&str> {
        let whose = password::Owner { name: &owner.name, email: &owner.email };
        if let Some(objection) = password::objection(&self.password, whose) {
            return Err(Error::field("password", objection));
        }
        if self.password == self.again { Ok(&self.password) } else { Err(Error::field("again", "The two are not the same.")) }
    }
}

async fn owner(visitor: &Visitor, token: &str) -> Result<(Vec<u8>, Newcomer)> {
    let hash = secret::sha256(token.as_bytes());
    let gone = || Error::NotFound("This link was used already, replaced by a newer one, or is older than 24 hours.".into());
    let owner = store::link_owner(visitor.door(), &hash).await?.ok_or_else(gone)?;
    Ok((hash, owner))
}

/// Asks for a password.
pub async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    let (_, owner) = owner(&visitor, &token).await?;
    html(&Show::new(visitor, owner.email, &Invalid::default()))
}

/// Takes the password, and goes on to the second factor.
pub async fn send(visitor: Visitor, Path(token): Path<String>, form: Form<Fields>) -> Result<Response> {
    let (hash, owner) = owner(&visitor, &token).await?;
    match activate(&visitor, hash, &owner, &form.fields).await {
        Err(Error::Invalid(invalid)) => unprocessable(&Show::new(visitor, owner.email, &invalid)),
        answered => answered,
    }
}

async fn activate(visitor: &Visitor, token_hash: Vec<u8>, owner: &Newcomer, fields: &Fields) -> Result<Response> {
    let password_hash = visitor.site().passwords.hash(fields.check(owner)?).await?;
    let actor = visitor.proven(owner.id, &owner.name, owner.role);
    let done = visitor.site().desk.perform(&actor, Activate { token_hash, password_hash }, &Terms::default()).await?;
    let (id, session) = new_session(done.output, None, visitor.facts())?;
    let enrolled = store::is_enrolled(visitor.door(), done.output).await?;
    let stage = if enrolled { "password" } else { "enrol" };
    let action = OpenSession { session, stage: stage.into(), how: "one-time link".into(), next: None };
    visitor.site().desk.perform(&actor, action, &Terms::default()).await?;
    session::hand_over(visitor.session(), id).await?;
    Ok(see_other(if enrolled { "/sign-in/code" } else { "/sign-in/enrol" }))
}
