//! What each rule measures. Each statement looks back an hour at most, along an index, and counts no further than it must.
use super::{faults, money};
use crate::features::alerts::model::{Reading, Rule};
use crate::kernel::Result;
use sqlx::PgConnection;

/// Of work that ended in the last hour, the newest so many are looked at.
const MOST: i64 = 100_000;

/// How much ended within the hour, and how much of it failed.
struct Ended {
    ended: i64,
    failed: i64,
}

macro_rules! ended {
    ($table:literal, $at:literal, $state:literal) => {
        sqlx::query_as!(
            Ended,
            r#"select count(*) as "ended!", count(*) filter (where state = 'failed') as "failed!"
               from (select "#
                + $state
                + " as state from "
                + $table
                + " where "
                + $at
                + " > now() - interval '1 hour' order by "
                + $at
                + " desc limit $1) newest",
            MOST
        )
    };
}

/// What a rule finds now; a rule about several things, one reading for each that there is something to say of. Of fewer than
/// `least` that ended, no rate is told.
pub async fn of(db: &mut PgConnection, rule: Rule, least: i64) -> Result<Vec<Reading>> {
    let ended = match rule {
        Rule::FailedTrainings => ended!("platform.lora_trainings", "finished_at", "status").fetch_one(db).await?,
        Rule::FailedWorkflows => ended!("platform.workflow_jobs", "finished_at", "state").fetch_one(db).await?,
        Rule::FailedGenerations => ended!("platform.generation_jobs", "finished_at", "status").fetch_one(db).await?,
        Rule::FailedPayments => ended!("platform.payments", "settled_at", "status").fetch_one(db).await?,
        Rule::QueueAge => return Ok(vec![faults::queue_age(db).await?]),
        Rule::DeadJobs => return Ok(vec![faults::dead_jobs(db).await?]),
        Rule::GatewayDown => return faults::gateways(db).await,
        Rule::Disk => return Ok(vec![faults::disk(db).await?]),
        Rule::DatabaseSize => return Ok(vec![faults::database_size(db).await?]),
        Rule::SealLag => return Ok(vec![faults::seal_lag(db).await?]),
        Rule::SignInAttacks => return Ok(vec![faults::sign_in_attacks(db).await?]),
        Rule::InternalErrors => return Ok(vec![faults::internal_errors(db).await?]),
        Rule::ErrorSpike => return Ok(vec![faults::error_spike(db, least).await?]),
        Rule::Billing => return money::mismatches(db).await,
    };
    Ok(vec![rate(&ended, least)])
}

fn rate(found: &Ended, least: i64) -> Reading {
    if found.ended < least.max(1) {
        return Reading::new(0.0, format!("{} of {} in the last hour: too few to judge", found.failed, found.ended));
    }
    let rate = found.failed as f64 * 100.0 / found.ended as f64;
    Reading::new(rate, format!("{} of {} in the last hour", found.failed, found.ended))
}
