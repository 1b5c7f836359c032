//! A customer's letter about what they pay: under the name that customers know, not ours.
use super::passing;
use crate::features::billing::jobs::Till;
use crate::features::billing::store::tell;
use crate::gateways::mail::{Dress, Letter, SendLetter};
use crate::jobs::{Job, JobError, NewJob, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Writes a letter to a customer.
#[derive(Serialize, Deserialize)]
pub struct Tell {
    pub user: Uuid,
    pub title: String,
    pub body: String,
}

impl Job for Tell {
    type State = Till;
    const NAME: &'static str = "billing.tell";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(30);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let sender = work.state().sender();
        let mut tx = work.transaction().await?;
        if let Some(to) = tell::address(&mut tx, self.user).await.map_err(passing)? {
            let text = format!("{}\n\n-- \n{sender}\n", self.body);
            let paragraphs: String = self.body.split("\n\n").map(|part| format!("<p>{}</p>", linked(part))).collect();
            let html = format!("<h1>{}</h1>{paragraphs}<hr><p>{}</p>", escape(&self.title), escape(&sender));
            let letter = Letter::new(to, self.title, text).dressed(Dress { sender, html, unsubscribe: None });
            NewJob::of(&SendLetter(letter))?.enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}

/// A paragraph; one that is only an address is a link.
fn linked(part: &str) -> String {
    let text = escape(part);
    if part.starts_with("http") && !part.contains(char::is_whitespace) { format!("<a href=\"{text}\">{text}</a>") } else { text }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}
