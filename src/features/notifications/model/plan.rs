//! When a notification goes: now, at a time, or again and again by the clock of a zone.
use crate::codes;
use crate::jobs::next_after;
use crate::kernel::{Error, Invalid, Result};
use crate::web::show::Moment;
use crate::web::typed::{self, named};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far ahead somebody may plan, in days.
const FURTHEST_DAYS: i64 = 366;

codes! {
    /// What is chosen in the form.
    pub enum When { Now = "now" / "Now", Once = "once" / "At a time", Daily = "daily" / "Every day", Weekly = "weekly" / "Every week" }
}

codes! {
    /// Days of the week; cron counts them from Sunday, which is 0 (POSIX, crontab).
    pub enum Weekday {
        Monday = "1" / "Monday",
        Tuesday = "2" / "Tuesday",
        Wednesday = "3" / "Wednesday",
        Thursday = "4" / "Thursday",
        Friday = "5" / "Friday",
        Saturday = "6" / "Saturday",
        Sunday = "0" / "Sunday",
    }
}

/// When it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum Plan {
    Now,
    Once { at: Timestamp, zone: String },
    Daily { time: Clock, zone: String },
    Weekly { weekday: Weekday, time: Clock, zone: String },
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub hour: u8,
    pub minute: u8,
}

impl Plan {
    /// What was chosen.
    pub fn when(&self) -> When {
        match self {
            Self::Now => When::Now,
            Self::Once { .. } => When::Once,
            Self::Daily { .. } => When::Daily,
            Self::Weekly { .. } => When::Weekly,
        }
    }

    /// Whether it comes again and again.
    pub fn recurs(&self) -> bool {
        matches!(self, Self::Daily { .. } | Self::Weekly { .. })
    }

    /// The zone that its times are in.
    pub fn zone(&self) -> Option<&str> {
        match self {
            Self::Now => None,
            Self::Once { zone, .. } | Self::Daily { zone, .. } | Self::Weekly { zone, .. } => Some(zone),
        }
    }

    /// When it goes next, seen from a moment. A time that the clocks skip comes right after the gap; one that they show twice comes
    /// once.
    ///
    /// # Errors
    /// When the zone is none.
    pub fn next(&self, now: Timestamp) -> Result<Timestamp> {
        let (cron, zone) = match self {
            Self::Now => return Ok(now),
            Self::Once { at, .. } => return Ok(*at),
            Self::Daily { time, zone } => (format!("{} {} * * *", time.minute, time.hour), zone),
            Self::Weekly { weekday, time, zone } => (format!("{} {} * * {}", time.minute, time.hour, weekday.code()), zone),
        };
        next_after(&cron, zone, now).map_err(Error::internal)
    }

    /// In words, with the zone.
    pub fn words(&self) -> String {
        match self {
            Self::Now => "as soon as it is confirmed".to_owned(),
            Self::Once { at, zone } => format!("{} ({zone})", Moment::new(*at, &named(zone), *at).local),
            Self::Daily { time, zone } => format!("every day at {} ({zone})", time.words()),
            Self::Weekly { weekday, time, zone } => format!("every {} at {} ({zone})", weekday.label(), time.words()),
        }
    }
}

impl Clock {
    /// `09:05`.
    pub fn words(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let clock = Self { hour: hour.parse().ok()?, minute: minute.get(..2)?.parse().ok()? };
        (hour.len() == 2 && clock.hour < 24 && clock.minute < 60).then_some(clock)
    }
}

/// What was typed.
pub struct Typed<'a> {
    pub when: Option<When>,
    pub at: Option<&'a str>,
    pub time: Option<&'a str>,
    pub weekday: Option<Weekday>,
    pub zone: &'a str,
    /// The time that stood there before.
    pub known: Option<Timestamp>,
}

impl Typed<'_> {
    /// The plan that was typed.
    ///
    /// # Errors
    /// What is wrong with each field.
    pub fn parse(&self) -> Result<Plan, Invalid> {
        let zone = self.zone.to_owned();
        if jiff::tz::TimeZone::get(&zone).is_err() {
            return Err(Invalid::field("when", "Nobody knows this time zone."));
        }
        let time = || {
            let given = self.time.map(str::trim).filter(|text| !text.is_empty());
            let given = given.ok_or_else(|| Invalid::field("time", "Say at what time of day."))?;
            Clock::parse(given).ok_or_else(|| Invalid::field("time", "Give a time of day, such as 09:30."))
        };
        match self.when.unwrap_or(When::Now) {
            When::Now => Ok(Plan::Now),
            When::Once => {
                let at = typed::read("at", self.at, self.zone, self.known)?;
                Ok(Plan::Once { at: at.ok_or_else(|| Invalid::field("at", "Say when it goes."))?, zone })
            }
            When::Daily => Ok(Plan::Daily { time: time()?, zone }),
            When::Weekly => {
                let weekday = self.weekday.ok_or_else(|| Invalid::field("weekday", "Choose a day of the week."))?;
                Ok(Plan::Weekly { weekday, time: time()?, zone })
            }
        }
    }
}

/// Refuses a time that has passed or lies too far ahead.
///
/// # Errors
/// What is wrong with it.
pub fn fits(plan: &Plan, now: Timestamp) -> Result<(), Invalid> {
    let Plan::Once { at, .. } = plan else { return Ok(()) };
    if *at <= now {
        return Err(Invalid::field("at", format!("{} has passed. To send at once, choose “Now”.", plan.words())));
    }
    if at.duration_since(now) > SignedDuration::from_hours(24 * FURTHEST_DAYS) {
        return Err(Invalid::field("at", "Plan at most a year ahead."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn daily(time: &str, zone: &str) -> Plan {
        Plan::Daily { time: Clock::parse(time).expect("a time"), zone: zone.into() }
    }

    fn from(plan: &Plan, start: &str, times: usize) -> Vec<String> {
        let mut now = moment(start);
        let mut found = Vec::new();
        for _ in 0..times {
            now = plan.next(now).expect("a time");
            found.push(now.to_string());
        }
        found
    }

    #[test]
    fn a_day_keeps_its_hour_when_the_clocks_change() {
        let nine = daily("09:00", "Europe/Berlin");
        assert_eq!(from(&nine, "2027-03-26T12:00:00Z", 3), ["2027-03-27T08:00:00Z", "2027-03-28T07:00:00Z", "2027-03-29T07:00:00Z"]);
        assert_eq!(from(&nine, "2027-10-29T12:00:00Z", 3), ["2027-10-30T07:00:00Z", "2027-10-31T08:00:00Z", "2027-11-01T08:00:00Z"]);
    }

    #[test]
    fn a_skipped_hour_comes_after_the_gap_and_an_hour_that_comes_twice_once() {
        let skipped = daily("02:30", "Europe/Berlin");
        assert_eq!(from(&skipped, "2027-03-27T12:00:00Z", 2), ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]);
        assert_eq!(from(&skipped, "2027-10-30T12:00:00Z", 2), ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]);
        let lord_howe = daily("02:15", "Australia/Lord_Howe");
        assert_eq!(
            from(&lord_howe, "2027-10-02T00:00:00Z", 2),
            ["2027-10-02T15:30:00Z", "2027-10-03T15:15:00Z"],
            "a change of half an hour"
        );
    }

    #[test]
    fn a_week_has_its_day_in_its_own_zone() {
        let plan = Plan::Weekly { weekday: Weekday::Sunday, time: Clock { hour: 0, minute: 30 }, zone: "Pacific/Auckland".into() };
        assert_eq!(from(&plan, "2027-01-01T00:00:00Z", 2), ["2027-01-02T11:30:00Z", "2027-01-09T11:30:00Z"]);
    }

    #[test]
    fn times_of_day_are_read_strictly() {
        for (text, read) in
            [("09:30", Some("09:30")), ("23:59:00", Some("23:59")), ("24:00", None), ("9:30", None), ("09:6", None), ("noon", None)]
        {
            assert_eq!(Clock::parse(text).map(Clock::words).as_deref(), read, "{text}");
        }
    }
}
