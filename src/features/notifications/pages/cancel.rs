//! Asking before a notification is cancelled.
use super::{badge, crumbs, done, subject};
use crate::features::notifications::actions::{CancelNotification, NoFields};
use crate::features::notifications::model::{Notification, State};
use crate::kernel::Result;
use crate::web::ask::Ask;
use crate::web::{Admin, Flash, Form, Path, html};
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

fn question(admin: Admin, subject: &Notification) -> Ask {
    let lead = match subject.state {
        State::Sending | State::Paused => "Whoever has it keeps it; nobody else gets it. A batch that is on its way is still delivered.",
        State::Scheduled if subject.is_series() => "It does not come again. What has been sent stays.",
        _ => "It is not sent.",
    };
    Ask::new(admin, format!("Cancel “{}”", subject.content.title), "Cancel this notification")
        .under(crumbs(Some(subject)), "Cancel")
        .lead(lead)
        .badges(vec![badge(subject.state)])
        .rehearsed()
        .danger()
        .undo("It can be duplicated at any time.")
}

/// The question.
pub async fn ask(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    html(&question(admin, &subject))
}

/// Shows the effect, then does it.
pub async fn submit(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let submitted = admin.submit(&form, Ok(CancelNotification { id })).await?;
    let subject = subject(&admin, id).await?;
    match question(admin.clone(), &subject).settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => done(&admin, id, Flash::ok("The notification is cancelled."), performed.audit_id).await,
    }
}
