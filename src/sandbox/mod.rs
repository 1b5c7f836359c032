//! Stand-ins for the outside world that speak the same protocols, for the demo and the tests.

pub mod collector;
pub mod crews;
pub mod finby;
pub mod library;
pub mod mailbox;
pub mod papers;
pub mod picture;
pub mod s3;
pub mod smtp;
pub mod training;
pub mod weights;
