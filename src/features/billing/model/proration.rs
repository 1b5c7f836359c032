//! What a change of tier within a period costs: the unused part of what was paid goes off, the remaining part of the new price comes on.
//!
//! Both parts are measured to the microsecond and rounded to whole minor units, halves up; so a change and its opposite at the same
//! moment come to nothing.
use jiff::Timestamp;

/// A period, from its first moment to the first that is no longer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    /// The part of a price that falls on what remains of the period at a moment.
    fn rest(self, price: i64, at: Timestamp) -> i64 {
        let at = at.clamp(self.start, self.end);
        let micros = |from: Timestamp, to: Timestamp| i128::from(to.as_microsecond()) - i128::from(from.as_microsecond());
        let (left, whole) = (micros(at, self.end), micros(self.start, self.end));
        if whole <= 0 {
            return 0;
        }
        let rest = (i128::from(price) * left * 2 + whole) / (whole * 2);
        i64::try_from(rest).unwrap_or(i64::MAX)
    }
}

/// What a change of price within a period comes to, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prorated {
    /// The unused part of the old price.
    pub unused: i64,
    /// The remaining part of the new price.
    pub rest: i64,
}

impl Prorated {
    /// What is charged: never negative, never more than the new price.
    pub fn due(self) -> i64 {
        self.balance().max(0)
    }

    /// What is charged, or below zero what would be owed.
    pub fn balance(self) -> i64 {
        self.rest - self.unused
    }
}

/// A change from one price to another at a moment of a period. Prices are not negative.
pub fn prorate(span: Span, at: Timestamp, old: i64, new: i64) -> Prorated {
    Prorated { unused: span.rest(old, at), rest: span.rest(new, at) }
}

#[cfg(test)]
mod tests {
    use super::{Span, prorate};
    use jiff::civil::{Date, date};
    use jiff::tz::TimeZone;
    use jiff::{SignedDuration, Timestamp, ToSpan};
    use proptest::prelude::*;

    fn day(of: Date, zone: &str) -> Timestamp {
        of.to_zoned(TimeZone::get(zone).expect("a zone")).expect("a day").timestamp()
    }

    #[test]
    fn half_of_a_period_costs_half_of_the_difference() {
        let span = Span { start: day(date(2026, 11, 1), "UTC"), end: day(date(2026, 12, 1), "UTC") };
        let change = prorate(span, day(date(2026, 11, 16), "UTC"), 900, 2_900);
        assert_eq!((change.unused, change.rest, change.due()), (450, 1_450, 1_000));
    }

    #[test]
    fn at_its_beginning_all_at_its_end_and_beyond_nothing() {
        let span = Span { start: day(date(2026, 1, 31), "UTC"), end: day(date(2026, 2, 28), "UTC") };
        let minute = SignedDuration::from_mins(1);
        for (at, due) in [(span.start - minute, 2_000), (span.start, 2_000), (span.end, 0), (span.end + minute, 0)] {
            assert_eq!(prorate(span, at, 900, 2_900).due(), due, "at {at}");
        }
    }

    prop_compose! {
        /// A month from some day in some zone: leap years, ends of months, days of 23 and 25 hours.
        fn spans()(year in 1996_i16..2105, month in 1_i8..=12, of in 1_i8..=31, months in 1_i64..=12,
            zone in prop::sample::select(vec!["UTC", "Europe/Prague", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]))
            -> Span {
            let last = date(year, month, 1).days_in_month();
            let begins = date(year, month, of.min(last));
            let ends = begins.checked_add(months.months()).expect("a day");
            Span { start: day(begins, zone), end: day(ends, zone) }
        }
    }

    proptest! {
        #[test]
        fn never_negative_and_never_more_than_the_new_price(span in spans(), part in 0.0_f64..=1.2, old in 0_i64..=100_000_000, new in 0_i64..=100_000_000) {
            let length = (span.end.as_microsecond() - span.start.as_microsecond()) as f64;
            let at = Timestamp::from_microsecond(span.start.as_microsecond() + (length * part) as i64).expect("a moment");
            let change = prorate(span, at, old, new);
            prop_assert!(change.due() >= 0 && change.due() <= new);
            prop_assert!(change.unused >= 0 && change.unused <= old && change.rest >= 0 && change.rest <= new);
            prop_assert!(new < old || change.balance() >= 0, "a dearer tier never owes");
        }

        #[test]
        fn there_and_back_in_the_same_moment_costs_nothing(span in spans(), part in 0.0_f64..=1.0, old in 0_i64..=100_000_000, new in 0_i64..=100_000_000) {
            let length = (span.end.as_microsecond() - span.start.as_microsecond()) as f64;
            let at = Timestamp::from_microsecond(span.start.as_microsecond() + (length * part) as i64).expect("a moment");
            prop_assert_eq!(prorate(span, at, old, new).balance() + prorate(span, at, new, old).balance(), 0);
        }

        #[test]
        fn the_later_the_cheaper(span in spans(), one in 0.0_f64..=1.0, other in 0.0_f64..=1.0, new in 0_i64..=100_000_000) {
            let length = (span.end.as_microsecond() - span.start.as_microsecond()) as f64;
            let at = |part: f64| Timestamp::from_microsecond(span.start.as_microsecond() + (length * part) as i64).expect("a moment");
            let (early, late) = (at(one.min(other)), at(one.max(other)));
            prop_assert!(prorate(span, late, 0, new).due() <= prorate(span, early, 0, new).due());
        }
    }
}
