//! What can be done with an alert.
mod acknowledge;
mod silence;

pub use acknowledge::{AcknowledgeAlert, AcknowledgeFields};
pub use silence::{EndFields, EndSilence, SilenceAlert, SilenceFields, SilenceRule};
