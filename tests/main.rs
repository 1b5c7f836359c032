//! Every test, in one binary.
mod audit_seal;
mod browser;
mod cluster;
mod jobs;
