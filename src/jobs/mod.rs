//! What happens after a change is committed: later, again when it fails, and once.
//!
//! A job is a row that is written in the transaction of the change that asks for it, so it exists exactly when the
//! change does. A worker claims it for a limited time and gives signs of life; when it dies, another takes over.
//! Owner and attempt together fence the row: a worker that lost its claim, however late it wakes, changes nothing.

mod attempt;
mod desk;
mod error;
pub mod inbox;
mod job;
mod lease;
mod list;
mod pulse;
mod queue;
mod registry;
mod runner;
mod schedule;
mod settings;
mod sweep;
mod wake;
mod work;

pub use desk::{ScheduleRow, cancel, discard, pause, resume, retry, run_now, schedules};
pub use error::Error;
pub use job::{Job, JobError};
pub use list::{JobRow, State, find};
pub use queue::{Enqueued, NewJob};
pub use registry::Registry;
pub use runner::Runner;
pub use schedule::next_after;
pub use settings::Settings;
pub use work::{LOST, Work, WorkTx};
