//! Where a rule fires and where it clears, by the settings.
use super::Rule;
use crate::live::Settings;
use crate::live::settings::keys;

/// How much lower than where it fires a value must be, so that an alert does not come and go at the edge.
const LOWER: f64 = 0.8;

/// Where a rule fires and where it clears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub fires: f64,
    /// Below this it is calm.
    pub clears: f64,
    at_it: bool,
    /// Zero switches a rule off.
    pub is_off: bool,
}

/// For how long it must last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Seconds past the limit before it fires.
    pub hold: i64,
    /// Seconds of calm before it clears.
    pub calm: i64,
}

impl Limits {
    /// Of a rule, now.
    pub fn of(rule: Rule, settings: &Settings) -> Self {
        let whole = |key| settings.get::<i64>(key) as f64;
        let fires = match rule {
            Rule::FailedTrainings => settings.get(keys::ALERT_FAILED_TRAINING),
            Rule::FailedWorkflows => settings.get(keys::ALERT_FAILED_WORKFLOW),
            Rule::FailedGenerations => settings.get(keys::ALERT_FAILED_GENERATION),
            Rule::FailedPayments => settings.get(keys::ALERT_PAYMENT_FAILURES),
            Rule::ErrorSpike => settings.get(keys::ALERT_ERROR_SPIKE),
            Rule::QueueAge => whole(keys::ALERT_QUEUE_AGE),
            Rule::DeadJobs => whole(keys::ALERT_DEAD_JOBS),
            Rule::GatewayDown => whole(keys::ALERT_GATEWAY_FAILURES),
            Rule::Disk => whole(keys::ALERT_DISK),
            Rule::DatabaseSize => whole(keys::ALERT_DATABASE_GB),
            Rule::SealLag => whole(keys::ALERT_SEAL_LAG),
            Rule::SignInAttacks => whole(keys::ALERT_SIGN_IN_ATTACKS),
            Rule::InternalErrors => whole(keys::ALERT_INTERNAL_ERRORS),
            Rule::Billing => 1.0,
        };
        let clears = match rule {
            // Answered once, it is up; of what is counted as "somebody must look", none may be left unlooked-at past the limit.
            Rule::GatewayDown => 1.0,
            Rule::DeadJobs | Rule::Billing => fires,
            // Per cent of a disk are not lost again by themselves: one is enough.
            Rule::Disk => fires - 1.0,
            _ => fires * LOWER,
        };
        Self { fires, clears, at_it: rule.fires_at_it(), is_off: fires <= 0.0 }
    }

    /// Whether a value fires.
    pub fn is_over(self, value: f64) -> bool {
        !self.is_off && (value > self.fires || (self.at_it && value >= self.fires))
    }

    /// Whether a value is calm.
    pub fn is_calm(self, value: f64) -> bool {
        self.is_off || value < self.clears
    }
}

impl Patience {
    /// By the settings.
    pub fn of(settings: &Settings) -> Self {
        Self { hold: settings.get(keys::ALERT_HOLD), calm: settings.get(keys::ALERT_CALM) }
    }
}
