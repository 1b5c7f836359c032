//! Sending an operation to the gateway: once, and never blindly again.
use super::answer::{Answer, Order};
use super::passing;
use crate::features::billing::jobs::Till;
use crate::features::billing::model::operation::{Kind, Operation, State};
use crate::features::billing::model::payment::PaymentStatus;
use crate::features::billing::store::{calls, operations, payments, settle, steps};
use crate::gateways::finby::GatewayError;
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Error;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Sends an operation.
///
/// Before it asks, it notes that it will, in a transaction of its own: whoever finds that note and no answer, because the server was
/// killed in between, knows only that money may have moved, and says so instead of asking again.
#[derive(Serialize, Deserialize)]
pub struct Send {
    pub operation: Uuid,
}

/// The longest pause that the gateway may ask for.
const LONGEST: Duration = Duration::from_secs(600);

impl Job for Send {
    type State = Till;
    const NAME: &'static str = "billing.send";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let Some(order) = self.claim(work).await? else { return Ok(()) };
        let till = work.state().clone();
        let (answer, made) = super::answer::ask(&till, order).await;
        if let Answer::NotSent(error) = answer {
            return self.not_sent(work, error, &made).await;
        }
        let rules = till.rules();
        let mut tx = work.transaction().await?;
        calls::note(&mut tx, Some(self.operation), &made).await.map_err(passing)?;
        let now = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        super::answer::write(&mut tx, &now, &answer, &rules).await.map_err(passing)?;
        tx.commit().await
    }
}

impl Send {
    /// Notes that it is about to be sent; nothing, when there is nothing to send any more.
    async fn claim(&self, work: &mut Work<Till>) -> Result<Option<Order>, JobError> {
        let payments = work.state().payments.clone();
        let mut tx = work.transaction().await?;
        let operation = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        if operation.state == State::Sending {
            lost(&mut tx, &operation, "The server that sent it stopped before there was an answer.").await.map_err(passing)?;
            tx.commit().await?;
            return Ok(None);
        }
        if operation.state != State::Queued {
            tx.commit().await?;
            return Ok(None);
        }
        let hindrance = match payments.of(operation.mode) {
            Err(error) => Some(error.to_string()),
            Ok(_) => hindrance(&mut tx, &operation).await.map_err(passing)?,
        };
        if let Some(why) = hindrance {
            settle::call_off(&mut tx, &operation, &why).await.map_err(passing)?;
            tx.commit().await?;
            return Ok(None);
        }
        let order = Order::of(&mut tx, operation).await.map_err(passing)?;
        match steps::sending(&mut tx, self.operation).await.map_err(operations::refused) {
            Ok(()) => tx.commit_step(None).await?,
            Err(Error::Conflict(why)) => {
                drop(tx);
                self.refused(work, &why).await?;
                return Ok(None);
            }
            Err(error) => return Err(passing(error)),
        }
        Ok(Some(order))
    }

    /// The database does not let it go: the subscription was cancelled, or the agreement revoked.
    async fn refused(&self, work: &mut Work<Till>, why: &str) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let operation = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        if operation.state == State::Queued {
            settle::call_off(&mut tx, &operation, why).await.map_err(passing)?;
        }
        tx.commit().await
    }

    /// Nothing was sent: it will be, with the same reference; but for the last time.
    async fn not_sent(&self, work: &mut Work<Till>, error: GatewayError, made: &calls::Made) -> Result<(), JobError> {
        let is_last = work.attempt() >= i32::try_from(Self::MAX_ATTEMPTS).unwrap_or(i32::MAX);
        let mut tx = work.transaction().await?;
        calls::note(&mut tx, Some(self.operation), made).await.map_err(passing)?;
        let now = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        if now.state != State::Sending {
            return tx.commit().await;
        }
        if is_last {
            settle::call_off(&mut tx, &now, &format!("Never sent: {error}.")).await.map_err(passing)?;
            return tx.commit().await;
        }
        steps::not_sent(&mut tx, self.operation, &format!("Not sent yet: {error}.")).await.map_err(passing)?;
        tx.commit_step(None).await?;
        Err(match error {
            GatewayError::Throttled(Some(pause)) => JobError::retry_after(error, pause.min(LONGEST)),
            other => JobError::retry(other),
        })
    }
}

/// Why a queued operation must not be sent any more.
async fn hindrance(db: &mut PgConnection, operation: &Operation) -> Result<Option<String>, Error> {
    let (Kind::Charge | Kind::Link, Some(payment)) = (operation.kind, operation.payment) else { return Ok(None) };
    let payment = payments::lock(db, payment).await?;
    let is_owed = matches!(payment.status, PaymentStatus::Pending | PaymentStatus::Failed);
    Ok((!is_owed).then(|| "It was paid in another way meanwhile.".to_owned()))
}

/// Nobody knows whether money moved: it is told as that, and never sent again.
pub async fn lost(db: &mut PgConnection, operation: &Operation, why: &str) -> Result<(), Error> {
    tracing::warn!(operation = %operation.id, why, "nobody knows whether money moved");
    metrics::counter!("backlot_billing_alerts_total", "what" => "uncertain").increment(1);
    let answer = format!("{why} Money may have moved, so it is not sent again.");
    let look_in = operation.gateway_ref.map(|_| super::look::pause(0));
    steps::heard(db, operation.id, &steps::Heard { state: State::Uncertain, number: None, code: None, answer: &answer, look_in }).await
}
