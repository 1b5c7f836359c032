//! The outside world: for each part of it a trait, and the client that speaks to the real thing.

pub mod call;
pub mod chat;
pub mod collector;
pub mod crewai;
pub mod finby;
pub mod mail;
pub mod storage;
pub mod training;
pub mod watch;
