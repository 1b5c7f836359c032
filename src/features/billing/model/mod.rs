//! What billing is about, in types: subscriptions and what lowers or prorates their price, operations and their plans, the ledger.
mod discount;
pub mod filter;
pub mod ledger;
pub mod operation;
pub mod payment;
pub mod plan;
mod proration;
mod subscription;

pub use discount::Discount;
pub use proration::{Span, prorate};
pub use subscription::{CancelReason, Status, Subscription};
