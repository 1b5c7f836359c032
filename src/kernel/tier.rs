//! What a user has paid for: known to many capabilities.

crate::codes! {
    /// What a user has paid for.
    pub enum Tier { Free = "free" / "Free", Starter = "starter" / "Starter", Pro = "pro" / "Pro" }
}
