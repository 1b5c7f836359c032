//! What can be done about the data, a file each.
mod repair;
mod run;

pub use repair::{Order, OrderFields, RemoveRows, RepairRows};
pub use run::{RunChecks, RunFields};
