//! Times as somebody types them: in a zone that was shown, where some hours are skipped and some come twice.
use crate::kernel::Invalid;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, AmbiguousTimestamp, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// The zone with this name; UTC when nobody knows it.
pub fn named(zone: &str) -> TimeZone {
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}

/// A moment as the browser's field for date and time holds it (HTML, local date and time string).
pub fn typed(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The moment that was typed into a field; none when it was left empty. What was not changed stays as it is, to the second, and even
/// if it is an hour that comes twice.
///
/// # Errors
/// When it is no time, a skipped hour, or one that comes twice.
pub fn read(field: &'static str, text: Option<&str>, zone: &str, known: Option<Timestamp>) -> Result<Option<Timestamp>, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let Some(text) = text else { return Ok(None) };
    let tz = named(zone);
    if let Some(known) = known.filter(|known| typed(*known, &tz) == text) {
        return Ok(Some(known));
    }
    let wrong = |sentence: String| Invalid::field(field, sentence);
    let clock: Option<DateTime> = text.parse().ok().filter(|_| text.contains(':'));
    let clock = clock.filter(|clock| (2000..=9000).contains(&clock.year()));
    let clock = clock.ok_or_else(|| wrong("Give a date and a time, such as 2027-03-28T04:30.".to_owned()))?;
    let found = tz.to_ambiguous_timestamp(clock);
    match found.offset() {
        AmbiguousOffset::Unambiguous { .. } => found.compatible().map(Some).map_err(|error| wrong(error.to_string())),
        _ => Err(wrong(odd_hour(&tz, zone, clock, &found))),
    }
}

/// Why this time on the clock is none, or two.
fn odd_hour(tz: &TimeZone, zone: &str, clock: DateTime, found: &AmbiguousTimestamp) -> String {
    let (before, after) = match found.offset() {
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => (before, after),
        AmbiguousOffset::Unambiguous { offset } => (offset, offset),
    };
    let hour = |clock: DateTime| clock.strftime("%H:%M").to_string();
    // The later of the two readings lies behind the change, or upon it.
    let behind = found.later().unwrap_or(Timestamp::MIN).saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX);
    let change = tz.preceding(behind).next().map_or(behind, |change| change.timestamp());
    let (was, is) = (hour(before.to_datetime(change)), hour(after.to_datetime(change)));
    let (day, typed) = (clock.strftime("%-d %b %Y"), hour(clock));
    if after > before {
        format!(
            "On {day} the clocks of {zone} go forward from {was} to {is}: there is no {typed}. Choose a time before {was}, or from {is} on."
        )
    } else {
        format!(
            "On {day} the clocks of {zone} go back from {was} to {is}: {typed} comes twice. Choose a time before {is}, or from {was} on."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(text: &str) -> Result<String, String> {
        let read = read("starts_at", Some(text), "Europe/Berlin", None);
        read.map(|at| at.map(|at| at.to_string()).unwrap_or_default()).map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn a_time_is_read_in_its_zone() {
        assert_eq!(berlin("2027-03-28T01:59"), Ok("2027-03-28T00:59:00Z".into()));
        assert_eq!(berlin("2027-03-28T03:00"), Ok("2027-03-28T01:00:00Z".into()));
        assert_eq!(berlin(" 2027-07-01T12:00:30 "), Ok("2027-07-01T10:00:30Z".into()));
        assert_eq!(berlin(""), Ok(String::new()));
    }

    #[test]
    fn a_skipped_hour_is_refused_with_what_there_is_instead() {
        for (text, skipped) in [("2027-03-28T02:30", "02:30"), ("2027-03-28T02:00", "02:00"), ("2027-03-28T02:59", "02:59")] {
            assert_eq!(
                berlin(text),
                Err(format!(
                    "On 28 Mar 2027 the clocks of Europe/Berlin go forward from 02:00 to 03:00: there is no {skipped}. \
                     Choose a time before 02:00, or from 03:00 on."
                ))
            );
        }
    }

    #[test]
    fn an_hour_that_comes_twice_is_refused_unless_it_stood_there_before() {
        let twice = "On 31 Oct 2027 the clocks of Europe/Berlin go back from 03:00 to 02:00: 02:30 comes twice. \
                     Choose a time before 02:00, or from 03:00 on.";
        assert_eq!(berlin("2027-10-31T02:30"), Err(twice.into()));
        let known: Timestamp = "2027-10-31T01:30:12Z".parse().expect("a moment");
        assert_eq!(read("ends_at", Some("2027-10-31T02:30"), "Europe/Berlin", Some(known)), Ok(Some(known)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["tomorrow", "2027-02-30T10:00", "2027-02-20", "0001-01-01T00:00", "9999-12-31T23:59", "2027-02-20T25:00"] {
            assert_eq!(berlin(text), Err("Give a date and a time, such as 2027-03-28T04:30.".into()), "{text}");
        }
    }
}
