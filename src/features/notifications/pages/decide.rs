//! Where a second admin looks at what another proposes, and decides.
use super::{badge, crumbs, done, home, subject};
use crate::features::notifications::actions::{ApproveNotification, DeclineNotification, NoFields};
use crate::features::notifications::model::{Notification, State};
use crate::features::notifications::store::{self, approvals, reach};
use crate::kernel::{Crowd, Error, Result};
use crate::web::ask::Ask;
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Path, Submitted, html, see_other};
use axum::Extension;
use axum::response::Response;
use std::ops::ControlFlow::{Break, Continue};
use uuid::Uuid;

async fn question(admin: Admin, subject: &Notification, people: i64) -> Result<Ask> {
    let mut db = admin.reader().await?;
    let proposal = approvals::open(&mut db, subject.id).await?;
    db.keep();
    let lead = proposal.map_or_else(
        || "Nothing of it waits for approval any more.".to_owned(),
        |proposal| {
            let when = subject.plan.words();
            format!(
                "{} proposes it, when it reached {} people; by now it reaches {}. Approved, it goes {when}. You approve exactly what its page shows.",
                proposal.proposer,
                number(proposal.people),
                number(people)
            )
        },
    );
    let button = format!("Approve: {} people", number(people));
    Ok(Ask::new(admin, format!("Approve “{}”", subject.content.title), button)
        .under(crumbs(Some(subject)), "Approve")
        .lead(lead)
        .badges(vec![badge(subject.state)])
        .rehearsed()
        .undo("While it is being sent it can be paused."))
}

async fn people(admin: &Admin, crowd: Crowd, subject: &Notification) -> Result<i64> {
    let mut db = admin.reader().await?;
    let now = store::now(&mut db).await?;
    let reach = reach::of(&mut db, subject, (crowd, now)).await?;
    db.keep();
    Ok(reach.people)
}

/// The question.
pub async fn ask(admin: Admin, Extension(crowd): Extension<Crowd>, Path(id): Path<Uuid>) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    if subject.state != State::Proposed {
        return Ok(see_other(&home(id)));
    }
    let people = people(&admin, crowd, &subject).await?;
    html(&question(admin, &subject, people).await?)
}

/// Shows the effect, then approves.
pub async fn approve(admin: Admin, Extension(crowd): Extension<Crowd>, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let subject = subject(&admin, id).await?;
    let people = people(&admin, crowd, &subject).await?;
    let submitted = admin.submit(&form, Ok(ApproveNotification { id, people })).await?;
    match question(admin.clone(), &subject, people).await?.settle(submitted)? {
        Break(page) => Ok(page),
        Continue(performed) => {
            let sentence = match performed.output {
                State::Scheduled => format!("It is approved, and goes {}.", subject.plan.words()),
                _ => "It is approved, and on its way.".to_owned(),
            };
            done(&admin, id, Flash::ok(sentence), performed.audit_id).await
        }
    }
}

/// Declines it, or takes one's own back.
pub async fn decline(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    match admin.submit(&form, Ok(DeclineNotification { id })).await? {
        Submitted::Done(performed) => {
            let sentence = if performed.output {
                "You have taken the proposal back: it is a draft again."
            } else {
                "It is declined: it is a draft again."
            };
            done(&admin, id, Flash::ok(sentence), performed.audit_id).await
        }
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}
