//! Choosing the character that a model draws, among those of its user.
use super::{PATH, crumbs, done};
use crate::features::lora::actions::{LinkFields, UnlinkCharacter, UnlinkFields};
use crate::features::lora::model::{Character, Model};
use crate::features::lora::store::{self, panels};
use crate::kernel::{Error, Invalid, Result};
use crate::web::parts::{Badge, Errors, Link};
use crate::web::{Admin, Flash, Form, Path, Query, Submitted, html, unprocessable};
use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What is searched for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    q: Option<String>,
}

#[derive(Template)]
#[template(path = "lora/link.html")]
struct Choose {
    admin: Admin,
    home: String,
    crumbs: Vec<Link>,
    badges: Vec<Badge>,
    model: Model,
    q: String,
    found: Vec<Character>,
    errors: Errors,
}

async fn page(admin: Admin, id: Uuid, q: Option<String>, invalid: &Invalid) -> Result<Choose> {
    let mut db = admin.reader().await?;
    let model = store::find(&mut db, id).await?;
    let q = q.unwrap_or_default();
    let found = panels::characters(&mut db, model.user_id, &q).await?;
    db.keep();
    Ok(Choose {
        home: format!("{PATH}/{id}"),
        crumbs: crumbs(&model),
        badges: model.badges(),
        model,
        q,
        found,
        errors: invalid.fields.clone(),
        admin,
    })
}

/// The choice.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> Result<Response> {
    html(&page(admin, id, asked.q, &Invalid::default()).await?)
}

/// Links it at once.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<LinkFields>) -> Result<Response> {
    match admin.submit(&form, form.fields.parse(id)).await? {
        Submitted::Done(performed) => {
            let flash = Flash::ok(format!("It is linked to {}.", performed.output)).undo(format!("{PATH}/{id}/unlink"), "Unlink");
            done(&admin, id, &performed, flash).await
        }
        Submitted::Invalid(invalid) => unprocessable(&page(admin, id, None, &invalid).await?),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

/// Takes the link away at once.
pub async fn unlink(admin: Admin, Path(id): Path<Uuid>, form: Form<UnlinkFields>) -> Result<Response> {
    match admin.submit(&form, Ok(UnlinkCharacter { id })).await? {
        Submitted::Done(performed) => {
            done(&admin, id, &performed, Flash::ok(format!("It is no longer linked to {}.", performed.output))).await
        }
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
