//! What is done with one click.
use super::{PATH, done};
use crate::features::notifications::actions::{
    DuplicateNotification, NoFields, PauseNotification, ResumeNotification, SendFailedAgain, TestNotification,
};
use crate::kernel::{Error, Performed, Result};
use crate::live::settings::keys;
use crate::web::show::number;
use crate::web::{Admin, Flash, Form, Path, Submitted, see_other};
use axum::response::Response;
use uuid::Uuid;

fn performed<T>(submitted: Submitted<T>) -> Result<Performed<T>> {
    match submitted {
        Submitted::Done(performed) => Ok(performed),
        _ => Err(Error::internal("what is done at once was asked about")),
    }
}

/// Pauses it.
pub async fn pause(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(admin.submit(&form, Ok(PauseNotification { id })).await?)?;
    done(&admin, id, Flash::ok("It is paused, as soon as the batch that is on its way is delivered."), performed.audit_id).await
}

/// Goes on with it.
pub async fn resume(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(admin.submit(&form, Ok(ResumeNotification { id })).await?)?;
    done(&admin, id, Flash::ok("It goes on where it was."), performed.audit_id).await
}

/// Sends again what failed, but not for good.
pub async fn again(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(admin.submit(&form, Ok(SendFailedAgain { id })).await?)?;
    let words = match performed.output {
        1 => "One letter is sent again.".to_owned(),
        letters => format!("{} letters are sent again.", number(letters)),
    };
    done(&admin, id, Flash::ok(words), performed.audit_id).await
}

/// Makes a draft of the same.
pub async fn duplicate(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let performed = performed(admin.submit(&form, Ok(DuplicateNotification { id, copy: form.key })).await?)?;
    admin.tell(Flash::ok("This is the copy, a draft.").audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{}/edit", performed.output)))
}

/// Sends a letter to whoever asks.
pub async fn test(admin: Admin, Path(id): Path<Uuid>, form: Form<NoFields>) -> Result<Response> {
    let sender = admin.site().live.now().settings.get(keys::NOTIFICATION_SENDER);
    let action = TestNotification { id, to: admin.email().to_owned(), sender };
    let performed = performed(admin.submit(&form, Ok(action)).await?)?;
    admin.tell(Flash::ok(format!("A test letter goes to {}.", performed.output)).audit(performed.audit_id)).await?;
    Ok(see_other(&format!("{PATH}/{id}/send")))
}
