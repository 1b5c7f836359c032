//! Every test, in one binary.
mod audit_seal;
mod cluster;
mod jobs;
