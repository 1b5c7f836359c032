//! A maintenance window: from when to when, what users are told, and what became of it.
use crate::codes;
use crate::kernel::Audited;
use crate::web::show;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::Uuid;

codes! {
    /// How far a window has come.
    pub enum State {
        Planned = "planned" / "Planned",
        Active = "active" / "On",
        Ended = "ended" / "Over",
        Cancelled = "cancelled" / "Cancelled",
    }
}

codes! {
    /// Why a window is over, or never came.
    pub enum Why {
        ByHand = "by_hand" / "by hand",
        OnTime = "on_time" / "at its time",
        Missed = "missed" / "missed",
        Overtaken = "overtaken" / "overtaken",
    }
}

codes! {
    /// What is to be done with a window by now.
    pub enum Due { Start = "start" / "Start", End = "end" / "End", Miss = "miss" / "Miss", Overtake = "overtake" / "Overtake" }
}

/// A window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub id: Uuid,
    pub state: State,
    pub message: String,
    pub starts_at: Timestamp,
    /// Nothing: until somebody ends it.
    pub ends_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub ended_why: Option<Why>,
    pub version: i32,
}

/// As the audit log keeps it. When something happened is the entry's own time.
#[derive(Serialize)]
struct Recorded<'a> {
    state: State,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let starts_at = self.was_planned().then_some(self.starts_at);
        let recorded = Recorded { state: self.state, message: &self.message, starts_at, ends_at: self.ends_at, why: self.ended_why };
        recorded.serialize(serializer)
    }
}

impl Audited for Window {
    const KIND: &'static str = "maintenance_window";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        show::short(&self.message, 60)
    }
}

impl Window {
    /// Whether it had a time to begin at; what begins at once has none.
    pub fn was_planned(&self) -> bool {
        self.started_at != Some(self.starts_at)
    }

    /// Whether something can still be changed about it.
    pub fn is_to_come_or_on(&self) -> bool {
        matches!(self.state, State::Planned | State::Active)
    }
}

/// The least, so that nobody asks again at once.
const LEAST: i64 = 30;

/// Seconds after which somebody who was turned away may ask again (RFC 9110, 10.2.3); `unknown` when nobody said how long it takes.
pub fn retry_after(ends_at: Option<Timestamp>, now: Timestamp, unknown: i64) -> i64 {
    ends_at.map_or(unknown, |end| end.duration_since(now).as_secs().max(LEAST))
}

/// How long something took or takes: `45 min`, `2 h 05 min`, `3 days 4 h`.
pub fn how_long(from: Timestamp, to: Timestamp) -> String {
    let minutes = (to.duration_since(from).as_secs().max(0) + 30) / 60;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, rest) => format!("{hours} h {rest:02} min"),
        (1, 0, _) => "1 day".to_owned(),
        (1, hours, _) => format!("1 day {hours} h"),
        (days, 0, _) => format!("{days} days"),
        (days, hours, _) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).expect("a moment")
    }

    #[test]
    fn whoever_is_turned_away_is_told_when_to_come_again() {
        assert_eq!(retry_after(None, second(0), 300), 300);
        assert_eq!(retry_after(Some(second(1_200)), second(0), 300), 1_200);
        assert_eq!(retry_after(Some(second(10)), second(0), 300), 30);
        assert_eq!(retry_after(Some(second(0)), second(10_000), 300), 30, "it is late");
    }

    #[test]
    fn lengths_are_told_in_words() {
        for (seconds, words) in [
            (0, "less than a minute"),
            (2_700, "45 min"),
            (3_600, "1 h"),
            (7_500, "2 h 05 min"),
            (86_400, "1 day"),
            (90_000, "1 day 1 h"),
            (273_600, "3 days 4 h"),
        ] {
            assert_eq!(how_long(second(0), second(seconds)), words);
        }
    }
}
