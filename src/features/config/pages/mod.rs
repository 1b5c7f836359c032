//! What can be seen of settings, where they are changed, and what the platform is told.
mod editor;
pub mod index;
pub mod machine;
mod review;
mod row;
pub mod show;
pub mod submit;

const PATH: &str = "/admin/config";
/// The longest value that stands in a line of text.
const LONGEST_LINE: usize = 160;
