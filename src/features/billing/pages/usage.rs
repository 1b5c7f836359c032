//! What a user uses, against what their tier gives.
use crate::features::billing::store::desk::{Day, Held};
use crate::kernel::Tier;
use crate::live::settings::keys;
use crate::web::Admin;
use crate::web::parts::Spark;
use crate::web::show::{day, number};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// A limit of the tier, and how much of it is used.
pub struct Limit {
    pub label: &'static str,
    pub used: String,
    pub most: String,
    pub percent: i64,
    /// A class of the style sheet for the meter: nothing, mid or high.
    pub level: &'static str,
}

/// What was made of a kind, and what it took.
pub struct Kind {
    pub label: String,
    pub made: String,
    pub credits: String,
}

/// Charts and sums of thirty days.
pub struct Usage {
    pub made: Spark,
    pub credits: Spark,
    pub kinds: Vec<Kind>,
    pub is_empty: bool,
}

/// Charts and sums of thirty days, today last.
pub fn usage(admin: &Admin, days: &[Day]) -> Usage {
    let now = admin.site().clock.now();
    let line = |of: fn(&Day) -> i64| -> Vec<(String, i64)> {
        let on = |ago: i32| days.iter().filter(|day| day.days_ago == ago).map(of).sum();
        (0..30).rev().map(|ago| (day(now - SignedDuration::from_hours(24 * i64::from(ago))), on(ago))).collect()
    };
    let mut kinds = BTreeMap::<&str, (i64, i64)>::new();
    for day in days {
        let sum = kinds.entry(&day.kind).or_default();
        *sum = (sum.0 + day.made, sum.1 + day.credits);
    }
    let (made, credits) = (line(|day| day.made), line(|day| day.credits));
    let sum = |figures: &[(String, i64)]| number(figures.iter().map(|(_, value)| value).sum());
    Usage {
        is_empty: days.is_empty(),
        kinds: kinds
            .into_iter()
            .map(|(kind, (made, credits))| Kind { label: kind.replace('_', " "), made: number(made), credits: number(credits) })
            .collect(),
        made: Spark::draw(format!("{} generations in 30 days", sum(&made)), &made),
        credits: Spark::draw(format!("{} credits taken by generations in 30 days", sum(&credits)), &credits),
    }
}

/// The limits of a tier, with how much of each is used.
pub fn limits(admin: &Admin, tier: Tier, held: &Held) -> Vec<Limit> {
    let live = admin.site().live.now();
    let limit = |label, used: i64, most: i64| {
        let percent = if most > 0 { (used.saturating_mul(100) / most).min(100) } else { 100 };
        let level = match percent {
            90.. => "high",
            70..90 => "mid",
            _ => "",
        };
        Limit { label, used: number(used), most: number(most), percent, level }
    };
    vec![
        limit("Credits spent in 30 days", held.spent, live.settings.get(keys::MONTHLY_CREDITS).of(tier)),
        limit("LoRA models", held.models, live.settings.get(keys::LORA_MODELS).of(tier)),
        limit("Generations at once", held.running, live.settings.get(keys::CONCURRENT_GENERATIONS).of(tier)),
    ]
}
