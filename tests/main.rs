//! All integration tests in one binary.
mod audit_seal;
