//! Stand-ins for the outside world that speak the same protocols, for the demo and the tests.

pub mod collector;
pub mod crews;
pub mod mailbox;
pub mod media;
pub mod smtp;
