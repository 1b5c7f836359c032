//! Where the demo's letters arrive: a table, in place of a mail server.
use crate::gateways::mail::{Carrier, Envelope, Refusal};
use async_trait::async_trait;
use sqlx::PgPool;

/// A carrier that delivers into this database; the mailbox page shows what is there.
pub struct Mailbox {
    pool: PgPool,
}

impl Mailbox {
    /// Delivers over the pool of the server's own role.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl Carrier for Mailbox {
    async fn carry(&self, letter: &Envelope) -> Result<(), Refusal> {
        let Envelope { id, to, subject, body, .. } = letter;
        let delivery = sqlx::query!(
            "insert into backlot.mailbox (id, to_address, subject, body) values ($1, $2, $3, $4) on conflict (id) do nothing",
            id,
            to,
            subject,
            body
        );
        let delivered = delivery.execute(&self.pool).await;
        delivered.map(|_| ()).map_err(|error| Refusal::NotNow { why: format!("the mailbox: {error}"), after: None })
    }
}
