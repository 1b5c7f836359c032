//! How values are shown: moments, money, numbers, people.
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment, for people: absolute with zone, in words, and in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
    /// `22 Jan 2026, 15:03 CET`.
    pub local: String,
    /// `2026-01-22 14:03:05 UTC`.
    pub utc: String,
    /// `3 min ago`.
    pub ago: String,
}

impl Moment {
    /// A moment as seen from a zone, now.
    pub fn new(at: Timestamp, zone: &TimeZone, now: Timestamp) -> Self {
        let utc = Offset::UTC.to_datetime(at);
        let date = format!("{:04}-{:02}-{:02}", utc.year(), utc.month(), utc.day());
        let clock = format!("{:02}:{:02}:{:02}", utc.hour(), utc.minute(), utc.second());
        Self {
            iso: [&date, "T", &clock, "Z"].concat(),
            local: local(at, zone),
            utc: [&date, " ", &clock, " UTC"].concat(),
            ago: relative(at.duration_since(now)),
        }
    }
}

/// Pages hold a hundred moments: put together by hand, in a quarter of the time that reading a format takes.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    let info = zone.to_offset_info(at);
    let here = info.offset().to_datetime(at);
    let (day, month, year) = (here.day(), month(here), here.year());
    format!("{day} {month} {year}, {:02}:{:02} {}", here.hour(), here.minute(), info.abbreviation())
}

fn month(at: DateTime) -> &'static str {
    usize::try_from(at.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default()
}

/// A day of UTC as a chart names it: `05 Nov`.
pub fn day(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    format!("{:02} {}", at.day(), month(at))
}

fn relative(distance: SignedDuration) -> String {
    let seconds = distance.as_secs().unsigned_abs();
    let text = match seconds {
        0..45 => return "just now".to_owned(),
        45..5_400 => format!("{} min", (seconds + 30) / 60),
        5_400..129_600 => format!("{} h", (seconds + 1_800) / 3_600),
        129_600..5_256_000 => format!("{} days", (seconds + 43_200) / 86_400),
        5_256_000..63_072_000 => format!("{} months", seconds / 2_628_000),
        _ => format!("{} years", seconds / 31_536_000),
    };
    if distance.is_negative() { format!("{text} ago") } else { format!("in {text}") }
}

/// `1,234,567`.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0 {
        text.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Minor units and currency (ISO 4217) as `€29.00`; currencies without minor units as they are.
pub fn money(minor: i64, currency: &str) -> String {
    let currency = currency.trim();
    let symbol = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        other => &format!("{other} "),
    };
    let sign = if minor < 0 { "−" } else { "" };
    let minor = minor.unsigned_abs();
    if decimals(currency) == 0 {
        return format!("{sign}{symbol}{}", number(i64::try_from(minor).unwrap_or(i64::MAX)));
    }
    let whole = number(i64::try_from(minor / 100).unwrap_or(i64::MAX));
    format!("{sign}{symbol}{whole}.{:02}", minor % 100)
}

/// How many decimals a currency's minor unit is (ISO 4217), as far as it is not two.
pub fn decimals(currency: &str) -> u32 {
    match currency.trim() {
        "JPY" | "KRW" | "VND" | "CLP" => 0,
        _ => 2,
    }
}

/// At most two letters for a face without a picture.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    let text: String = [first, last].into_iter().flatten().flat_map(char::to_uppercase).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}

/// One of six hues, always the same for the same id.
pub fn hue(id: Uuid) -> u8 {
    id.as_bytes().iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) % 6
}

/// Text shortened for a place where only its beginning matters.
pub fn short(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_with_its_sign_and_minor_units() {
        assert_eq!(money(2900, "EUR"), "€29.00");
        assert_eq!(money(-5, "USD"), "−$0.05");
        assert_eq!(money(123_456_789, "CHF"), "CHF 1,234,567.89");
        assert_eq!(money(500, "JPY"), "¥500");
        assert_eq!(money(i64::MIN, "EUR"), "−€92,233,720,368,547,758.08");
    }

    #[test]
    fn initials_survive_any_name() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("李小龍"), "李");
        assert_eq!(initials("\u{200b} !!"), "?");
    }

    #[test]
    fn a_moment_is_told_as_the_format_of_the_standard_tells_it() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone that everybody has");
        for second in [0, -62_135_596_800, 253_402_207_199, 1_764_000_000, 1_751_000_005, 951_782_400] {
            let at = Timestamp::from_second(second).expect("a moment");
            let moment = Moment::new(at, &zone, at);
            assert_eq!(moment.iso, at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            assert_eq!(moment.utc, at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
            let here = at.to_zoned(zone.clone());
            let year = here.year();
            assert_eq!(moment.local, format!("{} {year}, {}", here.strftime("%-d %b"), here.strftime("%H:%M %Z")));
            assert_eq!(day(at), at.strftime("%d %b").to_string());
        }
    }

    #[test]
    fn times_are_told_in_words() {
        assert_eq!(relative(SignedDuration::from_secs(-10)), "just now");
        assert_eq!(relative(SignedDuration::from_secs(-180)), "3 min ago");
        assert_eq!(relative(SignedDuration::from_secs(86_400 * 3)), "in 3 days");
        assert_eq!(relative(SignedDuration::from_secs(-86_400 * 50)), "50 days ago");
        assert_eq!(relative(SignedDuration::from_secs(-86_400 * 61)), "2 months ago");
    }
}
