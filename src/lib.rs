//! Backlot: the back office of an AI studio.
pub mod kernel;
