//! The gateway's and the acquirers' codes: what happened, and what a person should do about it.
//!
//! Three families: REST `ResultInfo` (seven digits), MAPI5 `ResultCode` (up to four), and the acquirer's own (`800.100.155`).

/// What a code says about money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// It is done.
    Done,
    /// It is on its way: the state will tell.
    Pending,
    /// It was refused, nothing moved.
    Declined(Decline),
    /// Nobody can tell yet whether money moved.
    Uncertain,
    /// Too many at once; nothing moved.
    Throttled,
    /// There is no such payment, or not yet.
    NotFound,
    /// Our credentials, our signature, or our account.
    Account,
    /// What we sent is wrong.
    Request,
    /// A code that was not there when this was written: nothing is concluded.
    Unknown,
}

/// Why it was refused, by what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// The same card may work later: limits, funds, the issuer away.
    Retryable,
    /// The customer must do something: another card, a new expiry date, or show that it is them.
    NeedsCustomer,
    /// Never again with this card: lost, stolen, closed.
    Hard,
    /// On our side: the merchant's balance or contract.
    Merchant,
    /// The gateway suspects fraud.
    Risk,
    /// The customer called it off.
    Cancelled,
}

impl Decline {
    /// Whether the same card may be charged again by itself.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        self == Self::Retryable
    }

    /// What a person should do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Retryable => "The bank refused for now: it is tried again on the next day of the plan, or now by hand.",
            Self::NeedsCustomer => "The customer must act: send the payment link, so that they confirm it or give another card.",
            Self::Hard => "This card will not work again: the customer must give another one.",
            Self::Merchant => "Our own account at the gateway is in the way: look at its balance and contract.",
            Self::Risk => "The gateway suspects fraud: look at the account before anything is tried again.",
            Self::Cancelled => "The customer called it off on the payment page.",
        }
    }
}

/// What a code means, of whichever family.
#[must_use]
pub fn meaning(code: &str) -> Meaning {
    if code.contains('.') {
        return acquirer(code);
    }
    match code.parse::<u32>() {
        Ok(code) if code >= 1_000_000 => rest(code),
        Ok(code) => mapi(code),
        Err(_) => Meaning::Unknown,
    }
}

/// REST `ResultInfo.ResultCode`.
fn rest(code: u32) -> Meaning {
    match code {
        1_001_000 | 1_130_000 => Meaning::Done,
        // For a refund even "success" is only that it was taken; who asks reads the state.
        1_130_001..=1_130_005 => Meaning::Pending,
        1_112_008 | 1_112_009 => Meaning::Declined(Decline::Merchant),
        1_132_004 => Meaning::Declined(Decline::Merchant),
        1_132_009 | 1_132_010 => Meaning::Declined(Decline::NeedsCustomer),
        1_152_000 => Meaning::Declined(Decline::Risk),
        1_132_014 => Meaning::Throttled,
        1_132_005 | 1_133_002 => Meaning::NotFound,
        1_132_001 | 1_132_002 | 1_132_003 | 1_132_013 | 1_133_000 | 1_133_001 => Meaning::Account,
        1_122_006 | 1_132_000 | 1_132_006 => Meaning::Request,
        1_132_007 => Meaning::Uncertain,
        _ => Meaning::Unknown,
    }
}

/// MAPI5 `ResultCode`.
fn mapi(code: u32) -> Meaning {
    match code {
        0 | 3 => Meaning::Done,
        1 | 2 | 4 | 5 => Meaning::Pending,
        1_001 | 1_011 | 1_101 => Meaning::Request,
        1_002 | 1_003 | 1_004 | 1_008 => Meaning::Account,
        1_005 => Meaning::Declined(Decline::Cancelled),
        1_006 => Meaning::Declined(Decline::NeedsCustomer),
        1_007 => Meaning::Declined(Decline::Merchant),
        1_010 => Meaning::NotFound,
        1_100 => Meaning::Uncertain,
        _ => Meaning::Unknown,
    }
}

/// The acquirer's own, as `AcquirerResponseId` or `Reason.Code`.
fn acquirer(code: &str) -> Meaning {
    const DONE: [&str; 4] = ["000.000.", "000.100.1", "000.3", "000.6"];
    let review = code.strip_prefix("000.400.0").and_then(|last| last.parse::<u8>().ok());
    if DONE.iter().any(|begin| code.starts_with(begin)) || review.is_some_and(|last| (10..=99).contains(&last)) {
        return Meaning::Done;
    }
    match code {
        "300.100.100" => Meaning::Declined(Decline::NeedsCustomer),
        "900.100.300" => Meaning::Uncertain,
        "800.120.100" => Meaning::Throttled,
        "700.400.200" => Meaning::Declined(Decline::Merchant),
        "800.100.165" | "800.100.171" | "800.100.172" => Meaning::Declined(Decline::Hard),
        "800.100.151" | "800.100.153" | "800.100.157" => Meaning::Declined(Decline::NeedsCustomer),
        "800.100.155" | "800.100.162" | "800.100.203" => Meaning::Declined(Decline::Retryable),
        _ if code.starts_with("800.100.") => Meaning::Declined(Decline::Retryable),
        _ => Meaning::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Decline, Meaning, meaning};

    #[test]
    fn each_code_says_what_happened() {
        for (code, means) in [
            ("0", Meaning::Done),
            ("3", Meaning::Done),
            ("5", Meaning::Pending),
            ("1130000", Meaning::Done),
            ("1130004", Meaning::Pending),
            ("1132014", Meaning::Throttled),
            ("1132005", Meaning::NotFound),
            ("1132003", Meaning::Account),
            ("1004", Meaning::Account),
            ("1005", Meaning::Declined(Decline::Cancelled)),
            ("1132004", Meaning::Declined(Decline::Merchant)),
            ("1152000", Meaning::Declined(Decline::Risk)),
            ("300.100.100", Meaning::Declined(Decline::NeedsCustomer)),
            ("800.100.203", Meaning::Declined(Decline::Retryable)),
            ("800.100.165", Meaning::Declined(Decline::Hard)),
            ("800.100.151", Meaning::Declined(Decline::NeedsCustomer)),
            ("900.100.300", Meaning::Uncertain),
            ("000.100.110", Meaning::Done),
            ("000.400.050", Meaning::Done),
            ("000.400.100", Meaning::Unknown),
            ("9999999", Meaning::Unknown),
            ("", Meaning::Unknown),
            ("gibberish", Meaning::Unknown),
        ] {
            assert_eq!(meaning(code), means, "{code}");
        }
    }

    #[test]
    fn only_what_may_work_by_itself_is_tried_again_by_itself() {
        for decline in [Decline::NeedsCustomer, Decline::Hard, Decline::Merchant, Decline::Risk, Decline::Cancelled] {
            assert!(!decline.is_retryable(), "{decline:?}");
        }
        assert!(Decline::Retryable.is_retryable());
    }
}
