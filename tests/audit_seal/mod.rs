//! The audit log keeps what was written, and tells when somebody with the keys to the database did not.
mod canonical;
mod refuse;
mod restore;
mod sealing;
mod stage;
mod tamper;
