//! What can be done about the data, a file each.
mod clean;
mod repair;
mod run;

pub use clean::{CleanFields, RemoveOld};
pub use repair::{Order, OrderFields, RemoveRows, RepairRows};
pub use run::{RunChecks, RunFields};
