//! Events in the outbox, as the pages read them.
pub mod list;
pub mod sums;
