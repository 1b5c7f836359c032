//! The pages at the door, a file each.
pub mod code;
pub mod confirm;
pub mod confirm_recovery;
pub mod demo;
pub mod enrol;
pub mod leave;
pub mod passkey;
pub mod password;
pub mod recovery;
pub mod resume;
pub mod welcome;

use super::actions::NewSession;
use super::{factor, store, throttle};
use crate::kernel::{Error, Result};
use crate::web::door::Visitor;
use crate::web::request::Facts;
use crate::web::session::{self, Signed, Stage};
use crate::web::{Site, link};
use tower_sessions::Session;
use tower_sessions::session::Id;
use uuid::Uuid;

/// Somebody at this stage, or back to the start.
fn at_stage(visitor: &Visitor, stage: Stage) -> Result<&Signed> {
    visitor.signed().filter(|signed| signed.stage == stage).ok_or(Error::SignedOut)
}

/// A session to open, and the id that only the browser will know.
fn new_session(admin_id: Uuid, from: Option<&Signed>, facts: &Facts) -> Result<(Id, NewSession)> {
    let (id, id_hash) = session::new_id()?;
    let from = from.map(|signed| signed.id_hash.clone());
    Ok((id, NewSession { admin_id, id_hash, from, address: facts.address, agent: facts.agent.clone() }))
}

/// The step that a typed code belongs to. The attempt is counted before it is checked, over all of the account's sessions.
async fn checked_step(site: &Site, admin: Uuid, code: &str) -> Result<i64> {
    throttle::reserve(&site.door, &format!("code:{admin}")).await?;
    let wrong = || Error::field("code", "This code is not right. Codes change every 30 seconds; check your device's clock if it goes on.");
    let known = store::factor(&site.door, admin).await?.ok_or_else(wrong)?;
    let secret = site.secrets.open(admin.as_bytes(), &known.secret)?;
    factor::step(&secret, code, site.clock.unix())?.ok_or_else(wrong)
}

/// Where this session wanted to go when it was sent to the door.
async fn wanted(session: &Session) -> Result<String> {
    let next: Option<String> = session.get("next").await.map_err(session::refused)?;
    Ok(link::inside(next.as_deref()).to_owned())
}

/// A parked form comes first; else where they wanted to go.
async fn onward(site: &Site, admin: Uuid, next: String) -> Result<String> {
    let parked = crate::web::parked::find(&site.door, admin).await?;
    Ok(if parked.is_some() { "/resume".to_owned() } else { next })
}
