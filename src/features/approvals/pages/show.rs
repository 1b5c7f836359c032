//! One proposal: what it would do now, whether that is still what was proposed, and who decided what.
use super::home;
use crate::features::approvals::model::{COOL_OFF, Proposal, Standing, State};
use crate::features::approvals::store::{self, people};
use crate::kernel::{Actor, Change, Effect, Error, Rehearsal, Result};
use crate::web::ask::Preview;
use crate::web::parts::{Badge, Difference, Errors, Field};
use crate::web::show::{Moment, money, number};
use crate::web::{Admin, Path, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "approvals/show.html")]
pub struct Show {
    admin: Admin,
    home: String,
    title: String,
    action: String,
    badge: Badge,
    /// What it would do now; while it is in force, or its proposer may propose it anew.
    effect: Option<Preview>,
    /// Its hash, for the buttons.
    shown: String,
    /// What it said when it was proposed, once it is over.
    was: Option<Preview>,
    drift: Vec<Difference>,
    is_same: bool,
    /// Why it cannot be looked at any more.
    broken: Option<String>,
    reason: String,
    ticket: String,
    proposer: String,
    decider: String,
    proposed: Moment,
    until: Option<Moment>,
    cools: Option<Moment>,
    decided: Option<Moment>,
    ended: Option<Moment>,
    ended_why: String,
    asked_at: String,
    /// Why this admin may not decide, where they may not.
    barred: Option<String>,
    waits: bool,
    /// Rejecting is open even where approving is not.
    can_reject: bool,
    is_live: bool,
    is_mine: bool,
    pub reject: Field,
    pub errors: Errors,
    /// Somebody pressed a button under another effect.
    changed: bool,
    records: Vec<(&'static str, String)>,
}

/// The page.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    html(&page(admin, id).await?)
}

/// Whoever proposed it, as an actor of now; nobody who may not do it any more.
pub fn proposer(standing: Option<&Standing>, proposal: &Proposal) -> Option<Actor> {
    let one = standing.filter(|one| one.may(proposal.takes))?;
    Some(Actor { fresh: true, ..Actor::admin(one.id, one.name.clone(), one.role) })
}

/// What it would do now, tried in the name of whoever proposed it.
pub async fn rehearse(admin: &Admin, proposal: &Proposal, by: Option<&Actor>) -> Result<Rehearsal, String> {
    let actor = by.ok_or("Whoever proposed it may not do it any more.")?;
    let known = admin.site().approvable();
    let tried = match known.named(&proposal.action) {
        Ok(kind) => kind.rehearse(admin.desk(), actor, &proposal.content).await,
        Err(error) => Err(error),
    };
    tried.map_err(|error| match error {
        Error::Internal(source) => {
            tracing::error!(proposal = %proposal.id, error = %source, "a proposal cannot be rehearsed");
            "It cannot be tried: that is our fault.".to_owned()
        }
        other => other.to_string(),
    })
}

/// One's own, or one that one may read.
pub async fn subject(admin: &Admin, id: Uuid) -> Result<Proposal> {
    let mut db = admin.reader().await?;
    let found = store::find(&mut db, id).await?;
    db.keep();
    if found.proposed_by == admin.id() || admin.may(found.needs) { Ok(found) } else { Err(Error::Forbidden(found.needs)) }
}

/// The page, as it is now.
pub async fn page(admin: Admin, id: Uuid) -> Result<Show> {
    let found = subject(&admin, id).await?;
    let mut db = admin.reader().await?;
    let standing = people::standing(&mut db, found.proposed_by).await?;
    let decider = match found.decided_by {
        Some(by) => people::standing(&mut db, by).await?,
        None => None,
    };
    let power = found.proposed_by != admin.id() && people::has_power_over(&mut db, found.proposed_by, admin.id()).await?;
    db.keep();
    let by = proposer(standing.as_ref(), &found);
    let is_mine = found.proposed_by == admin.id();
    let again = is_mine && !matches!(found.state, State::Done | State::Void);
    let tried = if found.state.is_live() || again { Some(rehearse(&admin, &found, by.as_ref()).await) } else { None };
    let (now, broken) = match tried {
        Some(Ok(now)) => (Some(now), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, None),
    };
    let barred = barred(&admin, &found, (now.as_ref(), power));
    Ok(view(admin, found, (now, broken, barred), (standing, decider)))
}

type Found = (Option<Rehearsal>, Option<String>, Option<String>);

fn view(admin: Admin, found: Proposal, (now, broken, barred): Found, (standing, decider): (Option<Standing>, Option<Standing>)) -> Show {
    let drift = now.as_ref().map(|now| drift(&found.rehearsal, now)).unwrap_or_default();
    let name = |one: Option<Standing>| one.map(|one| one.name).unwrap_or_default();
    let waits = found.state == State::Open && (!found.is_over || found.cools_until.is_some());
    Show {
        home: home(found.id),
        title: found.about.label.clone(),
        action: found.action.clone(),
        badge: found.state.badge().because(if waits { String::new() } else { found.ended_why.clone().unwrap_or_default() }),
        effect: now.as_ref().map(Preview::of),
        shown: now.as_ref().map(|now| now.fingerprint.clone()).unwrap_or_default(),
        was: now.is_none().then(|| Preview::of(&found.rehearsal)),
        is_same: now.as_ref().is_some_and(|now| now.fingerprint == found.effect),
        drift,
        broken,
        reason: found.reason.clone().unwrap_or_default(),
        ticket: found.ticket.clone().unwrap_or_default(),
        proposer: name(standing),
        decider: name(decider),
        proposed: admin.time(found.proposed_at),
        until: admin.time_if(waits.then_some(found.expires_at).filter(|_| found.cools_until.is_none())),
        cools: admin.time_if(found.cools_until.filter(|_| waits)),
        decided: admin.time_if(found.decided_at),
        ended: admin.time_if(found.ended_at),
        ended_why: found.ended_why.clone().unwrap_or_default(),
        asked_at: crate::web::link::inside(Some(&found.asked_at)).to_owned(),
        can_reject: waits && found.bars(admin.actor()).is_none(),
        barred,
        waits,
        is_live: found.state.is_live(),
        is_mine: found.proposed_by == admin.id(),
        reject: Field::new("area", "reason", "Why you reject it"),
        errors: Vec::new(),
        changed: false,
        records: records(&found),
        admin,
    }
}

impl Show {
    /// How long a team of one waits, in minutes.
    fn cool_off(&self) -> i32 {
        COOL_OFF
    }

    /// Somebody has pressed a button under another effect.
    #[must_use]
    pub fn changed(mut self) -> Self {
        self.changed = true;
        self
    }

    /// Whether this is the effect that somebody has looked at, and the one that was proposed.
    pub fn shows(&self, effect: Option<&str>) -> bool {
        self.is_same && effect == Some(self.shown.as_str())
    }
}

fn records(found: &Proposal) -> Vec<(&'static str, String)> {
    let entry = |id: Uuid| format!("/admin/audit/{id}");
    let all = [("Proposed", Some(found.proposed_audit)), ("Decided", found.decided_audit), ("Done", found.done_audit)];
    all.into_iter().filter_map(|(word, id)| id.map(|id| (word, entry(id)))).collect()
}

fn barred(admin: &Admin, found: &Proposal, (now, power): (Option<&Rehearsal>, bool)) -> Option<String> {
    if let Some(why) = found.bars(admin.actor()) {
        return Some(why.to_owned());
    }
    if power {
        return Some("Whoever proposed it has made or changed your account within a day: somebody else must decide.".to_owned());
    }
    match now {
        None => Some("It cannot be done any more.".to_owned()),
        Some(now) if now.fingerprint != found.effect => Some("Its effect has changed: it must be proposed anew.".to_owned()),
        Some(_) => None,
    }
}

/// What is another effect now than it was: numbers that differ, and rows that come, go, or change otherwise.
fn drift(was: &Rehearsal, now: &Rehearsal) -> Vec<Difference> {
    let said = |effect: &Effect| effect.currency.as_deref().map_or_else(|| number(effect.count), |currency| money(effect.count, currency));
    let mut found = Vec::new();
    for text in was.effects.iter().chain(&now.effects).map(|effect| effect.text.as_str()) {
        let of = |all: &[Effect]| all.iter().find(|effect| effect.text == text).map(&said);
        let (before, after) = (of(&was.effects), of(&now.effects));
        if before != after && !found.iter().any(|known: &Difference| known.field == text) {
            found.push(Difference { field: text.to_owned(), before, after });
        }
    }
    for target in was.changes.iter().chain(&now.changes).map(|change| &change.target) {
        let of = |all: &[Change]| all.iter().find(|change| change.target == *target).cloned();
        let (before, after) = (of(&was.changes), of(&now.changes));
        if before != after && !found.iter().any(|known| known.field == target.label) {
            found.push(Difference {
                field: target.label.clone(),
                before: before.map(|one| told(&one)),
                after: after.map(|one| told(&one)),
            });
        }
    }
    found
}

fn told(change: &Change) -> String {
    let fields = crate::web::ask::differences(change).into_iter();
    let side = |side: Option<String>| side.unwrap_or_else(|| "—".to_owned());
    fields.map(|one| format!("{}: {} → {}", one.field, side(one.before), side(one.after))).collect::<Vec<_>>().join("; ")
}
