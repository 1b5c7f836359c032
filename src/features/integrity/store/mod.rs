//! The SQL of checks, repairs and tidying up.
pub mod clean;
pub mod cleanup;
pub mod find;
pub mod list;
pub mod mend;
pub mod runs;
