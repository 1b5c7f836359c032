//! What the demo's payment gateway knows from the start: the payments in the demo's tables, the cards that were agreed to, and what went
//! back; read when it is asked for, so that it knows the same after each start.
use super::finby::{Ear, Kind, Known, Source, card};
use crate::gateways::finby::Amount;
use async_trait::async_trait;
use sqlx::PgPool;

/// The demo's payments, as far as its tables tell of them.
pub struct Papers {
    pool: PgPool,
    public_url: String,
}

impl Papers {
    /// Over the pool of the server's own role; what is new is told at `public_url`.
    pub fn new(pool: PgPool, public_url: &str) -> Self {
        Self { pool, public_url: public_url.trim_end_matches('/').to_owned() }
    }

    async fn payment(&self, id: i64) -> sqlx::Result<Option<Known>> {
        let row = sqlx::query!(
            r#"select p.amount_minor, p.currency, p.status, p.charged_back_at is not null as "charged_back!", p.user_id,
                 p.refunded_minor + coalesce((select sum(o.amount_minor) from backlot.billing_operations o where o.payment_id = p.id
                   and o.kind = 'refund' and o.state in ('waiting', 'uncertain') and o.gateway_ref is not null), 0)::bigint as "gone!",
                 (select o.reference from backlot.billing_operations o where o.gateway_ref = $2 and o.kind <> 'refund' limit 1) as reference,
                 exists (select from backlot.mandates m where m.initial_ref = $2 and m.gateway_mode = 'sandbox') as "is_initial!"
               from platform.payments p where p.gateway_ref = $1 and p.gateway_mode = 'sandbox'"#,
            id.to_string(),
            id
        );
        let Some(row) = row.fetch_optional(&self.pool).await? else { return Ok(None) };
        let state = match row.status.as_str() {
            _ if row.charged_back => "Chargebacked",
            "failed" => "Rejected",
            "pending" => "Pending",
            _ => "Paid",
        };
        let kind = if row.is_initial { Kind::Initial } else { Kind::Purchase };
        let Some(amount) = Amount::new(row.amount_minor, &row.currency) else { return Ok(None) };
        let reference = row.reference.unwrap_or_else(|| format!("demo_{id}"));
        let card = self.card(row.user_id).await?;
        Ok(Some(Known { kind, amount, reference, state, card, of: None, gone: row.gone, ear: self.ear(kind) }))
    }

    /// An agreement without a payment of its own: a trial's.
    async fn agreement(&self, id: i64) -> sqlx::Result<Option<Known>> {
        let user = sqlx::query_scalar!("select user_id from backlot.mandates where initial_ref = $1 and gateway_mode = 'sandbox'", id);
        let Some(user) = user.fetch_optional(&self.pool).await? else { return Ok(None) };
        let Some(amount) = Amount::new(100, "EUR") else { return Ok(None) };
        let (kind, card) = (Kind::Initial, self.card(user).await?);
        Ok(Some(Known { kind, amount, reference: format!("demo_{id}"), state: "Paid", card, of: None, gone: 100, ear: self.ear(kind) }))
    }

    async fn refund(&self, id: i64) -> sqlx::Result<Option<Known>> {
        let row = sqlx::query!(
            "select o.amount_minor, o.currency, o.reference, o.state, p.gateway_ref from backlot.billing_operations o
               join platform.payments p on p.id = o.payment_id
             where o.gateway_ref = $1 and o.kind = 'refund' and o.gateway_mode = 'sandbox' limit 1",
            id
        );
        let Some(row) = row.fetch_optional(&self.pool).await? else { return Ok(None) };
        let Some(amount) = Amount::new(row.amount_minor, &row.currency) else { return Ok(None) };
        let state = if row.state == "failed" { "Rejected" } else { "Refunded" };
        let of = row.gateway_ref.and_then(|number| number.parse().ok());
        let (kind, ear) = (Kind::Refund, self.ear(Kind::Refund));
        Ok(Some(Known { kind, amount, reference: row.reference, state, card: String::new(), of, gone: 0, ear }))
    }

    /// What is told of it, and where: MAPI5 tells in fields, the REST API in JSON.
    fn ear(&self, kind: Kind) -> Ear {
        match kind {
            Kind::Initial | Kind::Subsequent => Ear::Fields(format!("{}/webhooks/finby/mapi", self.public_url)),
            Kind::Purchase | Kind::Refund => Ear::Json(format!("{}/webhooks/finby", self.public_url)),
        }
    }

    /// What a user's card does, as far as their payments tell: one that once asked for its customer asks again, and one whose last
    /// charge was refused still is.
    async fn card(&self, user: uuid::Uuid) -> sqlx::Result<String> {
        let row = sqlx::query!(
            r#"select exists (select from platform.payments where user_id = $1 and failure_code = '300.100.100') as "asks!",
                 (select case when status = 'failed' then failure_code end from platform.payments where user_id = $1 and status <> 'pending'
                  order by created_at desc, id desc limit 1) as code"#,
            user
        );
        let row = row.fetch_one(&self.pool).await?;
        Ok(match row.code.as_deref() {
            _ if row.asks => card::ASKS_AGAIN,
            Some("800.100.155") => card::RUNS_DRY,
            Some("800.100.162") => card::OVER_LIMIT,
            Some("800.100.157") => card::EXPIRED,
            Some("800.100.153") => card::WRONG_CVV,
            Some("800.100.165") => card::PICK_UP,
            _ => card::GOOD,
        }
        .to_owned())
    }
}

#[async_trait]
impl Source for Papers {
    async fn find(&self, id: i64) -> Option<Known> {
        // What cannot be read is not known: the gateway says so, and is asked again.
        if let Some(known) = self.payment(id).await.ok().flatten() {
            return Some(known);
        }
        if let Some(known) = self.refund(id).await.ok().flatten() {
            return Some(known);
        }
        self.agreement(id).await.ok().flatten()
    }
}
