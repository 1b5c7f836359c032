//! What the gateway told by itself: only a reason to look. What is true is read from the gateway, and compared with what was asked for.
use super::conclude::{Verdict as Concluded, conclude, taken_back};
use super::passing;
use crate::features::billing::jobs::Rules;
use crate::features::billing::jobs::Till;
use crate::features::billing::model::operation::SettledBy;
use crate::features::billing::store::calls::{self, Call, Made};
use crate::features::billing::store::hear::{self, Heard, Verdict};
use crate::gateways::finby::{GatewayError, Payment, State};
use crate::jobs::{Job, JobError, Work};
use crate::kernel::Result;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Looks into a notice.
#[derive(Serialize, Deserialize)]
pub struct Hear {
    pub notice: Uuid,
}

/// What became of it, and the operation that it was about.
struct Ended {
    verdict: Verdict,
    why: String,
    operation: Option<Uuid>,
}

impl Ended {
    fn odd(why: impl Into<String>, operation: Option<Uuid>) -> Self {
        Self { verdict: Verdict::Quarantined, why: why.into(), operation }
    }
}

impl Job for Hear {
    type State = Till;
    const NAME: &'static str = "billing.hear";
    const MAX_ATTEMPTS: u32 = 8;
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, work: &mut Work<Till>) -> Result<(), JobError> {
        let till = work.state().clone();
        let mut tx = work.transaction().await?;
        let Some(heard) = hear::hold(&mut tx, self.notice).await.map_err(passing)? else { return tx.commit().await };
        let operation = hear::meant(&mut tx, &heard.reference).await.map_err(passing)?;
        let known = operation.as_ref().and_then(|operation| operation.gateway_ref);
        let Some(number) = heard.number.or(known) else {
            let ended = Ended::odd("It names no payment that the gateway could be asked about.", operation.map(|operation| operation.id));
            self.end(&mut tx, &ended).await.map_err(passing)?;
            return tx.commit().await;
        };
        drop(tx);
        let call = Call::begin("fetch");
        let fetched = match till.payments.of(heard.mode) {
            Ok(gateway) => gateway.fetch(number).await,
            Err(error) => Err(error),
        };
        let made = call.end(&fetched, None);
        match fetched {
            Ok(payment) if !is_behind(&heard, &payment) => self.conclude(work, &payment, &made, &till.rules()).await,
            other => self.not_yet(work, other, &made).await,
        }
    }
}

/// The gateway's books may be a little later than its notices.
fn is_behind(heard: &Heard, payment: &Payment) -> bool {
    let is_early = |state: Option<State>| matches!(state, None | Some(State::Pending | State::Authorizing | State::Authorized));
    is_early(payment.state) && !is_early(heard.state)
}

impl Hear {
    async fn end(&self, db: &mut PgConnection, ended: &Ended) -> Result<()> {
        if ended.verdict == Verdict::Quarantined {
            tracing::error!(notice = %self.notice, why = ended.why, "a notice of the payment gateway is quarantined");
            metrics::counter!("backlot_billing_alerts_total", "what" => "quarantined").increment(1);
        }
        hear::conclude(db, self.notice, ended.verdict, &ended.why, ended.operation).await
    }

    async fn conclude(&self, work: &mut Work<Till>, payment: &Payment, made: &Made, rules: &Rules) -> Result<(), JobError> {
        let mut tx = work.transaction().await?;
        let Some(heard) = hear::hold(&mut tx, self.notice).await.map_err(passing)? else { return tx.commit().await };
        let ended = weigh(&mut tx, &heard, payment, rules).await.map_err(passing)?;
        calls::note(&mut tx, ended.operation, made).await.map_err(passing)?;
        self.end(&mut tx, &ended).await.map_err(passing)?;
        tx.commit().await
    }

    /// The gateway cannot be asked, or does not know yet what it told: later, but not for ever.
    async fn not_yet(&self, work: &mut Work<Till>, fetched: Result<Payment, GatewayError>, made: &Made) -> Result<(), JobError> {
        let why = fetched.err().map_or_else(|| "its books do not say so".to_owned(), |error| error.to_string());
        let is_last = work.attempt() >= i32::try_from(Self::MAX_ATTEMPTS).unwrap_or(i32::MAX);
        let mut tx = work.transaction().await?;
        calls::note(&mut tx, None, made).await.map_err(passing)?;
        if is_last {
            self.end(&mut tx, &Ended::odd(format!("The gateway did not confirm it: {why}."), None)).await.map_err(passing)?;
            return tx.commit().await;
        }
        tx.commit_step(None).await?;
        Err(JobError::retry(format!("the gateway does not confirm the notice yet: {why}")))
    }
}

/// Compares what was told with what is, and takes what is.
async fn weigh(db: &mut PgConnection, heard: &Heard, payment: &Payment, rules: &Rules) -> Result<Ended> {
    let operation = hear::meant(db, &heard.reference).await?;
    let id = operation.as_ref().map(|operation| operation.id);
    if payment.reference != heard.reference || heard.amount != Some(payment.amount) {
        let why = format!(
            "It says something else than the gateway: payment {} is {} {} for {}.",
            payment.id,
            payment.amount,
            payment.amount.currency(),
            payment.reference
        );
        return Ok(Ended::odd(why, id));
    }
    let concluded = match &operation {
        Some(operation) if operation.mode != heard.mode => Concluded::Odd("It is of another mode.".into()),
        Some(operation) => conclude(db, operation, payment, SettledBy::Notice, rules).await?,
        None => of_old(db, payment).await?,
    };
    Ok(match concluded {
        Concluded::News(why) => Ended { verdict: Verdict::Believed, why: why.into(), operation: id },
        Concluded::Nothing(why) => Ended { verdict: Verdict::Stale, why: why.into(), operation: id },
        Concluded::Odd(why) => Ended::odd(why, id),
    })
}

/// A payment that was not asked for from here: the platform's own, from before or beside Backlot.
async fn of_old(db: &mut PgConnection, payment: &Payment) -> Result<Concluded> {
    let Some(own) = hear::payment_numbered(db, payment.id).await? else {
        return Ok(Concluded::Odd("Nothing here has this reference, and no payment has this number.".into()));
    };
    if (own.minor, own.currency.as_str()) != (payment.amount.minor(), payment.amount.currency()) {
        return Ok(Concluded::Odd("The payment with this number is of another amount.".into()));
    }
    match payment.state {
        Some(State::Chargebacked | State::RapidDisputeResolution) => taken_back(db, payment).await,
        _ => Ok(Concluded::Nothing("The payment is the platform's own.")),
    }
}
