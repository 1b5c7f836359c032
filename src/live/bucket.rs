//! The draw: which bucket of a flag a user is in, always the same, independent of every other flag's.
use crate::kernel::Invalid;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt::{Display, Formatter};
use std::io::Cursor;

/// How many buckets there are: a percentage has three decimals.
pub const BUCKETS: u32 = 100_000;

/// Draws the bucket of a user: MurmurHash3 (x86, 32 bit, seed 0) of `{salt}:{user id}` in UTF-8, scaled to 0..100,000 without the bias
/// of a remainder.
pub fn bucket(salt: &str, user: &str) -> u32 {
    let drawn = [salt, ":", user].concat();
    // Reading from memory does not fail.
    let hash = murmur3::murmur3_32(&mut Cursor::new(drawn), 0).unwrap_or_default();
    u32::try_from((u64::from(hash) * u64::from(BUCKETS)) >> 32).unwrap_or(BUCKETS - 1)
}

/// A share of all users, in thousandths of a per cent: 0 is nobody, 100,000 is everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "f64")]
pub struct Percentage(u32);

impl Percentage {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Everybody.
    pub const ALL: Self = Self(BUCKETS);

    /// From thousandths; more than everybody is everybody.
    pub fn thousandths(value: u32) -> Self {
        Self(value.min(BUCKETS))
    }

    /// In thousandths.
    pub fn in_thousandths(self) -> u32 {
        self.0
    }

    /// Whether a bucket is within. A greater percentage holds every bucket that a smaller one holds.
    pub fn holds(self, bucket: u32) -> bool {
        bucket < self.0
    }

    /// Reads what somebody typed, such as `25` or `0.125`.
    ///
    /// # Errors
    /// What is wrong with the field `percentage`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = |sentence: &str| Invalid::field("percentage", sentence);
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || !is_number(whole) || !is_number(decimals) {
            return Err(wrong("Give a number from 0 to 100, such as 25 or 0.125."));
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 3 {
            return Err(wrong("Use at most three decimals."));
        }
        let (whole, decimals) = (whole.parse::<u64>(), format!("{decimals:0<3}").parse::<u64>());
        match (whole, decimals) {
            (Ok(whole), Ok(decimals)) if whole * 1_000 + decimals <= u64::from(BUCKETS) => {
                Ok(Self(u32::try_from(whole * 1_000 + decimals).unwrap_or(BUCKETS)))
            }
            _ => Err(wrong("There is no more than 100 %.")),
        }
    }
}

impl Display for Percentage {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let (whole, decimals) = (self.0 / 1_000, self.0 % 1_000);
        if decimals == 0 { write!(out, "{whole}") } else { write!(out, "{whole}.{}", format!("{decimals:03}").trim_end_matches('0')) }
    }
}

/// A number, without decimals where it needs none.
impl Serialize for Percentage {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1_000) { out.serialize_u32(self.0 / 1_000) } else { out.serialize_f64(f64::from(*self)) }
    }
}

impl From<Percentage> for f64 {
    fn from(percentage: Percentage) -> Self {
        Self::from(percentage.0) / 1_000.0
    }
}

impl TryFrom<f64> for Percentage {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        Self::parse(&value.to_string()).map_err(|invalid| format!("{value} is no percentage: {invalid}"))
    }
}
