//! Charts over time, drawn here as lines of SVG; the figures themselves follow as a table.
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The box that lines are drawn in.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 84.0;
/// What is left free above the highest point.
const HEAD: f64 = 6.0;
/// The most rows of the table.
const ROWS: usize = 24;

/// One thing that is drawn: its name, its style and its points in the order of time.
pub struct Series<'a> {
    pub name: &'static str,
    /// A class of the style sheet: nothing for the main one, `second` or `bad`.
    pub tone: &'static str,
    pub points: &'a [(Timestamp, f64)],
}

/// What all series of a chart share.
pub struct Frame<'a> {
    pub label: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Minutes between two points; a wider gap is not drawn across.
    pub bucket: i32,
    pub zone: &'a TimeZone,
    /// How a value is said.
    pub say: fn(f64) -> String,
    /// The least height that the scale has, so that noise is not drawn as mountains.
    pub least: f64,
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: &'static str,
    pub tone: &'static str,
    pub path: String,
    /// Its last value, in words.
    pub now: String,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub label: String,
    pub lines: Vec<Line>,
    /// The values of the scale: its top, in words.
    pub top: String,
    pub begins: String,
    pub ends: String,
    /// The times, and a value of each line at each: the highest since the row before.
    pub rows: Vec<(String, Vec<String>)>,
}

impl Chart {
    /// Draws the series into one box.
    pub fn draw(frame: &Frame<'_>, all: &[Series<'_>]) -> Self {
        let top = all.iter().flat_map(|series| series.points.iter().map(|(_, value)| *value)).fold(frame.least, f64::max);
        let line = |series: &Series<'_>| Line {
            name: series.name,
            tone: series.tone,
            path: path(frame, series.points, top),
            now: series.points.last().map_or_else(|| "—".into(), |(_, value)| (frame.say)(*value)),
        };
        Self {
            label: frame.label.clone(),
            lines: all.iter().map(line).collect(),
            top: (frame.say)(top),
            begins: clock(frame, frame.from),
            ends: clock(frame, frame.to),
            rows: rows(frame, all),
        }
    }

    /// Whether there is nothing to be drawn yet.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.path.is_empty())
    }
}

fn path(frame: &Frame<'_>, points: &[(Timestamp, f64)], top: f64) -> String {
    let span = (frame.to.as_second() - frame.from.as_second()).max(1) as f64;
    let gap = i64::from(frame.bucket) * 60 * 5 / 2;
    let mut path = String::with_capacity(points.len() * 12);
    let mut last: Option<Timestamp> = None;
    for (at, value) in points {
        let x = ((at.as_second() - frame.from.as_second()) as f64 / span * WIDTH).clamp(0.0, WIDTH);
        let y = HEIGHT - (value / top).clamp(0.0, 1.0) * (HEIGHT - HEAD);
        let joined = last.is_some_and(|last| at.as_second() - last.as_second() <= gap);
        // A point alone is a short stroke, or it would not be seen.
        path.push_str(&if joined { format!("L{x:.1} {y:.1}") } else { format!("M{x:.1} {y:.1}h.5") });
        last = Some(*at);
    }
    path
}

fn clock(frame: &Frame<'_>, at: Timestamp) -> String {
    let at = at.to_zoned(frame.zone.clone());
    let far = frame.to.as_second() - frame.from.as_second() > 86_400 * 3 / 2;
    at.strftime(if far { "%-d %b %H:%M" } else { "%H:%M" }).to_string()
}

fn rows(frame: &Frame<'_>, all: &[Series<'_>]) -> Vec<(String, Vec<String>)> {
    let span = (frame.to.as_second() - frame.from.as_second()).max(1);
    let rows = i64::try_from(ROWS).unwrap_or(1);
    let step = (span / rows).max(60);
    let mut found = Vec::new();
    for row in 0..rows {
        let (from, to) = (frame.from.as_second() + row * step, frame.from.as_second() + (row + 1) * step);
        let highest = |series: &Series<'_>| {
            let inside = series.points.iter().filter(|(at, _)| (from..to).contains(&at.as_second())).map(|(_, value)| *value);
            inside.reduce(f64::max).map_or_else(|| "not measured".into(), frame.say)
        };
        let at = Timestamp::from_second(from).unwrap_or(frame.from);
        found.push((clock(frame, at), all.iter().map(highest).collect()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(zone: &TimeZone) -> Frame<'_> {
        let at = |second| Timestamp::from_second(second).expect("a moment");
        Frame { label: "Load".into(), from: at(0), to: at(3_600), bucket: 1, zone, say: |value| format!("{value:.0}"), least: 1.0 }
    }

    #[test]
    fn a_gap_in_what_was_measured_is_a_gap_in_the_line() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("a moment");
        let points = [(at(0), 0.0), (at(1), 10.0), (at(30), 5.0)];
        let chart = Chart::draw(&frame(&TimeZone::UTC), &[Series { name: "all", tone: "", points: &points }]);
        assert_eq!(chart.lines[0].path, "M0.0 84.0h.5L5.3 6.0M160.0 45.0h.5");
        assert_eq!((chart.top.as_str(), chart.lines[0].now.as_str(), chart.begins.as_str()), ("10", "5", "00:00"));
        assert_eq!(chart.rows.len(), ROWS);
        assert_eq!((chart.rows[0].1[0].as_str(), chart.rows[1].1[0].as_str()), ("10", "not measured"));
    }

    #[test]
    fn without_points_there_is_no_line() {
        let chart = Chart::draw(&frame(&TimeZone::UTC), &[Series { name: "all", tone: "", points: &[] }]);
        assert!(chart.is_empty());
        assert_eq!(chart.lines[0].now, "—");
    }
}
