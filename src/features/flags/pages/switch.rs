//! The switch: off at once, on after a look at whom it reaches.
use super::{badges, crumbs, home, subject, told, why};
use crate::features::flags::actions::{KillFlag, TurnOnFlag, WhyFields};
use crate::features::flags::model::Flag;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, see_other};
use axum::response::Response;
use serde::Deserialize;
use std::ops::ControlFlow::{Break, Continue};

/// A form with nothing to fill in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Off, for everybody, at once.
pub async fn kill(admin: Admin, Path(which): Path<String>, form: Form<NoFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    if let Submitted::Done(performed) = admin.submit(&form, Ok(KillFlag { id: flag.id })).await? {
        let said = Flash::ok(format!("{} is off for everybody.", performed.output)).audit(performed.audit_id);
        told(&admin, said.undo(format!("{}/on", home(&flag)), "Turn on again")).await?;
    }
    Ok(see_other(&home(&flag)))
}

fn question(admin: Admin, flag: &Flag, typed: &WhyFields) -> Ask {
    Ask::new(admin, format!("Turn on {}", flag.state.name), "Turn it on")
        .under(crumbs(Some(flag)), "Turn on")
        .lead("It decides again as it is set: with its percentage or tiers, and what is set for single users.")
        .badges(badges(flag))
        .rehearsed()
        .fields(why(typed.reason.as_deref(), typed.ticket.as_deref(), false))
        .undo("Turning it off takes one click.")
}

/// The question.
pub async fn ask_on(admin: Admin, Path(which): Path<String>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    html(&question(admin, &flag, &WhyFields::default()))
}

/// Shows who gets it, then turns it on.
pub async fn on(admin: Admin, Path(which): Path<String>, form: Form<WhyFields>) -> Result<Response> {
    let flag = subject(&admin, &which).await?;
    let action = form.fields.optional().map(|why| TurnOnFlag { id: flag.id, why });
    let submitted = admin.submit(&form, action).await?;
    match question(admin.clone(), &flag, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            told(&admin, Flash::ok(format!("{} is on.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&home(&flag)))
        }
    }
}
