//! Letters: written with the change that they tell of, sent afterwards by a job, at least once.

mod job;
pub mod smtp;

pub use job::SendLetter;

use crate::jobs::NewJob;
use crate::kernel::one_time::OneTime;
use crate::kernel::secret::Secrets;
use crate::kernel::{Actor, Result, Tx};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A letter to one person. It may end with a one-time link, whose token is made only when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub link: Option<LinkAt>,
    /// A page of Backlot that it points to: `/admin/exports/…`.
    #[serde(default)]
    pub page: Option<String>,
}

/// A one-time link by its id, and the page that it opens: `/welcome/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAt {
    pub page: String,
    pub id: Uuid,
}

impl Letter {
    /// A letter without a link.
    pub fn new(to: impl Into<String>, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { to: to.into(), subject: subject.into(), text: text.into(), link: None, page: None }
    }

    /// Ends it with a one-time link.
    #[must_use]
    pub fn link(mut self, page: &str, id: Uuid) -> Self {
        self.link = Some(LinkAt { page: page.to_owned(), id });
        self
    }

    /// Ends it with the address of a page, for whoever signs in.
    #[must_use]
    pub fn page(mut self, path: &str) -> Self {
        self.page = Some(path.to_owned());
        self
    }

    /// Puts it into the queue, in the transaction of the change that it tells of.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn post(self, tx: &mut Tx, actor: &Actor) -> Result<()> {
        let mut job = NewJob::of(&SendLetter(self))?.cause(tx.audit_id());
        if let Some(request) = actor.request_id {
            job = job.request_id(request);
        }
        job.enqueue(tx).await?;
        Ok(())
    }
}

/// A letter as it goes out: the link is written out, and the id is the same at every try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Why a letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It will pass: the same letter may go later.
    #[error("{why}")]
    NotNow { why: String, after: Option<Duration> },
    /// It is the letter: nobody has that address, or it is malformed.
    #[error("{0}")]
    NotThis(String),
}

/// Takes letters.
#[async_trait]
pub trait Carrier: Send + Sync + 'static {
    /// Takes one, or says why not.
    ///
    /// # Errors
    /// Whether it is worth another try.
    async fn carry(&self, letter: &Envelope) -> std::result::Result<(), Refusal>;
}

/// What sends letters; cheap to clone.
#[derive(Clone)]
pub struct Mail {
    carrier: Option<Arc<dyn Carrier>>,
    secrets: Arc<Secrets>,
    public_url: Arc<str>,
}

impl Mail {
    /// Through a carrier; without one letters are not sent, and pages show links to whoever made them.
    pub fn new(carrier: Option<Arc<dyn Carrier>>, secrets: Arc<Secrets>, public_url: &str) -> Self {
        Self { carrier, secrets, public_url: public_url.trim_end_matches('/').into() }
    }

    /// Whether letters arrive anywhere.
    pub fn is_carried(&self) -> bool {
        self.carrier.is_some()
    }

    /// Where a one-time link leads, token and all.
    pub fn address(&self, link: &LinkAt) -> String {
        format!("{}{}{}", self.public_url, link.page, OneTime::token(&self.secrets, link.id))
    }

    fn envelope(&self, id: Uuid, letter: &Letter) -> Envelope {
        let link = letter.link.as_ref().map(|link| format!("\n\n{}", self.address(link))).unwrap_or_default();
        let page = letter.page.as_ref().map(|path| format!("\n\n{}{path}", self.public_url)).unwrap_or_default();
        let body = format!("{}{link}{page}\n\n-- \nBacklot, {}\n", letter.text, self.public_url);
        Envelope { id, to: letter.to.clone(), subject: letter.subject.clone(), body }
    }
}
