//! Changing settings: reviewed all together, then done; corrected where something is wrong, with everything that was typed.
use super::index::{self, page, rows, settings};
use super::review::Review;
use super::row::is_stale;
use crate::features::config::actions::{Anything, Sent};
use crate::kernel::{Error, Invalid, Result};
use crate::web::{Admin, Flash, Form, Submitted, html, respond, see_other, unprocessable};
use axum::response::Response;

/// The form with any number of settings.
pub async fn submit(admin: Admin, form: Form<Anything>) -> Result<Response> {
    let sent = Sent::read(&form.pairs)?;
    if sent.again {
        let rows = index::rows(&admin).await?;
        return html(&page(admin, &sent, &rows, &Invalid::default()));
    }
    let action = sent.action(&admin.site().live.now().settings, form.fingerprint.is_some());
    let submitted = match admin.submit(&form, action).await {
        Err(Error::Conflict(why)) => return outrun(admin, &sent, Error::Conflict(why)).await,
        other => other?,
    };
    match submitted {
        Submitted::Done(performed) => {
            admin.tell(Flash::ok(done(&performed.output)).audit(performed.audit_id)).await?;
            Ok(see_other(&sent.origin()))
        }
        Submitted::Proposed(_) => Err(Error::internal("settings are not proposed")),
        Submitted::Preview(rehearsal) => html(&review(admin, &sent, &rehearsal.fingerprint).await?),
        Submitted::Changed(rehearsal) | Submitted::Mistyped(rehearsal) => {
            respond::conflict(&review(admin, &sent, &rehearsal.fingerprint).await?.changed())
        }
        Submitted::Invalid(invalid) => refused(admin, &sent, form.fingerprint.as_deref(), &invalid).await,
    }
}

async fn review(admin: Admin, sent: &Sent, fingerprint: &str) -> Result<Review> {
    let rows = rows(&admin).await?;
    let now = settings(&admin, &rows);
    Ok(Review::new(admin, sent, &now, fingerprint))
}

/// Only the reason is wrong: the review again. A setting is: its editor again.
async fn refused(admin: Admin, sent: &Sent, fingerprint: Option<&str>, invalid: &Invalid) -> Result<Response> {
    let is_why = |field: &str| matches!(field, "reason" | "ticket");
    match fingerprint {
        Some(fingerprint) if invalid.fields.iter().all(|(field, _)| is_why(field)) => {
            unprocessable(&review(admin, sent, fingerprint).await?.refused(invalid))
        }
        _ => {
            let rows = rows(&admin).await?;
            unprocessable(&page(admin, sent, &rows, invalid))
        }
    }
}

/// Somebody was faster: both values, in the list, with everything that was typed.
async fn outrun(admin: Admin, sent: &Sent, error: Error) -> Result<Response> {
    let rows = rows(&admin).await?;
    if !sent.edits.iter().any(|edit| is_stale(edit, &rows)) {
        return Err(error);
    }
    respond::conflict(&page(admin, sent, &rows, &Invalid::default()))
}

fn done(keys: &[String]) -> String {
    match keys {
        [key] => format!("{key} is changed, on every server within a second."),
        _ => format!("{} settings are changed, on every server within a second.", keys.len()),
    }
}
