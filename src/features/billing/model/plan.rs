//! What an operation brings about when it succeeds: exactly what was shown when it was asked for.
use crate::kernel::{Error, Result, Tier};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What happens when an operation succeeds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Plan {
    /// Only the money moves.
    #[default]
    Nothing,
    /// A period is paid: the subscription goes on until its end, in this tier and at this price, and its credits are granted.
    Renewal {
        tier: Tier,
        period_start: Timestamp,
        period_end: Timestamp,
        /// The price of a period from now on, before discounts, in minor units.
        price_minor: i64,
        /// How many are granted.
        credits: i64,
        /// A discount was part of the price: it has one period less.
        #[serde(default)]
        discounted: bool,
    },
    /// The tier rises at once, until the end of the same period.
    Upgrade {
        tier: Tier,
        /// The price of a period from now on, before discounts, in minor units.
        price_minor: i64,
        /// How many are granted at once.
        credits: i64,
        /// How the amount came about, line by line.
        lines: Vec<Line>,
    },
    /// Credits are added, or taken away when it is below zero.
    Credits { amount: i64 },
}

/// A line of a reckoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub what: String,
    /// In minor units; below zero what is taken off.
    pub minor: i64,
}

impl Plan {
    /// Whether only money moves.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

/// A price after a discount, never below zero: rounded down to the cent, in the customer's favour.
///
/// # Errors
/// When the numbers are too great to be reckoned with.
pub fn lowered(price: i64, percent: Option<i32>, amount: Option<i64>) -> Result<i64> {
    let great = || Error::internal("a price is too great to be reckoned with");
    let percent = i64::from(percent.unwrap_or(0).clamp(0, 100));
    let part = price.checked_mul(100 - percent).ok_or_else(great)? / 100;
    Ok(part.checked_sub(amount.unwrap_or(0)).ok_or_else(great)?.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_never_pays_the_customer() {
        assert_eq!(lowered(2_900, Some(20), None).unwrap(), 2_320);
        assert_eq!(lowered(999, Some(33), None).unwrap(), 669);
        assert_eq!(lowered(2_900, Some(100), None).unwrap(), 0);
        assert_eq!(lowered(900, None, Some(1_000)).unwrap(), 0);
        assert_eq!(lowered(900, None, None).unwrap(), 900);
        assert!(lowered(i64::MAX, Some(1), None).is_err());
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan =
            Plan::Upgrade { tier: Tier::Pro, price_minor: 2_900, credits: 800, lines: vec![Line { what: "Pro".into(), minor: 1_000 }] };
        assert_eq!(serde_json::from_value::<Plan>(serde_json::to_value(&plan).unwrap()).unwrap(), plan);
        assert_eq!(serde_json::from_value::<Plan>(serde_json::json!({ "what": "nothing" })).unwrap(), Plan::Nothing);
    }
}
