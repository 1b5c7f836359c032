//! What can be done with settings: they are changed, one or many in one deed; undoing that is another change.
mod change;
mod sent;

pub use change::ChangeSettings;
pub use sent::{Anything, Edit, Sent};
