//! Who carries the letters: the demo's mailbox, or the mail server of the settings.
use crate::gateways::mail::smtp::{Smtp, Unusable};
use crate::gateways::mail::{Carrier, Mail};
use crate::gateways::watch::{Calls, Gateway, Watched};
use crate::kernel::secret::Secrets;
use crate::sandbox::mailbox::Mailbox;
use crate::settings::Settings;
use crate::web::site::Environment;
use sqlx::PgPool;
use std::sync::Arc;

/// What sends letters in this environment.
///
/// # Errors
/// When the mail server's settings cannot be used.
pub fn mail(settings: &Settings, work: &PgPool, secrets: Arc<Secrets>, calls: &Calls) -> Result<Mail, Unusable> {
    let carrier: Option<Arc<dyn Carrier>> = match &settings.mail {
        _ if settings.environment == Environment::Sandbox => Some(Arc::new(Watched::new(Gateway::Mail, Mailbox::new(work.clone()), calls))),
        Some((server, sender)) => {
            let smtp = Smtp::new(server.clone(), sender.clone(), &settings.public_url)?;
            Some(Arc::new(Watched::new(Gateway::Mail, smtp, calls)))
        }
        None => {
            tracing::warn!("BACKLOT_SMTP_URL is not set: letters are not sent");
            None
        }
    };
    Ok(Mail::new(carrier, secrets, &settings.public_url))
}
