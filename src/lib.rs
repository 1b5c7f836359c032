#![forbid(unsafe_code)]
//! Backlot is the back office of an AI studio.

pub mod database;
