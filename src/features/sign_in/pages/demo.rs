//! The links that `cargo run` prints: a newcomer is inside within a minute. Only in the demo, and only from this machine.
use super::new_session;
use crate::features::sign_in::actions::OpenSession;
use crate::features::sign_in::model::{DemoLink, DemoLinks};
use crate::kernel::{Error, Result, Terms, secret};
use crate::web::door::Visitor;
use crate::web::site::Environment;
use crate::web::{Path, html, see_other, session};
use askama::Template;
use axum::Extension;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sign_in/demo.html")]
struct Show {
    door: Visitor,
    name: String,
    role: &'static str,
    token: String,
}

fn find(visitor: &Visitor, links: &DemoLinks, token: &str) -> Result<DemoLink> {
    let here = visitor.site().environment == Environment::Sandbox && visitor.facts().address.is_some_and(|address| address.is_loopback());
    let link = links.0.iter().find(|link| here && secret::same(link.token.as_bytes(), token.as_bytes()));
    link.cloned().ok_or_else(|| Error::NotFound("There is no such sign-in link. They end with the process that printed them.".into()))
}

/// Says as whom; a button goes in.
pub async fn show(visitor: Visitor, Extension(links): Extension<DemoLinks>, Path(token): Path<String>) -> Result<Response> {
    let link = find(&visitor, &links, &token)?;
    html(&Show { door: visitor, name: link.name, role: link.role.label(), token })
}

/// In.
pub async fn send(visitor: Visitor, Extension(links): Extension<DemoLinks>, Path(token): Path<String>) -> Result<Response> {
    let link = find(&visitor, &links, &token)?;
    let (id, session) = new_session(link.admin_id, None, visitor.facts())?;
    let action = OpenSession { session, stage: "full".into(), how: "demo link".into(), next: None };
    visitor.site().desk.perform(&visitor.proven(link.admin_id, &link.name, link.role), action, &Terms::default()).await?;
    session::hand_over(visitor.session(), id).await?;
    Ok(see_other("/admin"))
}
