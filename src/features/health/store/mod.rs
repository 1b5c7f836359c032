//! What is measured and what is read of it. No statement looks further back than its page does.
pub mod database;
pub mod errors;
pub mod fill;
pub mod gauges;
pub mod generations;
pub mod instances;
pub mod own;
pub mod samples;
pub mod verdict;
