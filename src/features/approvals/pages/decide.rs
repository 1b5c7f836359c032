//! Where a proposal is decided: each button under the effect that it is about.
use super::home;
use super::show;
use crate::features::approvals::actions::{AgainFields, Approve, ApproveFields, NoFields, RejectFields, Withdraw};
use crate::features::approvals::model::State;
use crate::kernel::proposal::Draft;
use crate::kernel::{Error, Invalid, Performed, Result, Why};
use crate::web::{Admin, Flash, Form, Path, Submitted, respond, see_other, unprocessable};
use axum::response::Response;
use uuid::Uuid;

fn performed<T>(submitted: Submitted<T>) -> Result<Performed<T>> {
    match submitted {
        Submitted::Done(performed) => Ok(performed),
        Submitted::Invalid(invalid) => Err(Error::Invalid(invalid)),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

async fn done(admin: &Admin, id: Uuid, performed: &Performed<State>, sentence: &str) -> Result<Response> {
    admin.tell(Flash::ok(sentence).audit(performed.audit_id)).await?;
    Ok(see_other(&home(id)))
}

/// Approves exactly the effect that was shown. One that has changed since is shown instead.
pub async fn approve(admin: Admin, Path(id): Path<Uuid>, form: Form<ApproveFields>) -> Result<Response> {
    let found = show::subject(&admin, id).await?;
    let action = form.fields.parse(id);
    let waits = found.state == State::Open && found.bars(admin.actor()).is_none();
    if waits && !admin.already_sent(&form).await? {
        admin.desk().admit::<Approve>(admin.actor()).await?;
        let page = show::page(admin.clone(), id).await?;
        if !page.shows(form.fields.effect.as_deref()) {
            return respond::conflict(&page.changed());
        }
    }
    let performed = performed(admin.submit(&form, action).await?)?;
    done(&admin, id, &performed, "It is approved, and is done in a moment.").await
}

/// Rejects it, and says why.
pub async fn reject(admin: Admin, Path(id): Path<Uuid>, form: Form<RejectFields>) -> Result<Response> {
    show::subject(&admin, id).await?;
    match admin.submit(&form, form.fields.parse(id)).await? {
        Submitted::Invalid(invalid) => refused(admin, id, form.fields.reason.as_deref(), invalid).await,
        other => done(&admin, id, &performed(other)?, "It is rejected: nothing was done.").await,
    }
}

async fn refused(admin: Admin, id: Uuid, typed: Option<&str>, invalid: Invalid) -> Result<Response> {
    let mut page = show::page(admin, id).await?;
    page.reject = page.reject.value(typed).refused(&invalid);
    page.errors = invalid.fields;
    unprocessable(&page)
}

/// Takes one's own back.
pub async fn withdraw(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    show::subject(&admin, id).await?;
    let performed = performed(admin.submit(&form, Ok(Withdraw { id })).await?)?;
    done(&admin, id, &performed, "You have taken it back: nothing was done.").await
}

/// Proposes the same anew, with the effect that it would have now; the proposal before is void.
pub async fn again(admin: Admin, Path(id): Path<Uuid>, form: Form<AgainFields>) -> Result<Response> {
    let found = show::subject(&admin, id).await?;
    if found.proposed_by != admin.id() {
        return Err(Error::Conflict("Only whoever proposed it can propose it anew.".into()));
    }
    if found.state == State::Done {
        return Err(Error::Conflict("It is done already.".into()));
    }
    let is_sent = admin.already_sent(&form).await?;
    let tried = show::rehearse(&admin, &found, Some(admin.actor())).await;
    let rehearsal = match tried {
        Ok(now) if is_sent || form.fields.effect.as_deref() == Some(now.fingerprint.as_str()) => Some(now),
        Ok(_) => return respond::conflict(&show::page(admin, id).await?.changed()),
        Err(_) if is_sent => None,
        Err(why) => return Err(Error::Conflict(why.into())),
    };
    let draft = Draft {
        action: found.action,
        content: found.content,
        why: Why { reason: found.reason, ticket: found.ticket },
        asked_at: found.asked_at,
        rehearsal: rehearsal.map(Box::new),
    };
    Ok(see_other(&home(admin.propose(form.key, draft).await?)))
}
