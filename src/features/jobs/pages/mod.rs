//! What can be seen of the queue.
pub mod index;
pub mod quick;
mod rows;
pub mod show;
pub mod stop;

const PATH: &str = "/admin/jobs";
