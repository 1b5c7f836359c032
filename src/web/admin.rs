//! The admin who is asking: what a handler gets, and what every page's frame shows.
use super::flash::Flash;
use super::form::Form;
use super::nav::{self, NavGroup};
use super::proof;
use super::request::Facts;
use super::routes::{Access, Route};
use super::session::{self, Signed};
use super::site::{Site, World};
use crate::kernel::{Action, Actor, Assurance, Caution, Desk, Error, Invalid, Performed, Permission, Rehearsal, Result, Role, Terms};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::{Timestamp, tz::TimeZone};
use sqlx::PgPool;
use std::sync::Arc;
use tower_sessions::Session;
use uuid::Uuid;

const FLASH: &str = "flash";

/// The admin who is asking; cheap to clone.
#[derive(Clone)]
pub struct Admin(Arc<Inside>);

struct Inside {
    site: Site,
    actor: Actor,
    signed: Signed,
    session: Session,
    facts: Facts,
    flash: Option<Flash>,
    zone: TimeZone,
}

/// How a form was answered.
pub enum Submitted<T> {
    /// It is done.
    Done(Performed<T>),
    /// This is what it would do; nothing has happened yet.
    Preview(Box<Rehearsal>),
    /// It would no longer do what was shown; this is what it would do now. Nothing has happened.
    Changed(Box<Rehearsal>),
    /// Something must be corrected.
    Invalid(Invalid),
}

impl Admin {
    pub(super) async fn enter(site: Site, signed: Signed, session: Session, facts: Facts, route: &Route) -> Result<Self> {
        let actor = Actor {
            session: Some(signed.id_hash.clone()),
            fresh: signed.fresh,
            request_id: Some(facts.id),
            address: facts.address,
            ..Actor::admin(signed.admin_id, signed.name.clone(), signed.role)
        };
        let shows_flash = matches!(route.access, Access::Page(_)) && !facts.partial;
        let flash = if shows_flash { session.remove(FLASH).await.map_err(session::refused)? } else { None };
        let zone = TimeZone::get(&signed.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Self(Arc::new(Inside { site, actor, signed, session, facts, flash, zone })))
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// The pool that can only read.
    pub fn read(&self) -> &PgPool {
        &self.0.site.reader
    }

    /// The desk: where actions are done.
    pub fn desk(&self) -> &Desk {
        &self.0.site.desk
    }

    /// What every request can reach.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// What the session says.
    pub fn signed(&self) -> &Signed {
        &self.0.signed
    }

    /// The session behind the cookie.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// What is known of the request.
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Whether this admin holds a permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.0.actor.may(permission)
    }

    /// Takes a form through the caution that its action asks for.
    ///
    /// # Errors
    /// Refused, in conflict, or failed; what a person can correct is `Submitted::Invalid`.
    pub async fn submit<A: Action, F>(&self, form: &Form<F>, action: Result<A, Invalid>) -> Result<Submitted<A::Output>> {
        let action = match action {
            Ok(action) => action,
            Err(invalid) => return Ok(Submitted::Invalid(invalid)),
        };
        match self.take(form, action).await {
            Err(Error::Invalid(invalid)) => Ok(Submitted::Invalid(invalid)),
            other => other,
        }
    }

    async fn take<A: Action, F>(&self, form: &Form<F>, action: A) -> Result<Submitted<A::Output>> {
        if A::CAUTION != Caution::Undoable {
            let Some(shown) = &form.fingerprint else {
                return Ok(Submitted::Preview(Box::new(self.desk().rehearse(self.actor(), action).await?)));
            };
            let rehearsal = self.desk().rehearse(self.actor(), action.clone()).await?;
            let typed_wrong = A::CAUTION == Caution::Typed && form.typed.as_deref() != Some(rehearsal.target.label.as_str());
            if typed_wrong {
                return Err(Error::field("_typed", "Type the name exactly as it is shown."));
            }
            if rehearsal.fingerprint != *shown && !self.already_sent(form).await? {
                return Ok(Submitted::Changed(Box::new(rehearsal)));
            }
        }
        let terms = Terms { submission: Some(form.key), fingerprint: form.fingerprint.clone(), fence: None };
        Ok(Submitted::Done(self.desk().perform(self.actor(), action, &terms).await?))
    }

    /// Whether this form has already acted: then its effect has of course changed, and it is answered as the first time.
    async fn already_sent<F>(&self, form: &Form<F>) -> Result<bool> {
        let sent = sqlx::query_scalar!(r#"select exists (select from backlot.submissions where key = $1) as "sent!""#, form.key);
        Ok(sent.fetch_one(&self.0.site.door).await?)
    }

    /// Keeps a sentence for the next page.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn tell(&self, flash: Flash) -> Result<()> {
        self.0.session.insert(FLASH, flash).await.map_err(session::refused)
    }

    /// What a form's proof is bound to: this sign-in, across changes of the session's id.
    pub fn bond(&self) -> Vec<u8> {
        let mut bond = self.0.signed.admin_id.as_bytes().to_vec();
        bond.extend_from_slice(&self.0.signed.started.to_be_bytes());
        bond
    }

    /// The page of ours that this request was made from; home, if the browser does not say.
    pub fn came_from(&self) -> String {
        super::link::inside(self.0.facts.from.as_deref()).to_owned()
    }
}

/// What a page's frame shows.
impl Admin {
    pub fn id(&self) -> Uuid {
        self.0.signed.admin_id
    }

    pub fn name(&self) -> &str {
        &self.0.signed.name
    }

    pub fn email(&self) -> &str {
        &self.0.signed.email
    }

    pub fn role(&self) -> Role {
        self.0.signed.role
    }

    pub fn role_label(&self) -> &'static str {
        self.0.signed.role.label()
    }

    pub fn initials(&self) -> String {
        super::show::initials(self.name())
    }

    pub fn hue(&self) -> u8 {
        super::show::hue(self.0.signed.admin_id)
    }

    pub fn nav(&self) -> Vec<NavGroup> {
        nav::groups(self.0.site.routes(), self.0.signed.role, &self.0.facts.path)
    }

    pub fn environment(&self) -> World {
        self.0.site.environment.badge()
    }

    pub fn flash(&self) -> Option<&Flash> {
        self.0.flash.as_ref()
    }

    /// A fresh proof for one form. Empty only when the system has no randomness: then the form is refused.
    pub fn proof(&self) -> String {
        proof::make(&self.0.site.secrets, &proof::Bond(&[&self.bond()])).unwrap_or_default()
    }

    pub fn theme(&self) -> &str {
        &self.0.signed.theme
    }

    pub fn shortcuts(&self) -> bool {
        self.0.signed.shortcuts
    }

    /// Seconds until the session ends by itself, counted from this request: half an hour without another, or the twelve hours.
    pub fn idle_left(&self) -> i32 {
        (session::IDLE_MINUTES * 60).min(self.0.signed.longest_left)
    }

    pub fn request_id(&self) -> String {
        self.0.facts.id.to_string()
    }

    /// The page's own address.
    pub fn here(&self) -> &str {
        &self.0.facts.path
    }

    /// The text in the search box.
    pub fn query(&self) -> String {
        let query = self.0.facts.path.split_once('?').map_or("", |(_, query)| query);
        super::pairs::Pairs::parse(query.as_bytes()).ok().and_then(|pairs| pairs.get("q").map(str::to_owned)).unwrap_or_default()
    }

    /// A moment in this admin's own time zone.
    pub fn time(&self, at: Timestamp) -> super::show::Moment {
        super::show::Moment::new(at, &self.0.zone, self.0.site.clock.now())
    }

    /// This admin's time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.0.zone
    }

    /// A moment that may not have come.
    pub fn time_if(&self, at: Option<Timestamp>) -> Option<super::show::Moment> {
        at.map(|at| self.time(at))
    }

    /// Why an action is not open to this admin, if it is not.
    pub fn lacks(&self, permission: Permission) -> Option<String> {
        (!self.may(permission)).then(|| format!("Only these roles may {}: {}.", permission.phrase(), permission.holders()))
    }

    /// Whether an action will ask for a second factor first.
    pub fn must_step_up(&self, assurance: Assurance) -> bool {
        assurance == Assurance::Fresh && !self.0.signed.fresh
    }
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a handler asked for an admin on a route without one"))
    }
}
