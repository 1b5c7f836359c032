//! What every test stands on: one private server per run, a fresh studio per test, and browsers that go in by the front door.
mod answer;
mod authenticator;
pub mod browser;
pub mod crews;
mod exports;
pub mod flags;
mod instance;
mod letters;
pub mod lora;
mod people;
mod process;
mod record;
pub mod server;
pub mod stock;
pub mod studio;
pub mod worker;

pub use answer::{Answer, Filled};
pub use authenticator::Authenticator;
pub use browser::{Browser, Sent};
pub use instance::outside;
pub use letters::Letters;
pub use people::*;
pub use process::{Process, command};
pub use studio::{BROWSER_TOKEN, ORIGIN, PLATFORM_TOKEN, Studio};
