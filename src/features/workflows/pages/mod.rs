//! What can be seen of runs, and where their actions are asked for; a file each.
mod facts;
pub mod failures;
pub mod hook;
pub mod index;
pub mod many;
pub mod retry;
pub mod settle;
pub mod show;
pub mod stop;
mod tasks;
mod timeline;

use super::model::Run;
use super::store;
use crate::gateways::crewai::{Crews, Mode};
use crate::kernel::{Audited, Error, Invalid, Performed, Result};
use crate::web::ask::Ask;
use crate::web::parts::{Badge, Choice, Field, Link, Tab};
use crate::web::{Admin, Flash, Submitted, see_other};
use axum::http::StatusCode;
use axum::response::Response;
use std::ops::ControlFlow::{self, Break};
use uuid::Uuid;

const PATH: &str = "/admin/workflows";

/// The pages above an action about all runs.
fn above() -> Vec<Link> {
    vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Workflows".into() }]
}

/// The pages above an action about one run.
fn crumbs(run: &Run) -> Vec<Link> {
    let mut all = above();
    all.push(Link { href: format!("{PATH}/{}", run.id), label: run.label() });
    all
}

/// The run that an action is asked about.
async fn subject(admin: &Admin, id: Uuid) -> Result<Run> {
    store::find(admin.read(), id).await
}

/// The fields that each action asks for.
fn why(reason: Option<&str>, ticket: Option<&str>) -> Vec<Field> {
    vec![
        Field::new("area", "reason", "Reason").hint("For your colleagues and the record; the user does not see it.").value(reason),
        Field::new("text", "ticket", "Ticket").hint("A number or address from your ticket system.").optional().value(ticket),
    ]
}

/// Whose crews these are, unless they are real: nothing here may only seem to work.
fn mode(crews: &Crews) -> Option<Badge> {
    match crews.mode() {
        Some(Mode::Live) => None,
        Some(Mode::Sandbox) => Some(Badge::new("warn", "Sandbox crews").because("runs that are started here are made up")),
        None => Some(Badge::new("", "No crews set").because("nothing can be started or stopped from here")),
    }
}

/// The lists of this feature.
fn tabs(current: &str) -> Vec<Tab> {
    let tab = |href: &str, label| Tab { href: href.to_owned(), label, current: href == current };
    vec![tab(PATH, "All runs"), tab("/admin/workflows/failures", "Failures by error")]
}

/// The crews to choose from; one that an address names is there even when it has no runs.
fn crew_choices(crews: Vec<String>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let is_known = chosen.is_none_or(|chosen| crews.iter().any(|crew| crew == chosen));
    let other = chosen.filter(|_| !is_known).map(|crew| choice(crew.to_owned(), crew.to_owned(), true));
    let known = crews.into_iter().map(|crew| choice(crew.clone(), crate::web::show::short(&crew, 60), chosen == Some(crew.as_str())));
    std::iter::once(choice(String::new(), "Any crew".into(), chosen.is_none())).chain(other).chain(known).collect()
}

/// The question again when somebody was faster: 409, and what was typed stays.
fn settle<T>(question: Ask, outcome: Result<Submitted<T>>) -> Result<ControlFlow<Response, Performed<T>>> {
    let (submitted, status) = match outcome {
        Err(Error::Conflict(why)) => (Submitted::Invalid(Invalid::field("", why)), Some(StatusCode::CONFLICT)),
        other => (other?, None),
    };
    Ok(match question.settle(submitted)? {
        Break(mut page) => {
            *page.status_mut() = status.unwrap_or(page.status());
            Break(page)
        }
        done => done,
    })
}

/// On to a run, with a sentence that links to the record.
async fn done<T>(admin: &Admin, id: Uuid, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{id}")))
}

/// How long something took.
fn took(milliseconds: i64) -> String {
    match milliseconds {
        ..1_000 => format!("{} ms", milliseconds.max(0)),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds / 100 % 10),
        60_000..7_200_000 => format!("{} min {:02} s", milliseconds / 60_000, milliseconds / 1_000 % 60),
        _ => format!("{} h {:02} min", milliseconds / 3_600_000, milliseconds / 60_000 % 60),
    }
}
