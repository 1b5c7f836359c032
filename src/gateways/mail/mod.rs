//! Letters: written with the change that they tell of, sent afterwards by a job, at least once.

mod job;
pub mod smtp;
mod unsubscribe;

pub use job::SendLetter;
pub use unsubscribe::Unsubscribe;

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
    /// For a letter to a user of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dress: Option<Dress>,
}

/// What a letter to a user wears beside its text, which stands as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dress {
    /// The name it is from.
    pub sender: String,
    /// The same in HTML.
    pub html: String,
    /// Where one click means no more of them (RFC 8058); nothing where nobody can say no.
    pub unsubscribe: Option<String>,
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
        Self { to: to.into(), subject: subject.into(), text: text.into(), link: None, page: None, dress: None }
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

    /// For a user: with a name, HTML, and a way to say no.
    #[must_use]
    pub fn dressed(mut self, dress: Dress) -> Self {
        self.dress = Some(dress);
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
    pub dress: Option<Dress>,
}

/// Why a letter was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It will pass: the same letter may go later.
    #[error("{why}")]
    NotNow { why: String, after: Option<Duration> },
    /// No answer was heard: it may have been taken, or not. The same letter may go again; whoever gets it twice can tell by its id.
    #[error("{0}")]
    Unheard(String),
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

    /// Hands a letter over.
    ///
    /// # Errors
    /// Whether it is worth another try.
    pub async fn carry(&self, letter: &Envelope) -> std::result::Result<(), Refusal> {
        match &self.carrier {
            Some(carrier) => carrier.carry(letter).await,
            None => Err(Refusal::NotThis("no mail server is set up".into())),
        }
    }

    /// Where a user says that they want no more mail of a kind.
    pub fn unsubscribe(&self, user: Uuid, category: &str, notification: Uuid) -> String {
        format!("{}/u/{}", self.public_url, Unsubscribe { user, category: category.to_owned(), notification }.token(&self.secrets))
    }

    fn envelope(&self, id: Uuid, letter: &Letter) -> Envelope {
        let (to, subject, dress) = (letter.to.clone(), letter.subject.clone(), letter.dress.clone());
        if dress.is_some() {
            return Envelope { id, to, subject, body: letter.text.clone(), dress };
        }
        let link = letter.link.as_ref().map(|link| format!("\n\n{}", self.address(link))).unwrap_or_default();
        let page = letter.page.as_ref().map(|path| format!("\n\n{}{path}", self.public_url)).unwrap_or_default();
        let body = format!("{}{link}{page}\n\n-- \nBacklot, {}\n", letter.text, self.public_url);
        Envelope { id, to, subject, body, dress }
    }
}
