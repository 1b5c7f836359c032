//! What billing is about, in types: operations and their plans, and the ledger.
pub mod ledger;
pub mod operation;
pub mod payment;
pub mod plan;
