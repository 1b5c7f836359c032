//! What must hold between settings: each rule is a sentence, said beside both of them.
use super::{Settings, all};
use serde_json::Value;

/// A rule about several settings.
struct Rule {
    keys: &'static [&'static str],
    holds: fn(&Settings) -> bool,
    sentence: &'static str,
}

const RULES: [Rule; 8] = [
    Rule {
        keys: &["credits.hq_cost", "credits.draft_cost"],
        holds: |settings| settings.number("credits.hq_cost") >= settings.number("credits.draft_cost"),
        sentence: "High quality must cost at least as much as a draft.",
    },
    Rule {
        keys: &["rate_limit.generations_per_minute", "generation.max_concurrent"],
        holds: |settings| settings.number("rate_limit.generations_per_minute") >= settings.number("generation.max_concurrent"),
        sentence: "Who may have so many generations at once must be able to start them within a minute.",
    },
    Rule {
        keys: &["subscription.concurrent_generations", "generation.max_concurrent"],
        holds: |settings| tier(settings, "subscription.concurrent_generations", "pro") <= settings.number("generation.max_concurrent"),
        sentence: "No tier may have more generations at once than any user may.",
    },
    Rule {
        keys: &["lora.default_steps", "lora.max_steps"],
        holds: |settings| settings.number("lora.default_steps") <= settings.number("lora.max_steps"),
        sentence: "The steps that are chosen for them must not be more than they may choose.",
    },
    Rule {
        keys: &["exports.step_up_rows", "exports.max_rows"],
        holds: |settings| settings.number("exports.step_up_rows") <= settings.number("exports.max_rows"),
        sentence: "No export reaches the number of rows that asks for a second factor: it is above the most that an export holds.",
    },
    Rule {
        keys: &["billing.dunning_retry_days", "billing.grace_days"],
        holds: |settings| last(settings, "billing.dunning_retry_days") <= settings.number("billing.grace_days"),
        sentence: "The last try to collect a payment must come within the days of grace.",
    },
    Rule {
        keys: &["billing.dunning_retry_days"],
        holds: |settings| rises(settings, "billing.dunning_retry_days"),
        sentence: "Each try must come on a later day than the one before.",
    },
    Rule {
        keys: &["notifications.batch_size", "notifications.second_admin_above"],
        holds: |settings| settings.number("notifications.batch_size") <= settings.number("notifications.second_admin_above"),
        sentence: "A batch must not reach more people than one admin may write to alone.",
    },
];

fn tier(settings: &Settings, key: &str, tier: &str) -> f64 {
    settings.value(key).and_then(|value| value.get(tier)).and_then(Value::as_f64).unwrap_or_default()
}

fn list(settings: &Settings, key: &str) -> Vec<f64> {
    let items = settings.value(key).and_then(Value::as_array);
    items.map(|items| items.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

fn last(settings: &Settings, key: &str) -> f64 {
    list(settings, key).last().copied().unwrap_or_default()
}

fn rises(settings: &Settings, key: &str) -> bool {
    list(settings, key).windows(2).all(|pair| pair.first() < pair.last())
}

/// The rules that these settings break, of those that one of `changed` has to do with: each as the key beside which it is said, and
/// the sentence. What was broken before does not stand in the way of an unrelated change.
pub fn broken(settings: &Settings, changed: &[&str]) -> Vec<(&'static str, String)> {
    let concerned = RULES.iter().filter(|rule| rule.keys.iter().any(|key| changed.contains(key)));
    let broken = concerned.filter(|rule| !(rule.holds)(settings));
    broken.flat_map(|rule| rule.keys.iter().map(|key| (*key, rule.sentence.to_owned()))).collect()
}

/// The keys that rules name but nobody defines. None, or the tests fail.
pub fn unknown() -> Vec<&'static str> {
    let named = RULES.iter().flat_map(|rule| rule.keys.iter().copied());
    named.filter(|key| !all().any(|definition| definition.key == *key)).collect()
}
