//! Alerts in the database.
pub mod faults;
pub mod list;
pub mod measure;
pub mod money;
pub mod people;
pub mod watch;
