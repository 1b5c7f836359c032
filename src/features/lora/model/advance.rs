//! What a look at the training service changes: never back, and nothing once it has ended.
use super::attempt::{Attempt, Progress};
use super::error_class::ErrorClass;
use crate::gateways::training::{State, Training};
use jiff::{SignedDuration, Timestamp};

/// The most lines of a log that are kept.
pub const LONGEST_LOG: usize = 50_000;
/// The most characters of a line.
const LONGEST_LINE: usize = 2_000;

/// What became of the file that a training says it has delivered.
pub type Delivered = Result<(String, i64), (ErrorClass, String)>;

/// An attempt after a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Advance {
    pub progress: Progress,
    pub provider_state: String,
    pub percent: i32,
    pub steps: i32,
    pub expected_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub gpu_seconds: i32,
    /// Lines of the log that are new.
    pub lines: Vec<String>,
    pub failure: Option<(ErrorClass, String)>,
    /// The key and size of the weights.
    pub file: Option<(String, i64)>,
    /// Whether anything moved.
    pub moved: bool,
}

/// What a look changes; `None` when the attempt has ended already. `delivered` is what became of its file, for one that succeeded.
pub fn advance(attempt: &Attempt, seen: &Training, delivered: Option<Delivered>, now: Timestamp) -> Option<Advance> {
    if attempt.progress.is_final() {
        return None;
    }
    let lines = new_lines(attempt, seen);
    let steps = steps(&seen.logs, attempt.total_steps).unwrap_or_default().clamp(attempt.steps, attempt.total_steps.max(attempt.steps));
    let (progress, failure, file) = outcome(attempt, seen, delivered);
    let percent = match progress {
        Progress::Succeeded => 100,
        _ if attempt.total_steps > 0 => (i64::from(steps) * 100 / i64::from(attempt.total_steps)).clamp(0, 99).try_into().unwrap_or(0),
        _ => 0,
    };
    let percent = percent.max(attempt.percent);
    let started_at = attempt.started_at.or(seen.started_at).or((progress == Progress::Running).then_some(now));
    let moved = !lines.is_empty() || steps > attempt.steps || attempt.provider_state.as_deref() != Some(seen.state.word());
    Some(Advance {
        progress,
        provider_state: seen.state.word().to_owned(),
        percent,
        steps,
        expected_at: (progress == Progress::Running).then(|| expected(attempt, steps, started_at, now)).flatten(),
        started_at,
        finished_at: progress.is_final().then(|| seen.completed_at.unwrap_or(now).max(attempt.created_at)),
        gpu_seconds: whole(seen.seconds).max(attempt.gpu_seconds),
        lines,
        failure,
        file,
        moved,
    })
}

type Outcome = (Progress, Option<(ErrorClass, String)>, Option<(String, i64)>);

fn outcome(attempt: &Attempt, seen: &Training, delivered: Option<Delivered>) -> Outcome {
    match seen.state {
        // A machine was found once: that it is told to wait again is old news.
        State::Starting if attempt.progress == Progress::Running => (Progress::Running, None, None),
        State::Starting => (Progress::Queued, None, None),
        State::Processing => (Progress::Running, None, None),
        State::Canceled | State::Aborted => (Progress::Cancelled, Some((ErrorClass::Canceled, "It was stopped.".into())), None),
        State::Failed => {
            let text = seen.error.clone().filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "The service gave no reason.".into());
            (Progress::Failed, Some((ErrorClass::of(&text), text)), None)
        }
        State::Succeeded => match delivered {
            Some(Ok(file)) => (Progress::Succeeded, None, Some(file)),
            Some(Err(failure)) => (Progress::Failed, Some(failure), None),
            // Without a look at its file nobody knows; the next look brings one.
            None => (Progress::Running, None, None),
        },
    }
}

fn whole(seconds: f64) -> i32 {
    let seconds = seconds.clamp(0.0, f64::from(i32::MAX)).round();
    // Within the range by the line above.
    format!("{seconds:.0}").parse().unwrap_or_default()
}

/// The lines beyond those that are kept. The last one may still grow, until the training has ended.
fn new_lines(attempt: &Attempt, seen: &Training) -> Vec<String> {
    let kept = usize::try_from(attempt.log_lines).unwrap_or(0);
    let mut lines: Vec<&str> = seen.logs.lines().collect();
    if !seen.state.is_final() && !seen.logs.ends_with('\n') {
        lines.pop();
    }
    let most = LONGEST_LOG.saturating_sub(kept);
    // A NUL is the one character that PostgreSQL's text cannot hold.
    let clean = |line: &str| line.chars().filter(|letter| *letter != '\0').take(LONGEST_LINE).collect::<String>();
    let mut new: Vec<_> = lines.iter().skip(kept).take(most).map(|line| clean(line)).collect();
    if lines.len() > LONGEST_LOG
        && new.len() == most
        && let Some(last) = new.last_mut()
    {
        "(the log is longer; the rest is with the training service)".clone_into(last);
    }
    new
}

/// How many steps are done: the number before `/2000` in the last line that has one, as trainers and progress bars print it.
fn steps(logs: &str, total: i32) -> Option<i32> {
    let end = format!("/{total}");
    let of = |line: &str| {
        line.match_indices(&end)
            .filter_map(|(at, _)| {
                let rest = &line[at + end.len()..];
                let before = &line[..at];
                let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
                let whole = !rest.starts_with(|next: char| next.is_ascii_digit());
                before[digits..].parse().ok().filter(|_| whole)
            })
            .last()
    };
    logs.lines().rev().take(200).find_map(of)
}

/// When it should end, from its speed so far; nothing before there is one.
fn expected(attempt: &Attempt, steps: i32, started_at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let started = started_at?;
    if steps <= 0 || attempt.total_steps <= steps {
        return attempt.expected_at;
    }
    let passed = now.duration_since(started).as_secs().max(1);
    let left = passed.checked_mul(i64::from(attempt.total_steps - steps))? / i64::from(steps);
    now.checked_add(SignedDuration::from_secs(left)).ok()
}

#[cfg(test)]
mod tests;
