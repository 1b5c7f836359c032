//! How looks are said.
use crate::features::integrity::model::{Check, Rhythm, Run, State};
use crate::web::parts::{Badge, Spark};
use crate::web::show::{self, number};
use jiff::SignedDuration;

/// How many rows are wrong, as the newest look has it that was done.
pub fn verdict(check: Check, last: Option<&Run>, left: i64) -> Badge {
    match last.map(|run| run.found) {
        None => Badge::new("", "Not looked yet"),
        Some(0) => Badge::new("ok", "In order"),
        Some(_) if left <= 0 => Badge::new("info", "Put right").because("the next look says whether that was all"),
        Some(_) => Badge::new(check.severity().tone(), number(left)),
    }
}

/// How long a look took.
pub fn took(run: &Run) -> String {
    run.started_at.zip(run.finished_at).map(|(from, to)| duration(to.duration_since(from))).unwrap_or_default()
}

fn duration(time: SignedDuration) -> String {
    match time.as_millis() {
        0..1_000 => format!("{} ms", time.as_millis()),
        1_000..120_000 => format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100),
        _ => format!("{} min", time.as_secs() / 60),
    }
}

/// How often a check comes by itself.
pub fn rhythm(check: Check) -> &'static str {
    match check.rhythm() {
        Rhythm::Hourly => "every hour",
        Rhythm::Nightly => "every night",
    }
}

/// A look's state in its colour.
pub fn state(run: &Run) -> Badge {
    match run.state {
        State::Done if run.found == 0 => Badge::new("ok", "In order"),
        State::Done => Badge::new(run.check.severity().tone(), "Found some"),
        State::Failed => Badge::new("bad", run.state.label()),
        State::Waiting | State::Running => Badge::new("info", run.state.label()),
    }
}

/// What the looks that were done have found, oldest first; nothing while there are not two.
pub fn trend(check: Check, runs: &[&Run]) -> Option<Spark> {
    let done = runs.iter().rev().filter(|run| run.state == State::Done);
    let figures: Vec<_> = done.map(|run| (show::day(run.asked_at), run.found)).collect();
    (figures.len() > 1).then(|| Spark::draw(format!("{}: rows found by the last {} looks", check.label(), figures.len()), &figures))
}
