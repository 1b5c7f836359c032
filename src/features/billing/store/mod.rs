//! Every SQL statement about billing, a file each.
pub mod desk;
pub mod discounts;
pub mod ledger;
pub mod list;
pub mod mandates;
pub mod operations;
pub mod payments;
pub mod rows;
pub mod steps;
pub mod subscriptions;
pub mod tell;
