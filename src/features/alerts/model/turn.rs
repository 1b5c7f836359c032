//! When an alert begins and ends: past one limit for a while, below another for a while; in between it stays as it is.
use super::{Limits, Patience};
use jiff::Timestamp;

/// What is remembered between two looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Since when it is past the limit where it fires.
    pub over_since: Option<Timestamp>,
    /// Since when it is below the limit where it clears.
    pub calm_since: Option<Timestamp>,
}

/// What a look comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Fires,
    Clears,
    Stays,
}

/// One look at a value.
pub fn step(watch: Watch, is_open: bool, value: f64, rules: (Limits, Patience), now: Timestamp) -> (Watch, Turn) {
    let (limits, patience) = rules;
    let lasts = |since: Timestamp, seconds: i64| now.as_second() - since.as_second() >= seconds;
    if limits.is_over(value) {
        let since = watch.over_since.unwrap_or(now);
        let fires = !is_open && lasts(since, patience.hold);
        return (Watch { over_since: Some(since), calm_since: None }, if fires { Turn::Fires } else { Turn::Stays });
    }
    if limits.is_calm(value) {
        let since = watch.calm_since.unwrap_or(now);
        let clears = is_open && lasts(since, patience.calm);
        return (Watch { over_since: None, calm_since: Some(since) }, if clears { Turn::Clears } else { Turn::Stays });
    }
    (Watch::default(), Turn::Stays)
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;
    use crate::live::Settings;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    /// The turns that a series of values makes, one look each fifteen seconds.
    fn turns(rule: Rule, values: &[f64]) -> Vec<(i64, Turn)> {
        let rules = (Limits::of(rule, &Settings::default()), Patience { hold: 30, calm: 60 });
        let (mut watch, mut open, mut found) = (Watch::default(), false, Vec::new());
        for (look, value) in values.iter().enumerate() {
            let second = i64::try_from(look).unwrap_or_default() * 15;
            let (next, turn) = step(watch, open, *value, rules, at(second));
            watch = next;
            if turn != Turn::Stays {
                open = turn == Turn::Fires;
                found.push((second, turn));
            }
        }
        found
    }

    #[test]
    fn it_fires_once_it_has_lasted_and_clears_once_it_has_been_calm() {
        // Fires above 10 %, clears below 8 %.
        let values = [12.0, 12.0, 12.0, 12.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0];
        assert_eq!(turns(Rule::FailedTrainings, &values), [(30, Turn::Fires), (120, Turn::Clears)]);
    }

    #[test]
    fn a_moment_is_no_alert_and_between_the_limits_nothing_changes() {
        assert_eq!(turns(Rule::FailedTrainings, &[12.0, 12.0, 5.0, 12.0, 12.0, 9.0, 12.0]), []);
        let wavering = [12.0, 12.0, 12.0, 9.0, 9.0, 9.0, 9.0, 9.0, 5.0, 5.0, 9.0, 5.0, 12.0];
        assert_eq!(turns(Rule::FailedTrainings, &wavering), [(30, Turn::Fires)], "it neither clears nor fires again");
    }

    #[test]
    fn at_the_number_itself_only_counts_fire() {
        assert_eq!(turns(Rule::DeadJobs, &[1.0, 1.0, 1.0]), [(30, Turn::Fires)]);
        assert_eq!(turns(Rule::FailedTrainings, &[10.0, 10.0, 10.0, 10.0]), []);
        assert_eq!(turns(Rule::DatabaseSize, &[1e6, 1e6, 1e6, 1e6]), [], "zero is never");
    }

    #[test]
    fn every_rule_clears_below_where_it_fires() {
        for rule in Rule::ALL {
            let limits = Limits::of(*rule, &Settings::default());
            assert!(limits.is_off || (limits.clears <= limits.fires && limits.is_calm(0.0)), "{rule:?}");
            assert!(!limits.is_over(0.0), "{rule:?}");
            assert!(!rule.roles().is_empty());
        }
    }
}
