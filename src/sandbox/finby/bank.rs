//! What cards do: the test cards of the gateway's hosted page, and a few whose stored use differs from the first.

/// Numbers to pay with.
pub mod card {
    pub const GOOD: &str = "4200000000000000";
    pub const EXPIRED: &str = "4200000000000001";
    pub const OVER_LIMIT: &str = "4200000000000002";
    pub const NOT_AUTHENTICATED: &str = "4200000000000003";
    pub const NO_FUNDS: &str = "4200000000000004";
    pub const WRONG_CVV: &str = "4200000000000005";
    pub const WRONG_EXPIRY: &str = "4200000000000006";
    pub const PICK_UP: &str = "4200000000000007";
    /// Pays with the customer there; later charges ask for them.
    pub const ASKS_AGAIN: &str = "4200000000000010";
    /// Pays with the customer there; later there is nothing left on it.
    pub const RUNS_DRY: &str = "4200000000000011";
}

/// The acquirer's code for a first payment; `None` when it goes through.
pub fn first(number: &str) -> Option<&'static str> {
    match number {
        card::GOOD | card::ASKS_AGAIN | card::RUNS_DRY => None,
        card::EXPIRED | card::WRONG_EXPIRY => Some("800.100.157"),
        card::OVER_LIMIT => Some("800.100.162"),
        card::NOT_AUTHENTICATED => Some("300.100.100"),
        card::NO_FUNDS => Some("800.100.155"),
        card::WRONG_CVV => Some("800.100.153"),
        card::PICK_UP => Some("800.100.171"),
        _ => Some("800.100.151"),
    }
}

/// The same for a later charge of a card that was stored.
pub fn later(number: &str) -> Option<&'static str> {
    match number {
        card::ASKS_AGAIN => Some("300.100.100"),
        card::RUNS_DRY => Some("800.100.155"),
        other => first(other),
    }
}

/// As it may be shown.
pub fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        12.. => format!("{}******{}", digits[..6].iter().collect::<String>(), digits[digits.len() - 4..].iter().collect::<String>()),
        _ => String::new(),
    }
}
