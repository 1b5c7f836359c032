//! Sending a letter, once its change is committed.
use super::{Letter, Mail, Refusal};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Sends a letter.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLetter(pub Letter);

impl Job for SendLetter {
    type State = Mail;
    const NAME: &'static str = "mail.send";
    const MAX_ATTEMPTS: u32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Mail>) -> Result<(), JobError> {
        let mail = work.state().clone();
        let Some(carrier) = &mail.carrier else { return Ok(()) };
        match carrier.carry(&mail.envelope(work.id(), &self.0)).await {
            Ok(()) => Ok(()),
            Err(Refusal::NotNow { why, after }) => Err(JobError::Retry { why, after }),
            Err(Refusal::Unheard(why)) => Err(JobError::Retry { why, after: None }),
            Err(Refusal::NotThis(why)) => Err(JobError::Fail { why }),
        }
    }
}
