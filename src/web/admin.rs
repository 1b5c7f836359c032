//! The admin who is asking: what a handler gets, and what every page's frame shows.
use super::flash::{self, Flash};
use super::form::Form;
use super::list::Total;
use super::request::Facts;
use super::routes::{Access, Route};
use super::session::{self, Signed};
use super::site::Site;
use super::waiting;
use crate::kernel::proposal::Draft;
use crate::kernel::{Action, Actor, Caution, Desk, Error, Invalid, Line, Performed, Permission, Rehearsal, Result, Terms};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::tz::TimeZone;
use sqlx::PgPool;
use std::sync::Arc;
use tower_sessions::Session;
use uuid::Uuid;

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
    waiting: i64,
}

/// How a form was answered.
pub enum Submitted<T> {
    /// It is done.
    Done(Performed<T>),
    /// This is what it would do; nothing has happened yet.
    Preview(Box<Rehearsal>),
    /// It would no longer do what was shown; this is what it would do now. Nothing has happened.
    Changed(Box<Rehearsal>),
    /// The name was not typed as it is; this is what it would do. Nothing has happened.
    Mistyped(Box<Rehearsal>),
    /// A second admin must approve it: it waits under this id.
    Proposed(Uuid),
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
            view_as: signed.view.as_ref().map(|view| view.user_id),
            cause: signed.view.as_ref().map(|view| view.audit_id),
            ..Actor::admin(signed.admin_id, signed.name.clone(), signed.role)
        };
        let shows_flash = matches!(route.access, Access::Page(_)) && !facts.partial;
        let flash = if shows_flash { session.remove(flash::KEY).await.map_err(session::refused)? } else { None };
        let zone = TimeZone::get(&signed.time_zone).unwrap_or(TimeZone::UTC);
        let waiting = if shows_flash { waiting::count(&site, &actor).await } else { 0 };
        Ok(Self(Arc::new(Inside { site, actor, signed, session, facts, flash, zone, waiting })))
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// The pool that can only read.
    pub fn read(&self) -> &PgPool {
        &self.0.site.reader
    }

    /// A connection of the same role, for a page that asks several things; `keep` it when all went well.
    ///
    /// # Errors
    /// `Unavailable` when none is free in time.
    pub async fn reader(&self) -> Result<Line> {
        self.0.site.lines.take().await
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

    /// How much a list holds: counted a moment ago, or now.
    ///
    /// # Errors
    /// As `count`.
    pub async fn count(&self, key: String, count: impl Future<Output = Result<Total>>) -> Result<Total> {
        self.0.site.counts.of(key, self.desk().deeds(), count).await
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
        let mut effect = None;
        if A::CAUTION != Caution::Undoable {
            let Some(shown) = &form.fingerprint else {
                return Ok(Submitted::Preview(Box::new(self.desk().rehearse(self.actor(), action).await?)));
            };
            match self.desk().rehearse(self.actor(), action.clone()).await {
                // Its effect is there already; doing it again may well be impossible.
                _ if self.already_sent(form).await? => {}
                Err(error) => return Err(error),
                Ok(rehearsal) if is_typed(A::CAUTION) && form.typed.as_deref() != Some(rehearsal.target.label.as_str()) => {
                    return Ok(Submitted::Mistyped(Box::new(rehearsal)));
                }
                Ok(rehearsal) if rehearsal.fingerprint != *shown => return Ok(Submitted::Changed(Box::new(rehearsal))),
                Ok(rehearsal) => effect = Some(rehearsal),
            }
        }
        if A::CAUTION == Caution::SecondAdmin {
            return Ok(Submitted::Proposed(self.propose(form.key, Draft::of(&action, effect, self.here())?).await?));
        }
        let terms = Terms { submission: Some(form.key), fingerprint: form.fingerprint.clone(), ..Terms::default() };
        Ok(Submitted::Done(self.desk().perform(self.actor(), action, &terms).await?))
    }

    /// Lets an action wait for a second admin.
    ///
    /// # Errors
    /// When another one about the same is in the way, or it cannot be recorded.
    pub async fn propose(&self, key: Uuid, draft: Draft) -> Result<Uuid> {
        let park = self.0.site.park.get().ok_or_else(|| Error::internal("nothing can be proposed here"))?;
        let terms = Terms { submission: Some(key), ..Terms::default() };
        let performed = park.propose(self.desk(), self.actor(), draft, &terms).await?;
        self.tell(Flash::ok("It is proposed. Nothing has happened yet.").audit(performed.audit_id)).await?;
        Ok(performed.output)
    }

    /// Whether this form has already acted: then its effect has of course changed, and it is answered as the first time.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn already_sent<F>(&self, form: &Form<F>) -> Result<bool> {
        let sent = sqlx::query_scalar!(r#"select exists (select from backlot.submissions where key = $1) as "sent!""#, form.key);
        Ok(sent.fetch_one(&self.0.site.door).await?)
    }

    /// Keeps a sentence for the next page.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn tell(&self, flash: Flash) -> Result<()> {
        flash.keep(&self.0.session).await
    }

    /// Keeps a secret for the next page that asks for it, to be shown once; sealed where it waits.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn show_once(&self, what: &str, secret: &str) -> Result<()> {
        let sealed = self.0.site.secrets.seal(self.0.signed.admin_id.as_bytes(), secret.as_bytes())?;
        self.0.session.insert(what, sealed).await.map_err(session::refused)
    }

    /// Takes a secret that was kept: whoever asks again gets nothing.
    ///
    /// # Errors
    /// When the session cannot be written, or the secret is not this admin's.
    pub async fn shown_once(&self, what: &str) -> Result<Option<String>> {
        let sealed: Option<Vec<u8>> = self.0.session.remove(what).await.map_err(session::refused)?;
        let opened = sealed.map(|sealed| self.0.site.secrets.open(self.0.signed.admin_id.as_bytes(), &sealed)).transpose()?;
        opened.map(|secret| String::from_utf8(secret).map_err(Error::internal)).transpose()
    }

    /// What a form's proof is bound to: this sign-in, across changes of the session's id.
    pub fn bond(&self) -> Vec<u8> {
        self.0.signed.bond()
    }

    /// The sentence that the action before this page left.
    pub fn flash(&self) -> Option<&Flash> {
        self.0.flash.as_ref()
    }

    /// How many proposals wait for this admin, as of a moment ago; on pages only.
    pub fn waiting(&self) -> i64 {
        self.0.waiting
    }

    /// This admin's time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.0.zone
    }

    /// The page of ours that this request was made from; home, if the browser does not say.
    pub fn came_from(&self) -> String {
        super::link::inside(self.0.facts.from.as_deref()).to_owned()
    }
}

/// Whether the name must be typed.
fn is_typed(caution: Caution) -> bool {
    matches!(caution, Caution::Typed | Caution::SecondAdmin)
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("a handler asked for an admin on a route without one"))
    }
}
