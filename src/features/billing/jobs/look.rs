//! Asking the gateway how an operation is: soon at first, less and less often, until it is over.
use super::conclude::{Verdict, conclude};
use super::passing;
use crate::features::billing::jobs::Till;
use crate::features::billing::model::operation::{Operation, SettledBy, State};
use crate::features::billing::store::calls::{self, Call};
use crate::features::billing::store::{operations, steps, watch};
use crate::jobs::{Job, JobError, NewJob, Work};
use crate::kernel::Result;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// The pauses between looks; the last is kept.
const PAUSES: [Duration; 5] =
    [Duration::from_secs(20), Duration::from_secs(60), Duration::from_secs(300), Duration::from_secs(1_800), Duration::from_secs(7_200)];
/// The most that are found late in one go.
const MOST: i64 = 200;

/// How long until the look after so many.
pub fn pause(looks: i32) -> Duration {
    let at = usize::try_from(looks).unwrap_or(0).min(PAUSES.len() - 1);
    PAUSES[at]
}

/// Has one looked at after the pause that its number of looks asks for.
pub async fn soon(db: &mut PgConnection, operation: Uuid, looks: i32) -> Result<()> {
    NewJob::of(&Look { operation })?.after(pause(looks)).enqueue(db).await?;
    Ok(())
}

/// Looks at one operation, and asks for the next look.
#[derive(Serialize, Deserialize)]
pub struct Look {
    pub operation: Uuid,
}

impl Job for Look {
    type State = Till;
    const NAME: &'static str = "billing.look";
    const MAX_ATTEMPTS: u32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let till = work.state().clone();
        let mut tx = work.transaction().await?;
        let operation = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        let is_due = watch::is_due(&mut tx, self.operation).await.map_err(passing)?;
        let gateway = till.payments.of(operation.mode).ok();
        let (Some(number), Some(gateway), true) = (operation.gateway_ref, gateway, is_due && is_open(&operation)) else {
            // It is over, or another look came first and has asked for the next.
            return tx.commit().await;
        };
        drop(tx);
        let call = Call::begin("fetch");
        let fetched = gateway.fetch(number).await;
        let made = call.end(&fetched, None);
        let rules = till.rules();
        let mut tx = work.transaction().await?;
        calls::note(&mut tx, Some(self.operation), &made).await.map_err(passing)?;
        let operation = operations::lock(&mut tx, self.operation).await.map_err(passing)?;
        match fetched {
            // Not there yet, throttled, away: what was known still holds.
            Err(error) => tracing::info!(operation = %self.operation, %error, "the gateway did not say how an operation is"),
            Ok(payment) => {
                if let Verdict::Odd(why) = conclude(&mut tx, &operation, &payment, SettledBy::Look, &rules).await.map_err(passing)? {
                    tracing::error!(operation = %self.operation, why, "the gateway's state of an operation is not what was asked for");
                    metrics::counter!("backlot_billing_alerts_total", "what" => "odd_state").increment(1);
                }
            }
        }
        if is_open(&operations::find(&mut *tx, self.operation).await.map_err(passing)?) {
            let looks = operation.looks.saturating_add(1);
            steps::look_again(&mut tx, self.operation, Some(pause(looks))).await.map_err(passing)?;
            soon(&mut tx, self.operation, looks).await.map_err(passing)?;
        }
        tx.commit().await
    }
}

fn is_open(operation: &Operation) -> bool {
    matches!(operation.state, State::Waiting | State::Uncertain)
}

/// Finds what nobody takes care of any more, for whatever reason, and has somebody do it: operations that were never sent, that stopped
/// while they were sent, or were not looked at in time, and notices that nobody has looked into.
#[derive(Serialize, Deserialize)]
pub struct LookForLate;

impl Job for LookForLate {
    type State = Till;
    const NAME: &'static str = "billing.look_for_late";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for operation in watch::unsent(&mut tx, MOST).await.map_err(passing)? {
            operations::enqueue(&mut tx, operations::Asker::default(), operation).await.map_err(passing)?;
        }
        for id in watch::stuck(&mut tx, MOST).await.map_err(passing)? {
            let operation = operations::lock(&mut tx, id).await.map_err(passing)?;
            if operation.state == State::Sending {
                super::send::lost(&mut tx, &operation, "Whoever sent it gave no answer.").await.map_err(passing)?;
            }
        }
        for operation in watch::late(&mut tx, MOST).await.map_err(passing)? {
            NewJob::of(&Look { operation })?.dedup_key(format!("billing.look:{operation}")).enqueue(&mut tx).await?;
        }
        for notice in crate::features::billing::store::hear::late(&mut tx, MOST).await.map_err(passing)? {
            NewJob::of(&super::Hear { notice })?.dedup_key(format!("billing.hear:{notice}")).enqueue(&mut tx).await?;
        }
        tx.commit().await
    }
}
