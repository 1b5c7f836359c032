//! Backlot is the back office of an AI studio: where a small staff looks after its people, models, money and switches.
//!
//! The house, from the door inwards: [`web`] takes a request past a guard to a *feature*; the feature reads, or submits an
//! [`Action`](kernel::Action) to the [`Desk`](kernel::Desk), the only place that can write; [`jobs`] do afterwards what must
//! happen outside; [`gateways`] are that outside, and [`sandbox`] stands in for it. [`live`] is what every server holds in memory and
//! follows at once. [`app`] puts all of it together.
#![forbid(unsafe_code)]

pub mod app;
pub mod commands;
pub mod database;
pub mod features;
pub mod gateways;
pub mod jobs;
pub mod kernel;
pub mod live;
pub mod sandbox;
pub mod settings;
pub mod web;
