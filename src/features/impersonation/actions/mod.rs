//! What begins a view, and what ends it.
mod end;
mod start;

pub use end::EndView;
pub use start::{Fields, StartView};
