//! What the billing desk is about.
mod discount;
mod proration;
mod subscription;

pub use discount::Discount;
pub use proration::{Prorated, Span, prorate};
pub use subscription::{CancelReason, Status, Subscription};
