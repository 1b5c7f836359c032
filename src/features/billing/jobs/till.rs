//! What billing's jobs have in hand: the gateway, and the settings as they are now.
use crate::gateways::finby::Payments;
use crate::kernel::Tier;
use crate::live::Live;
use crate::live::settings::keys::{self, PerTier, Prices};

/// The gateway, and the settings as they are now; cheap to clone.
#[derive(Clone)]
pub struct Till {
    pub payments: Payments,
    live: Live,
}

/// What the settings say about money, at one moment.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// On which days after the first failure a charge is tried again by itself.
    pub retry_days: Vec<i64>,
    /// How long a customer who cannot be charged keeps what they have, in days.
    pub grace_days: i64,
    prices: Prices,
    credits: PerTier,
}

impl Till {
    pub fn new(payments: Payments, live: Live) -> Self {
        Self { payments, live }
    }

    /// The settings now.
    pub fn rules(&self) -> Rules {
        Rules::of(&self.live)
    }

    /// The name that customers get letters from.
    pub fn sender(&self) -> String {
        self.live.now().settings.get(keys::NOTIFICATION_SENDER)
    }
}

impl Rules {
    /// The settings now.
    pub fn of(live: &Live) -> Self {
        let now = live.now();
        Self {
            retry_days: now.settings.get(keys::DUNNING_RETRY_DAYS),
            grace_days: now.settings.get(keys::GRACE_DAYS),
            prices: now.settings.get(keys::PRICES),
            credits: now.settings.get(keys::MONTHLY_CREDITS),
        }
    }

    /// What a period of a tier costs, in minor units; nothing where the currency has no price.
    pub fn price(&self, tier: Tier, currency: &str) -> Option<i64> {
        self.prices.of(tier, currency)
    }

    /// How many credits a period of a tier brings.
    pub fn credits(&self, tier: Tier) -> i64 {
        self.credits.of(tier)
    }
}
