//! Where an admin is signed in, and out again.
use super::{done, take};
use crate::features::account::actions::{EndOtherSessions, EndSession, NoFields};
use crate::features::account::model::{OpenSession, reference};
use crate::kernel::{Error, Result};
use crate::web::show::Moment;
use crate::web::{Admin, Flash, Form, Path, agent};
use axum::response::Response;

/// A session, as the panel shows it.
pub struct SessionRow {
    pub reference: String,
    pub device: String,
    /// What the browser calls itself.
    pub agent: String,
    pub address: String,
    pub started: Moment,
    pub used: Moment,
    pub is_this: bool,
}

impl SessionRow {
    pub fn of(admin: &Admin, open: OpenSession) -> Self {
        Self {
            is_this: open.reference == reference(&admin.signed().id_hash),
            device: agent::words(&open.agent),
            address: open.address.map(|address| address.to_string()).unwrap_or_default(),
            started: admin.time(open.started_at),
            used: admin.time(open.last_seen_at),
            reference: open.reference,
            agent: open.agent,
        }
    }
}

/// Ends one.
pub async fn end(admin: Admin, Path(reference): Path<String>, form: Form<NoFields>) -> Result<Response> {
    match take(&admin, &form, Ok(EndSession { reference })).await? {
        Ok(performed) => done(&admin, &performed, Flash::ok(format!("The session is ended: {}.", performed.output))).await,
        Err(invalid) => Err(Error::Invalid(invalid)),
    }
}

/// Ends all but this one.
pub async fn end_others(admin: Admin, form: Form<NoFields>) -> Result<Response> {
    match take(&admin, &form, Ok(EndOtherSessions {})).await? {
        Ok(performed) => {
            let text = match performed.output {
                1 => "Your other session is ended.".to_owned(),
                more => format!("Your {more} other sessions are ended."),
            };
            done(&admin, &performed, Flash::ok(text)).await
        }
        Err(invalid) => Err(Error::Invalid(invalid)),
    }
}
