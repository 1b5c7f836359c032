//! By the clock: renewals, charges tried again, ends; approvals and links whose time is over.
use super::passing;
use crate::features::billing::jobs::Till;
use crate::features::billing::model::operation::State;
use crate::features::billing::store::{link, operations, renew, settle, watch};
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Error;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most subscriptions of each kind that are taken in one go; the next minute takes more.
const MOST: i64 = 100;

/// Takes the subscriptions whose time has come. Only where this server was told to: elsewhere the platform does it itself.
#[derive(Serialize, Deserialize)]
pub struct Renew;

impl Job for Renew {
    type State = Till;
    const NAME: &'static str = "billing.renew";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let till = work.state().clone();
        let (Some(mode), true) = (till.payments.mode(), till.payments.renews()) else { return Ok(()) };
        let rules = till.rules();
        let mut tx = work.transaction().await?;
        let due = renew::due(&mut tx, mode, MOST).await.map_err(passing)?;
        drop(tx);
        for subscription in due {
            let mut tx = work.transaction().await?;
            match renew::step(&mut tx, subscription, mode, &rules).await {
                Ok(()) => tx.commit_step(None).await?,
                Err(error @ Error::Unavailable(_)) => return Err(passing(error)),
                // The others must not wait for one that does not work.
                Err(error) => tracing::warn!(%subscription, %error, "a subscription was not renewed"),
            }
        }
        Ok(())
    }
}

/// Ends what nobody decided about, and links that nobody paid by.
#[derive(Serialize, Deserialize)]
pub struct Expire;

impl Job for Expire {
    type State = Till;
    const NAME: &'static str = "billing.expire";
    const MAX_ATTEMPTS: u32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        for id in watch::undecided(&mut tx, MOST).await.map_err(passing)? {
            let operation = operations::lock(&mut tx, id).await.map_err(passing)?;
            if operation.state == State::AwaitingApproval {
                let why = format!("No second admin decided within {} hours.", operations::HOURS);
                settle::call_off(&mut tx, &operation, &why).await.map_err(passing)?;
            }
        }
        for id in link::over(&mut tx, MOST).await.map_err(passing)? {
            let operation = operations::lock(&mut tx, id).await.map_err(passing)?;
            if operation.state == State::Waiting {
                let why = format!("The link was good for {} days, and nobody paid by it.", link::DAYS);
                settle::call_off(&mut tx, &operation, &why).await.map_err(passing)?;
            }
        }
        tx.commit().await
    }
}
