//! What an admin action is, and how it is recorded.
pub mod audit;
