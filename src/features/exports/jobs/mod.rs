//! What happens to an export after it was asked for: it is made, and in the end its file goes.
mod clock;
mod expire;
mod make;
mod press;
mod reading;
mod sheet;
mod sweep;

pub use clock::{KeepTime, LookAtClock};
pub use expire::ExpireFile;
pub use make::MakeExport;
pub use press::{Press, Shelves};
pub use sweep::Sweep;
