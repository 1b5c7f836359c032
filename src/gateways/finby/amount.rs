//! Money: whole minor units and a currency, and the one way in which it is written for the gateway.
use std::fmt;

/// An amount of money in minor units (cents), never negative, and its currency (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: [u8; 3],
}

impl Amount {
    /// An amount; `None` when it is negative or the currency is not three capital letters.
    #[must_use]
    pub fn new(minor: i64, currency: &str) -> Option<Self> {
        let letters: [u8; 3] = currency.as_bytes().try_into().ok()?;
        (minor >= 0 && letters.iter().all(u8::is_ascii_uppercase)).then_some(Self { minor, currency: letters })
    }

    /// Reads what the gateway writes: `29.00`, `29`, `29.5`; `None` for more than two decimals or anything else. Floating point would
    /// lose cents, so the text itself is read.
    #[must_use]
    pub fn parse(text: &str, currency: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 2 || !digits(whole) || !digits(decimals) {
            return None;
        }
        let cents = format!("{decimals:0<2}").parse::<i64>().ok()?;
        Self::new(whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?, currency)
    }

    /// Cents.
    #[must_use]
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Three capital letters.
    #[must_use]
    pub fn currency(&self) -> &str {
        std::str::from_utf8(&self.currency).unwrap_or_default()
    }
}

/// As the gateway takes it: exactly two decimals, whatever the currency. A JSON number is refused there.
impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.minor / 100, self.minor % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_written_with_two_decimals_and_read_back() {
        for (minor, text) in [(0, "0.00"), (5, "0.05"), (2_900, "29.00"), (i64::MAX, "92233720368547758.07")] {
            let amount = Amount::new(minor, "EUR").expect("an amount");
            assert_eq!(amount.to_string(), text);
            assert_eq!(Amount::parse(text, "EUR"), Some(amount));
        }
        assert_eq!(Amount::parse("29", "EUR"), Amount::new(2_900, "EUR"));
        assert_eq!(Amount::parse("29.5", "EUR"), Amount::new(2_950, "EUR"));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in ["", ".", ".5", "-1", "+1", "1,00", "1.000", "1e3", "1.0.0", " 1", "92233720368547758.08", "999999999999999999999"] {
            assert_eq!(Amount::parse(text, "EUR"), None, "{text}");
        }
        assert_eq!(Amount::new(-1, "EUR"), None);
        for currency in ["", "eur", "EU", "EURO", "E1R"] {
            assert_eq!(Amount::new(1, currency), None, "{currency}");
        }
    }
}
