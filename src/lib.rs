pub mod gateways;
pub mod jobs;
pub mod sandbox;
