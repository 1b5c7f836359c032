//! Billing: what people pay, what they got back, and what the gateway says about it.
mod jobs;
mod model;
mod store;
mod till;

pub use till::Till;
