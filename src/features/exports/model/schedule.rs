//! An export that comes by the clock: when, of which days, and for how long it is kept.
use super::Order;
use crate::codes;
use crate::kernel::Audited;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How often it comes.
    pub enum Every { Day = "day" / "Every day", Week = "week" / "Every week", Month = "month" / "Every month" }
}

codes! {
    /// Which days each one is of.
    pub enum Period { Day = "day" / "The day before", Week = "week" / "The seven days before", Month = "month" / "The month before" }
}

codes! {
    /// Whether it comes.
    pub enum ScheduleState { Active = "active" / "Active", Paused = "paused" / "Paused", Deleted = "deleted" / "Deleted" }
}

/// When exports come, and what of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    pub every: Every,
    /// Minute, hour, day of the month, month, day of the week: made from what was chosen.
    pub cron: String,
    /// Nothing: the filter alone says.
    pub period: Option<Period>,
    pub keep_hours: i32,
    pub by_mail: bool,
}

/// An export that comes by the clock.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub id: Uuid,
    pub order: Order,
    pub rhythm: Rhythm,
    pub owner: Uuid,
    pub state: ScheduleState,
    /// Why Backlot paused it by itself.
    pub why_paused: Option<String>,
    pub next_at: Option<Timestamp>,
    pub last_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct Recorded<'a> {
    state: ScheduleState,
    dataset: &'a str,
    filter: &'a str,
    columns: String,
    format: super::Format,
    every: Every,
    cron: &'a str,
    time_zone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    keep_hours: i32,
    by_mail: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_paused: Option<&'a str>,
}

impl Serialize for Schedule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let recorded = Recorded {
            state: self.state,
            dataset: &self.order.dataset,
            filter: &self.order.filter,
            columns: self.order.columns.join(", "),
            format: self.order.format,
            every: self.rhythm.every,
            cron: &self.rhythm.cron,
            time_zone: &self.order.time_zone,
            period: self.rhythm.period,
            keep_hours: self.rhythm.keep_hours,
            by_mail: self.rhythm.by_mail,
            why_paused: self.why_paused.as_deref(),
        };
        recorded.serialize(serializer)
    }
}

impl Audited for Schedule {
    const KIND: &'static str = "export_schedule";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        self.order.label.clone()
    }
}

impl Period {
    /// The first and the last day of it, for an export that comes on this day.
    pub fn before(self, day: Date) -> Option<(Date, Date)> {
        let yesterday = day.checked_sub(1.day()).ok()?;
        match self {
            Self::Day => Some((yesterday, yesterday)),
            Self::Week => Some((day.checked_sub(7.days()).ok()?, yesterday)),
            Self::Month => {
                let last = day.first_of_month().checked_sub(1.day()).ok()?;
                Some((last.first_of_month(), last))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_export_is_of_what_came_before_its_day() {
        let day = date(2026, 3, 1);
        assert_eq!(Period::Day.before(day), Some((date(2026, 2, 28), date(2026, 2, 28))));
        assert_eq!(Period::Week.before(day), Some((date(2026, 2, 22), date(2026, 2, 28))));
        assert_eq!(Period::Month.before(day), Some((date(2026, 2, 1), date(2026, 2, 28))));
        assert_eq!(Period::Month.before(date(2028, 3, 31)), Some((date(2028, 2, 1), date(2028, 2, 29))));
        assert_eq!(Period::Month.before(date(2026, 1, 15)), Some((date(2025, 12, 1), date(2025, 12, 31))));
    }
}
