//! Asking before an operation is started: what it does with the rows of its preview, exactly.
use super::{crumbs, home, subject};
use crate::features::bulk::Kinds;
use crate::features::bulk::actions::{NoFields, StartBulk, StartSeconded};
use crate::features::bulk::model::{Operation, State};
use crate::kernel::{Error, Permission, Result};
use crate::web::ask::Ask;
use crate::web::bulk::BulkKind;
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, about: &Operation, kind: &BulkKind) -> Ask {
    let verb = if about.needs_second { "propose" } else { "start" };
    let ask = Ask::new(
        admin,
        about.label.clone(),
        if about.needs_second { format!("Propose: {}", about.label) } else { about.label.clone() },
    )
    .under(crumbs(Some(about)), if about.needs_second { "Propose" } else { "Start" })
    .lead("It is done with exactly the rows of the preview, a few hundred at a time. A row that is no longer as it was seen is left alone.")
    .badges(vec![about.state.badge()])
    .post(&format!("{}/{verb}", home(about.id)))
    .undo("It can be paused and cancelled between two batches.");
    let ask = if kind.destroys { ask.danger() } else { ask };
    if about.needs_second { ask.second_admin() } else { ask.rehearsed() }
}

fn known<'a>(kinds: &'a Kinds, about: &Operation) -> Result<&'a BulkKind> {
    kinds.named(&about.kind).ok_or_else(|| Error::internal(format!("this version does not know {}", about.kind)))
}

fn effect(kind: &BulkKind) -> String {
    format!("{} {}", kind.what.1, kind.effect)
}

/// The question; both addresses lead to the one that the operation takes.
pub async fn ask(admin: Admin, Extension(kinds): Extension<Kinds>, Path(id): Path<Uuid>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    if about.state != State::Draft {
        return Ok(see_other(&home(id)));
    }
    html(&question(admin, &about, known(&kinds, &about)?))
}

/// Shows the effect, then starts it.
pub async fn submit(admin: Admin, Extension(kinds): Extension<Kinds>, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    let kind = known(&kinds, &about)?;
    let submitted = admin.submit(&form, Ok(StartBulk { id, effect: effect(kind) })).await?;
    match question(admin.clone(), &about, kind).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok("It is started.").audit(performed.audit_id)).await?;
            Ok(see_other(&home(id)))
        }
    }
}

/// Shows the effect, then proposes it to a second admin.
pub async fn propose(admin: Admin, Extension(kinds): Extension<Kinds>, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let about = subject(&admin, id).await?;
    let kind = known(&kinds, &about)?;
    let approval: Permission = kind.approval;
    let action = StartSeconded { id, effect: effect(kind), approval, why: about.why.clone() };
    let submitted = admin.submit(&form, Ok(action)).await?;
    match question(admin, &about, kind).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(_) => Err(Error::internal("what takes a second admin was done at once")),
    }
}
