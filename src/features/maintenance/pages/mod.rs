//! What can be seen of maintenance, and where it is asked for; a file each.
pub mod begin;
pub mod cancel;
pub mod change;
pub mod end;
mod form;
pub mod index;
pub mod plan;
mod rows;
pub mod told;

use super::model::{State, Window};
use crate::kernel::Result;
use crate::web::parts::{Badge, Link};
use crate::web::{Admin, Flash, see_other};
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/maintenance";

/// The pages above an action.
fn crumbs() -> Vec<Link> {
    vec![Link { href: "/admin".into(), label: "Home".into() }, Link { href: PATH.into(), label: "Maintenance".into() }]
}

/// The window that an action is asked about.
async fn subject(admin: &Admin, id: Uuid) -> Result<Window> {
    let mut db = admin.reader().await?;
    let window = super::store::find(&mut db, id).await?;
    db.keep();
    Ok(window)
}

/// A state in its colour.
fn badge(state: State) -> Badge {
    let tone = match state {
        State::Active => "warn",
        State::Planned => "info",
        State::Ended | State::Cancelled => "",
    };
    Badge::new(tone, state.label())
}

/// What is shown of the zone that times are typed in.
fn zone_hint(zone: &str) -> String {
    format!("In your time zone, {zone}.")
}

/// Back to the page, with a sentence that links to the record.
async fn done(admin: &Admin, audit_id: Uuid, flash: Flash) -> Result<Response> {
    admin.tell(flash.audit(audit_id)).await?;
    Ok(see_other(PATH))
}
