//! A passkey at the door: alone, after the password, once more, or as a newcomer's second factor.
use super::{at_stage, code, confirm, enrol, new_session, onward, password, throttle, wanted};
use crate::features::sign_in::actions::{CompleteWithPasskey, EnrolPasskey, StepUpWithPasskey, WarnOfCopy};
use crate::features::sign_in::device;
use crate::kernel::{Action, Actor, Desk, Error, Result, Target, Terms};
use crate::web::door::Visitor;
use crate::web::passkeys::{Answer, Ceremony, Known, Purpose, Refusal};
use crate::web::session::{self, Signed, Stage};
use crate::web::{Admin, Form, link, see_other, unprocessable};
use axum::response::Response;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    credential: String,
    #[serde(default)]
    ceremony: String,
    next: Option<String>,
}

impl Fields {
    fn answer(&self) -> Answer<'_> {
        Answer { credential: &self.credential, ceremony: &self.ceremony }
    }
}

/// One try with a passkey: what is refused is on the record, under the name of the action that it was for.
struct Attempt<'a> {
    desk: &'a Desk,
    actor: Actor,
    action: &'static str,
    target: Option<Target>,
}

impl<'a> Attempt<'a> {
    fn of_visitor(visitor: &'a Visitor, action: &'static str) -> Self {
        let target = visitor.signed().map(target);
        Self { desk: &visitor.site().desk, actor: visitor.actor("somebody with a passkey"), action, target }
    }

    async fn refuse(&self, why: &str, known: Option<&Known>) -> Result<()> {
        let owner = known.map(|known| Target::new("admin", known.admin_id, known.email.as_str()));
        self.desk.refuse(&self.actor, self.action, owner.as_ref().or(self.target.as_ref()), why).await
    }

    /// What was found out about an answer; a refusal is recorded, and a likely copy told to its owner.
    async fn checked<T>(&self, checked: Result<T, Refusal>) -> Result<T> {
        let refusal = match checked {
            Ok(right) => return Ok(right),
            Err(Refusal::Failed(error)) => return Err(error),
            Err(refusal) => refusal,
        };
        self.refuse(&refusal.to_string(), refusal.known()).await?;
        if let Refusal::Copied { known, challenge } = &refusal {
            let warning = WarnOfCopy { admin_id: known.admin_id, passkey: known.name.clone(), challenge: challenge.clone() };
            self.desk.perform(&self.actor, warning, &Terms::default()).await?;
        }
        Err(Error::field("", refusal.sentence()))
    }

    /// Does what the right answer was for. An answer that was used meanwhile is refused as any other.
    async fn perform<A: Action>(&self, actor: &Actor, action: A) -> Result<()> {
        let done = self.desk.perform(actor, action, &Terms::default()).await;
        if let Err(Error::Invalid(invalid)) = &done {
            self.refuse(&invalid.to_string(), None).await?;
        }
        done.map(|_| ())
    }
}

/// Tries with a passkey and guessed codes are counted together.
fn key(signed: &Signed) -> String {
    format!("code:{}", signed.admin_id)
}

fn target(signed: &Signed) -> Target {
    Target::new("admin", signed.admin_id, signed.email.as_str())
}

/// In with nothing else: the device has checked who holds it, and says whose it is.
pub async fn open(visitor: Visitor, form: Form<Fields>) -> Result<Response> {
    match come_in(&visitor, &form.fields).await {
        Err(Error::Invalid(invalid)) => unprocessable(&password::Show::new(visitor, None, form.fields.next.as_deref(), &invalid).await?),
        answered => answered,
    }
}

async fn come_in(visitor: &Visitor, fields: &Fields) -> Result<Response> {
    if let Some(address) = visitor.facts().address {
        throttle::reserve_wide(visitor.door(), &format!("address:{address}")).await?;
    }
    let attempt = Attempt { target: None, ..Attempt::of_visitor(visitor, "session.complete_with_passkey") };
    let (known, shown) = attempt.checked(Ceremony::of_visitor(visitor, Purpose::Open).shown(fields.answer()).await).await?;
    let (id, session) = new_session(known.admin_id, None, visitor.facts())?;
    let actor = visitor.proven(known.admin_id, &known.admin_name, known.role);
    attempt.perform(&actor, CompleteWithPasskey { session, shown, how: "passkey alone".into() }).await?;
    session::hand_over(visitor.session(), id).await?;
    let next = link::inside(fields.next.as_deref()).to_owned();
    let mut response = see_other(&onward(visitor.site(), known.admin_id, next).await?);
    device::remember(visitor.site(), &mut response, &known.email);
    Ok(response)
}

/// In, after the password.
pub async fn complete(visitor: Visitor, form: Form<Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Password).cloned() else { return Ok(see_other("/sign-in")) };
    match pass(&visitor, &signed, &form.fields).await {
        Err(Error::Invalid(invalid)) => unprocessable(&code::Show::new(visitor, &signed, &invalid).await?),
        answered => answered,
    }
}

async fn pass(visitor: &Visitor, signed: &Signed, fields: &Fields) -> Result<Response> {
    let attempt = Attempt::of_visitor(visitor, "session.complete_with_passkey");
    throttle::reserve(visitor.door(), &key(signed)).await?;
    let (_, shown) = attempt.checked(Ceremony::of_visitor(visitor, Purpose::Complete).shown(fields.answer()).await).await?;
    let next = wanted(visitor.session()).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), visitor.facts())?;
    let actor = visitor.proven(signed.admin_id, &signed.name, signed.role);
    attempt.perform(&actor, CompleteWithPasskey { session, shown, how: "passkey".into() }).await?;
    throttle::release(visitor.door(), &key(signed)).await?;
    session::hand_over(visitor.session(), id).await?;
    let mut response = see_other(&onward(visitor.site(), signed.admin_id, next).await?);
    device::remember(visitor.site(), &mut response, &signed.email);
    Ok(response)
}

/// Goes back to what was to be done.
pub async fn step_up(admin: Admin, form: Form<Fields>) -> Result<Response> {
    let next = link::inside(form.fields.next.as_deref()).to_owned();
    match confirmed(&admin, &form.fields, next.clone()).await {
        Err(Error::Invalid(invalid)) => unprocessable(&confirm::Show::new(admin, &next, &invalid).await?),
        answered => answered,
    }
}

async fn confirmed(admin: &Admin, fields: &Fields, next: String) -> Result<Response> {
    let signed = admin.signed();
    if signed.stage != Stage::Full {
        return Err(Error::SignedOut);
    }
    let action = "session.step_up_with_passkey";
    let attempt = Attempt { desk: admin.desk(), actor: admin.actor().clone(), action, target: Some(target(signed)) };
    throttle::reserve(&admin.site().door, &key(signed)).await?;
    let (_, shown) = attempt.checked(Ceremony::of_admin(admin, Purpose::StepUp).shown(fields.answer()).await).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), admin.facts())?;
    attempt.perform(admin.actor(), StepUpWithPasskey { session, shown }).await?;
    throttle::release(&admin.site().door, &key(signed)).await?;
    session::hand_over(admin.session(), id).await?;
    Ok(see_other(&onward(admin.site(), signed.admin_id, next).await?))
}

/// Takes a newcomer's first passkey, and lets them in.
pub async fn enrol(visitor: Visitor, form: Form<Fields>) -> Result<Response> {
    let Ok(signed) = at_stage(&visitor, Stage::Enrol).cloned() else { return Ok(see_other("/sign-in")) };
    match set_up(&visitor, &signed, &form.fields).await {
        Err(Error::Invalid(invalid)) => enrol::again(visitor, &signed, &invalid).await,
        answered => answered,
    }
}

async fn set_up(visitor: &Visitor, signed: &Signed, fields: &Fields) -> Result<Response> {
    throttle::reserve(visitor.door(), &key(signed)).await?;
    let attempt = Attempt::of_visitor(visitor, "account.enrol_passkey");
    let passkey = attempt.checked(Ceremony::of_visitor(visitor, Purpose::Enrol).made(fields.answer())).await?;
    let (id, session) = new_session(signed.admin_id, Some(signed), visitor.facts())?;
    let actor = visitor.proven(signed.admin_id, &signed.name, signed.role);
    attempt.perform(&actor, EnrolPasskey { session, passkey }).await?;
    throttle::release(visitor.door(), &key(signed)).await?;
    session::hand_over(visitor.session(), id).await?;
    Ok(see_other(&onward(visitor.site(), signed.admin_id, "/admin".to_owned()).await?))
}
