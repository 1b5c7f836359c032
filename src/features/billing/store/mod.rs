//! Every SQL statement about billing, a file each.
pub mod ledger;
pub mod mandates;
pub mod operations;
pub mod payments;
pub mod rows;
pub mod steps;
pub mod tell;
