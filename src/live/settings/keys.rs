//! The keys that code reads, each with the type of its value.
use crate::kernel::Tier;
use serde_json::Value;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A key whose value is read as `T`.
#[derive(Debug)]
pub struct Key<T> {
    name: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, value: PhantomData }
    }

    /// As it stands in the database.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// What a setting can be read as.
pub trait Reads: Sized + Default {
    /// Reads it, if it is that.
    fn read(value: &Value) -> Option<Self>;
}

impl Reads for i64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_i64()
    }
}

impl Reads for f64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_f64()
    }
}

impl Reads for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl Reads for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Reads for Vec<i64> {
    fn read(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(Value::as_i64).collect()
    }
}

/// A whole number for each tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerTier {
    pub free: i64,
    pub starter: i64,
    pub pro: i64,
}

impl PerTier {
    /// The number of a tier.
    pub fn of(self, tier: Tier) -> i64 {
        match tier {
            Tier::Free => self.free,
            Tier::Starter => self.starter,
            Tier::Pro => self.pro,
        }
    }
}

impl Reads for PerTier {
    fn read(value: &Value) -> Option<Self> {
        let of = |tier: Tier| value.get(tier.code()).and_then(Value::as_i64);
        Some(Self { free: of(Tier::Free)?, starter: of(Tier::Starter)?, pro: of(Tier::Pro)? })
    }
}

/// What a month of each tier costs, per currency (ISO 4217), in its minor unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(BTreeMap<String, (i64, i64)>);

impl Prices {
    /// The price of a month; nothing for the free tier, `None` where the currency has no price.
    pub fn of(&self, tier: Tier, currency: &str) -> Option<i64> {
        let (starter, pro) = self.0.get(currency).copied()?;
        Some(match tier {
            Tier::Free => 0,
            Tier::Starter => starter,
            Tier::Pro => pro,
        })
    }
}

impl Reads for Prices {
    fn read(value: &Value) -> Option<Self> {
        let pair = |price: &Value| Some((price.get("starter")?.as_i64()?, price.get("pro")?.as_i64()?));
        value.as_object()?.iter().map(|(currency, price)| Some((currency.clone(), pair(price)?))).collect::<Option<_>>().map(Self)
    }
}

macro_rules! keys {
    ($($name:ident: $kind:ty = $key:literal),+ $(,)?) => {
        $(pub const $name: Key<$kind> = Key::new($key);)+

        /// The keys above that have no definition, or one of another type. None, or the tests fail.
        pub fn unfit() -> Vec<&'static str> {
            let fits = [$(($key, super::find($key).is_some_and(|found| <$kind as Reads>::read(&found.default()).is_some()))),+];
            fits.into_iter().filter(|(_, fits)| !fits).map(|(key, _)| key).collect()
        }
    };
}

keys! {
    MAX_CONCURRENT: i64 = "generation.max_concurrent",
    DEFAULT_QUALITY: String = "generation.default_quality",
    LORA_DEFAULT_STEPS: i64 = "lora.default_steps",
    LORA_MAX_STEPS: i64 = "lora.max_steps",
    LORA_REFUND_FAILED: bool = "lora.refund_failed_attempt",
    DRAFT_COST: i64 = "credits.draft_cost",
    HQ_COST: i64 = "credits.hq_cost",
    LORA_MODELS: PerTier = "subscription.lora_models",
    CONCURRENT_GENERATIONS: PerTier = "subscription.concurrent_generations",
    MONTHLY_CREDITS: PerTier = "subscription.monthly_credits",
    GENERATIONS_PER_MINUTE: i64 = "rate_limit.generations_per_minute",
    MAINTENANCE_ENABLED: bool = "maintenance.enabled",
    MAINTENANCE_MESSAGE: String = "maintenance.message",
    BANNER_HOURS_AHEAD: i64 = "maintenance.banner_hours_ahead",
    RETRY_AFTER_SECONDS: i64 = "maintenance.retry_after_seconds",
    REFUND_APPROVAL_CENTS: i64 = "billing.refund_approval_cents",
    GRANT_APPROVAL_CREDITS: i64 = "billing.grant_approval_credits",
    DUNNING_RETRY_DAYS: Vec<i64> = "billing.dunning_retry_days",
    GRACE_DAYS: i64 = "billing.grace_days",
    PRICES: Prices = "billing.prices",
    EXTEND_MAX_DAYS: i64 = "billing.extend_max_days",
    GRACE_MAX_DAYS: i64 = "billing.grace_max_days",
    EXPORT_MAX_ROWS: i64 = "exports.max_rows",
    EXPORTS_PER_ADMIN: i64 = "exports.concurrent_per_admin",
    EXPORT_RETENTION_HOURS: i64 = "exports.retention_hours",
    EXPORT_STEP_UP_ROWS: i64 = "exports.step_up_rows",
    SECOND_ADMIN_ABOVE: i64 = "notifications.second_admin_above",
    NOTIFICATION_BATCH: i64 = "notifications.batch_size",
    NOTIFICATIONS_PER_SECOND: i64 = "notifications.rate_per_second",
    NOTIFICATION_LATE_HOURS: i64 = "notifications.late_hours",
    NOTIFICATION_SENDER: String = "notifications.sender_name",
    ALERT_FAILED_TRAINING: f64 = "alerts.failed_training_percent",
    ALERT_PAYMENT_FAILURES: f64 = "alerts.payment_failure_percent",
    ALERT_QUEUE_AGE: i64 = "alerts.queue_age_seconds",
    ALERT_DEAD_JOBS: i64 = "alerts.dead_jobs",
    ALERT_DISK: i64 = "alerts.disk_percent",
    ALERT_SEAL_LAG: i64 = "alerts.seal_lag_seconds",
    ALERT_SIGN_IN_ATTACKS: i64 = "alerts.sign_in_attacks_per_minute",
    ALERT_ERROR_SPIKE: f64 = "alerts.error_spike",
    ALERT_FAILED_WORKFLOW: f64 = "alerts.failed_workflow_percent",
    ALERT_FAILED_GENERATION: f64 = "alerts.failed_generation_percent",
    ALERT_LEAST: i64 = "alerts.rate_minimum",
    ALERT_GATEWAY_FAILURES: i64 = "alerts.gateway_failures",
    ALERT_DATABASE_GB: i64 = "alerts.database_gb",
    ALERT_INTERNAL_ERRORS: i64 = "alerts.internal_errors_per_minute",
    ALERT_HOLD: i64 = "alerts.hold_seconds",
    ALERT_CALM: i64 = "alerts.calm_seconds",
    WORKFLOW_ATTEMPTS: i64 = "workflows.max_attempts",
    WORKFLOW_BULK_RETRY: i64 = "workflows.bulk_retry_max",
    STUCK_GENERATION_HOURS: i64 = "integrity.stuck_generation_hours",
    STUCK_WORKFLOW_HOURS: i64 = "integrity.stuck_workflow_hours",
    STUCK_TRAINING_HOURS: i64 = "integrity.stuck_training_hours",
    KEEP_RUNS_DAYS: i64 = "integrity.keep_runs_days",
    CLEANUP_NIGHTLY: bool = "cleanup.nightly",
    USER_SESSION_DAYS: i64 = "cleanup.user_session_days",
    OUTBOX_DAYS: i64 = "cleanup.outbox_days",
    TRAINING_LOG_DAYS: i64 = "cleanup.training_log_days",
    VIEW_GRANT_DAYS: i64 = "cleanup.view_grant_days",
    GATEWAY_CALL_DAYS: i64 = "cleanup.gateway_call_days",
    BULK_MOST_ROWS: i64 = "bulk.most_rows",
    BULK_SECOND_ADMIN_ROWS: i64 = "bulk.second_admin_rows",
}
