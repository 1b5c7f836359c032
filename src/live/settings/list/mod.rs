//! Every setting that there is, in the order in which people read them.
mod alerts;
mod billing;
mod bulk;
mod generation;
mod integrity;
mod limits;
mod own;
mod tiers;
mod workflows;

use super::definition::Definition;
use std::collections::HashMap;
use std::sync::LazyLock;

const LISTS: [&[Definition]; 12] = [
    &generation::GENERATION,
    &workflows::WORKFLOWS,
    &billing::CREDITS,
    &tiers::SUBSCRIPTION,
    &limits::RATE_LIMITS,
    &limits::MAINTENANCE,
    &billing::BILLING,
    &own::EXPORTS,
    &own::NOTIFICATIONS_AND_ALERTS,
    &alerts::ALERTS,
    &integrity::INTEGRITY,
    &bulk::BULK,
];

static BY_KEY: LazyLock<HashMap<&'static str, &'static Definition>> =
    LazyLock::new(|| all().map(|definition| (definition.key, definition)).collect());

/// Every setting.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    LISTS.into_iter().flatten()
}

/// The setting with this key.
pub fn find(key: &str) -> Option<&'static Definition> {
    BY_KEY.get(key).copied()
}
