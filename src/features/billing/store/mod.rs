//! Every SQL statement about billing, a file each.
pub mod calls;
pub mod dunning;
pub mod hear;
pub mod ledger;
pub mod link;
pub mod mandates;
pub mod operations;
pub mod payments;
pub mod periods;
pub mod plans;
pub mod reconcile;
pub mod renew;
pub mod rows;
pub mod settle;
pub mod steps;
pub mod tell;
pub mod watch;
