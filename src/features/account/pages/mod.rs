//! What an admin sees of their own account, and where they change it; a file each.
pub mod codes;
pub mod factor;
pub mod name;
pub mod passkeys;
pub mod password;
pub mod preferences;
pub mod sessions;
pub mod show;
pub mod theme;

use crate::kernel::{Action, Error, Invalid, Performed, Result};
use crate::web::parts::Link;
use crate::web::{Admin, Flash, Form, Submitted, link, see_other};
use axum::response::Response;

const HOME: &str = "/admin/account";

/// The pages above one of these.
fn crumbs() -> Vec<Link> {
    vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: HOME.into(), label: "Your account".into() }]
}

/// Does what was asked, or says what must be corrected. Nothing here is rehearsed: it is one's own.
async fn take<A: Action, F>(
    admin: &Admin,
    form: &Form<F>,
    action: Result<A, Invalid>,
) -> Result<std::result::Result<Performed<A::Output>, Invalid>> {
    match admin.submit(form, action).await? {
        Submitted::Done(performed) => Ok(Ok(performed)),
        Submitted::Invalid(invalid) => Ok(Err(invalid)),
        _ => Err(Error::internal("an account's actions are not rehearsed")),
    }
}

/// What can be corrected is shown beside its field; anything else ends the request.
fn correctable<T>(result: Result<T>) -> Result<std::result::Result<T, Invalid>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Invalid(invalid)) => Ok(Err(invalid)),
        Err(other) => Err(other),
    }
}

/// Back to the account, with a sentence that links to the record.
async fn done<T>(admin: &Admin, performed: &Performed<T>, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(performed.audit_id)).await?;
    Ok(see_other(HOME))
}

/// Where the second factor is shown first, when it is due: before anything is typed that must not be kept meanwhile.
fn first_confirm(admin: &Admin) -> Option<Response> {
    let confirm = || see_other(&format!("/confirm?next={}", link::escape(admin.here().split('?').next().unwrap_or(HOME))));
    (!admin.actor().assured()).then(confirm)
}
