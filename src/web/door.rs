//! The door: forms from people whom nobody knows yet are proven by a cookie of their browser's own.
use super::cookies;
use super::guard::{Submission, read, same_origin};
use super::proof::{self, Bond};
use super::request::Facts;
use super::session::{self, Signed};
use super::site::{Site, World};
use crate::kernel::{Actor, Error, Result, Role, secret};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sqlx::PgPool;
use tower_sessions::Session;
use uuid::Uuid;

/// Somebody at the door, and how far they have come.
#[derive(Clone)]
pub struct Visitor {
    site: Site,
    facts: Facts,
    cookie: [u8; 16],
    session: Session,
    signed: Option<Signed>,
}

impl Visitor {
    /// What every request can reach.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The app's own role: nobody is known yet whose permission could be asked.
    pub fn door(&self) -> &PgPool {
        &self.site.door
    }

    /// What is known of the request.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The session behind the cookie.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whose session this is, at whatever stage.
    pub fn signed(&self) -> Option<&Signed> {
        self.signed.as_ref()
    }

    /// Who acts: a stranger by the name they gave, or the half-known admin.
    pub fn actor(&self, name: &str) -> Actor {
        match &self.signed {
            Some(signed) => Actor { session: Some(signed.id_hash.clone()), ..stranger(&self.facts, &signed.email) },
            None => stranger(&self.facts, name),
        }
    }

    /// The admin who has just proven who they are: what they do from here on is on their own record.
    pub fn proven(&self, id: Uuid, name: &str, role: Role) -> Actor {
        Actor { address: self.facts.address, request_id: Some(self.facts.id), ..Actor::admin(id, name, role) }
    }

    /// What belongs to them alone: their sign-in as far as it has come, else their browser's cookie.
    pub fn bond(&self) -> Vec<u8> {
        self.signed.as_ref().map_or_else(|| [b"door".as_slice(), &self.cookie].concat(), Signed::bond)
    }

    /// A fresh proof for one form.
    pub fn proof(&self) -> String {
        proof::make(&self.site.secrets, &Bond(&[b"door", &self.cookie])).unwrap_or_default()
    }

    /// Which world this is.
    pub fn environment(&self) -> World {
        self.site.environment.badge()
    }

    /// The colours: nobody has chosen yet, so the system's.
    pub fn theme(&self) -> &'static str {
        "system"
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a handler asked for a visitor away from the door"))
    }
}

/// The guard at the door.
pub async fn stand(site: &Site, facts: Facts, mut request: Request, next: Next) -> Response {
    match enter(site, facts, &mut request).await {
        Ok((visitor, is_new)) => {
            request.extensions_mut().insert(visitor.clone());
            let mut response = next.run(request).await;
            if is_new {
                cookies::set(&mut response, site, name(site), &BASE64_URL_SAFE_NO_PAD.encode(visitor.cookie), None);
            }
            response
        }
        Err(error) => error.into_response(),
    }
}

async fn enter(site: &Site, facts: Facts, request: &mut Request) -> Result<(Visitor, bool)> {
    let session = request.extensions().get::<Session>().cloned().ok_or_else(|| Error::internal("the door has no sessions"))?;
    let signed = session::signed(&session).await?;
    let known = cookie(request.headers(), site);
    let visitor = Visitor { site: site.clone(), facts, cookie: known.map_or_else(secret::random, Ok)?, session, signed };
    if request.method() == Method::POST {
        same_origin(request, site)?;
        let mut pairs = read(request).await?;
        let key = proof::check(&site.secrets, &Bond(&[b"door", &visitor.cookie]), pairs.take(proof::FIELD).as_deref())?;
        request.extensions_mut().insert(pairs);
        request.extensions_mut().insert(Submission(key));
    }
    Ok((visitor, known.is_none()))
}

fn name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-backlot-door" } else { "backlot-door" }
}

fn cookie(headers: &HeaderMap, site: &Site) -> Option<[u8; 16]> {
    BASE64_URL_SAFE_NO_PAD.decode(cookies::find(headers, name(site))?).ok()?.try_into().ok()
}

/// A stranger who is refused something, for the record.
fn stranger(facts: &Facts, name: &str) -> Actor {
    Actor::stranger(name, facts.address, Some(facts.id))
}
