//! Comparing with the gateway, day by day: what it was not asked about is asked, some at a time, and the days are written down.
use super::passing;
use crate::features::billing::jobs::Till;
use crate::features::billing::store::calls::{self, Call};
use crate::features::billing::store::hear::word;
use crate::features::billing::store::payments;
use crate::features::billing::store::reconcile::{self, Unseen};
use crate::gateways::finby::{Amount, GatewayError, Payment};
use crate::jobs::{Job, JobError, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most that are asked about in one go.
const MOST: i64 = 100;

/// Asks about what is unseen, and writes the last days down.
#[derive(Serialize, Deserialize)]
pub struct Reconcile;

impl Job for Reconcile {
    type State = Till;
    const NAME: &'static str = "billing.reconcile";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(540);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let payments = work.state().payments.clone();
        let Some((mode, gateway)) = payments.mode().zip(payments.gateway()) else { return Ok(()) };
        let mut tx = work.transaction().await?;
        let unseen = reconcile::unseen(&mut tx, mode, MOST).await.map_err(passing)?;
        drop(tx);
        for payment in unseen {
            let Some(number) = payment.gateway_ref.parse().ok() else { continue };
            let call = Call::begin("fetch");
            let fetched = gateway.fetch(number).await;
            let made = call.end(&fetched, None);
            let mut tx = work.transaction().await?;
            calls::note(&mut tx, None, &made).await.map_err(passing)?;
            if let Some(word) = theirs(&payment, &fetched) {
                payments::seen(&mut tx, payment.id, word).await.map_err(passing)?;
            }
            tx.commit_step(None).await?;
            if matches!(fetched, Err(GatewayError::Throttled(_) | GatewayError::NeverSent(_) | GatewayError::Auth(_))) {
                break;
            }
        }
        let mut tx = work.transaction().await?;
        reconcile::write(&mut tx, mode).await.map_err(passing)?;
        tx.commit().await
    }
}

/// The gateway's word of a payment; nothing while it does not say.
fn theirs(payment: &Unseen, fetched: &Result<Payment, GatewayError>) -> Option<&'static str> {
    match fetched {
        Ok(found) if Amount::new(payment.amount_minor, &payment.currency) != Some(found.amount) => Some("Another amount"),
        Ok(found) => found.state.map(word),
        Err(GatewayError::NotFound) => Some("Not known"),
        Err(_) => None,
    }
}
