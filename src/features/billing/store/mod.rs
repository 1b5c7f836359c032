//! Every SQL statement about subscriptions, payments and credits.
pub mod desk;
pub mod discounts;
pub mod list;
pub mod subscriptions;
pub mod tell;
