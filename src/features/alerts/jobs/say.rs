//! Telling the chat, again and again until it has taken it.
use crate::gateways::chat::{Chat, Refusal};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// What is told of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Fired,
    Cleared,
}

/// Tells the chat.
#[derive(Debug, Serialize, Deserialize)]
pub struct Say {
    pub alert: Uuid,
    pub what: What,
    pub text: String,
}

impl Say {
    /// The same however often it is tried.
    pub fn key(&self) -> String {
        let what = match self.what {
            What::Fired => "fired",
            What::Cleared => "cleared",
        };
        format!("alerts.say:{}:{what}", self.alert)
    }
}

impl Job for Say {
    type State = Chat;
    const NAME: &'static str = "alerts.say";
    const MAX_ATTEMPTS: u32 = 40;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Chat>) -> Result<(), JobError> {
        let chat = work.state().clone();
        match chat.say(&self.text, &format!("/admin/alerts/{}", self.alert), &self.key()).await {
            Ok(()) => Ok(()),
            Err(Refusal::NotNow { why, after }) => Err(JobError::Retry { why, after }),
            Err(Refusal::Never(why)) => Err(JobError::Fail { why }),
        }
    }
}
