//! Cancelling a job that waits, and leaving a dead one at that.
use super::PATH;
use crate::features::jobs::actions::WhyFields;
use crate::features::jobs::store;
use crate::jobs::JobRow;
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::parts::{Field, Link};
use crate::web::{Admin, Flash, Form, Path, html, see_other};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

/// What is asked: the verb, and what it means.
type Words = (&'static str, &'static str);

const CANCEL: Words = ("Cancel", "It leaves the queue, and what it should do does not happen.");
const DISCARD: Words =
    ("Discard", "It stays on record, counts as dead no more, and is not tried again. What it should have done has not happened.");

fn question(admin: Admin, job: &JobRow, words: Words, fields: &WhyFields) -> Ask {
    let above = vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Jobs".into() }];
    let (verb, lead) = words;
    Ask::new(admin, format!("{verb} {}", job.name), format!("{verb} {}", job.name))
        .under(above, verb)
        .lead(lead)
        .fields(vec![Field::new("area", "reason", "Reason").hint("For your colleagues and the record.").value(fields.reason.as_deref())])
        .danger()
        .rehearsed()
}

/// Asks before a job is cancelled.
pub async fn ask_cancel(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let job = store::find(admin.read(), id).await?;
    html(&question(admin, &job, CANCEL, &WhyFields::default()))
}

/// Shows the effect, then cancels it.
pub async fn cancel(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.cancel(id)).await?;
    let job = store::find(admin.read(), id).await?;
    match question(admin.clone(), &job, CANCEL, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok(format!("{} is cancelled.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(PATH))
        }
    }
}

/// Asks before a dead job is left at that.
pub async fn ask_discard(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let job = store::find(admin.read(), id).await?;
    html(&question(admin, &job, DISCARD, &WhyFields::default()))
}

/// Shows the effect, then does it.
pub async fn discard(admin: Admin, Path(id): Path<Uuid>, form: Form<WhyFields>) -> Result<Response> {
    let submitted = admin.submit(&form, form.fields.discard(id)).await?;
    let job = store::find(admin.read(), id).await?;
    match question(admin.clone(), &job, DISCARD, &form.fields).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            admin.tell(Flash::ok(format!("{} is discarded.", performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(PATH))
        }
    }
}
