//! Cells as text: what CSV and JSON write alike.
use std::io::Write;
use uuid::Uuid;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Year, month and day of so many days since 1970, in the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * month + 2) / 5 + 1).unwrap_or(1);
    let month = u32::try_from(if month < 10 { month + 3 } else { month - 9 }).unwrap_or(1);
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn two(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&[digit(value / 10), digit(value)]);
}

fn digit(value: u32) -> u8 {
    b'0' + u8::try_from(value % 10).unwrap_or(0)
}

/// ISO 8601 in UTC to the microsecond: `2026-01-22T14:03:05.123456Z`. A year before 0 or after 9999 has a sign and six digits
/// (ISO 8601, expanded representations).
pub fn time(out: &mut Vec<u8>, at: i64) {
    let (year, month, day) = civil(at.div_euclid(MICROSECONDS_A_DAY));
    let rest = u64::try_from(at.rem_euclid(MICROSECONDS_A_DAY)).unwrap_or(0);
    let (seconds, micros) = (u32::try_from(rest / 1_000_000).unwrap_or(0), u32::try_from(rest % 1_000_000).unwrap_or(0));
    match u32::try_from(year) {
        Ok(year) if year <= 9_999 => {
            two(out, year / 100);
            two(out, year % 100);
        }
        // Writing into memory does not fail.
        _ => drop(write!(out, "{year:+07}")),
    }
    for (sign, value) in [(b'-', month), (b'-', day), (b'T', seconds / 3_600), (b':', seconds / 60 % 60), (b':', seconds % 60)] {
        out.push(sign);
        two(out, value);
    }
    out.push(b'.');
    two(out, micros / 10_000);
    two(out, micros / 100 % 100);
    two(out, micros % 100);
    out.push(b'Z');
}

/// `0192f000-0000-7000-8000-00000000000a`.
pub fn id(out: &mut Vec<u8>, id: Uuid) {
    out.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
}

/// A whole number.
pub fn whole(out: &mut Vec<u8>, value: i64) {
    // Writing into memory does not fail.
    let _ = write!(out, "{value}");
}

/// An amount with its decimals: 2900 with two of them is `29.00`.
pub fn money(out: &mut Vec<u8>, minor: i64, decimals: u32) {
    if decimals == 0 {
        return whole(out, minor);
    }
    let unit = 10_u64.pow(decimals.min(9));
    let (size, width) = (minor.unsigned_abs(), usize::try_from(decimals.min(9)).unwrap_or(0));
    let sign = if minor < 0 { "-" } else { "" };
    // Writing into memory does not fail.
    let _ = write!(out, "{sign}{}.{:0width$}", size / unit, size % unit);
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn written(with: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        with(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(written(|out| money(out, 2900, 2)), "29.00");
        assert_eq!(written(|out| money(out, -5, 2)), "-0.05");
        assert_eq!(written(|out| money(out, 500, 0)), "500");
        assert_eq!(written(|out| money(out, i64::MIN, 3)), "-9223372036854775.808");
    }

    #[test]
    fn times_beyond_four_digits_are_signed() {
        assert_eq!(written(|out| time(out, 0)), "1970-01-01T00:00:00.000000Z");
        assert_eq!(written(|out| time(out, 253_402_300_800_000_000)), "+010000-01-01T00:00:00.000000Z");
        assert_eq!(written(|out| time(out, -62_167_219_200_000_001)), "-000001-12-31T23:59:59.999999Z");
    }

    proptest! {
        #[test]
        fn times_are_those_of_the_calendar(at in -62_135_596_800_000_000_i64..253_402_207_200_000_000) {
            let known = Timestamp::from_microsecond(at).expect("a moment").strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
            prop_assert_eq!(written(|out| time(out, at)), known);
        }
    }
}
