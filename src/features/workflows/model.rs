//! A run of a crew: how it stands, what may follow, and what of it the audit log keeps.
use crate::codes;
use crate::gateways::crewai::Phase;
use crate::kernel::Audited;
use crate::web::parts::Badge;
use crate::web::show::short;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

codes! {
    /// How a run stands.
    pub enum RunState {
        Queued = "queued" / "Queued",
        Running = "running" / "Running",
        /// A task asks a person.
        AwaitingHuman = "awaiting_human" / "Awaiting a person",
        Succeeded = "succeeded" / "Succeeded",
        Failed = "failed" / "Failed",
        Stopped = "stopped" / "Stopped",
        /// It may have been started, and nobody can say.
        Unknown = "unknown" / "Unknown",
    }
}

codes! {
    /// What an admin found out about a run that nobody could say anything of.
    pub enum Verdict {
        Succeeded = "succeeded" / "It was started, and succeeded",
        Failed = "failed" / "It was started, and failed",
        Stopped = "stopped" / "It was never started",
    }
}

impl RunState {
    /// Nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }

    /// What it becomes when its crew's host says so. Nothing leads back: what is over stays, and what runs does not wait again. A
    /// run that the host no longer knows, long after it took it, has an end that nobody can tell.
    pub fn after(self, heard: Phase, is_old: bool) -> Self {
        match (self, heard) {
            (over, _) if over.is_over() => over,
            (now, Phase::Unknown) => now,
            (_, Phase::NotFound) if is_old => Self::Unknown,
            (now, Phase::NotFound) => now,
            (now @ (Self::Running | Self::AwaitingHuman), Phase::Queued) => now,
            (_, Phase::Queued) => Self::Queued,
            (_, Phase::Running) => Self::Running,
            (_, Phase::AwaitingHuman) => Self::AwaitingHuman,
            (_, Phase::Succeeded) => Self::Succeeded,
            (_, Phase::Failed) => Self::Failed,
            (_, Phase::Stopped) => Self::Stopped,
        }
    }

    /// Its badge.
    pub fn badge(self, why: &str) -> Badge {
        let tone = match self {
            Self::Succeeded => "ok",
            Self::Failed => "bad",
            Self::Running => "info",
            Self::Queued | Self::AwaitingHuman | Self::Unknown => "warn",
            Self::Stopped => "",
        };
        Badge::new(tone, self.label()).because(why)
    }
}

/// A run, as actions see it.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub root: Uuid,
    #[serde(skip)]
    pub user: Uuid,
    pub crew: String,
    pub state: RunState,
    pub attempt: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Somebody asked to stop it.
    pub stop_asked: bool,
    #[serde(skip)]
    pub sent_at: Option<Timestamp>,
}

impl Audited for Run {
    const KIND: &'static str = "workflow";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("{}, attempt {}", short(&self.crew, 80), self.attempt)
    }
}

impl Run {
    /// Why it cannot be started again, if it cannot: `newest` is the number of the chain's newest attempt.
    pub fn not_again(&self, newest: i32, most: i64) -> Option<String> {
        match self.state {
            RunState::Succeeded => Some("It succeeded.".into()),
            RunState::Unknown => Some("It may be running: settle it first.".into()),
            state if !state.is_over() => Some("It is not over.".into()),
            _ if newest > self.attempt => Some(format!("It was started again already: attempt {newest} is the newest.")),
            _ if i64::from(self.attempt) >= most => Some(format!("It had {} attempts; {most} are the most.", self.attempt)),
            _ => None,
        }
    }

    /// Why it cannot be stopped, if it cannot.
    pub fn no_stop(&self) -> Option<&'static str> {
        match (self.state, &self.external_id) {
            (state, _) if state.is_over() => Some("It is over."),
            (RunState::Unknown, None) => Some("Nobody knows its id at the crew's host: settle it instead."),
            (RunState::Queued, None) if self.sent_at.is_some() => Some("It is being started at this moment: try again in a few seconds."),
            (RunState::Running | RunState::AwaitingHuman, None) => Some("Nobody knows its id at the crew's host."),
            _ => None,
        }
    }
}

/// Many runs that were started again in one go, as the audit log keeps them.
#[derive(Clone, Debug, Serialize)]
pub struct Batch {
    #[serde(skip)]
    pub id: Uuid,
    pub filter: String,
    pub runs: usize,
    /// SHA-256 over the ids of the runs that are repeated: which they were, exactly.
    pub digest: String,
}

impl Audited for Batch {
    const KIND: &'static str = "workflow_batch";
    const REDACTED: &'static [&'static str] = &[];
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn label(&self) -> String {
        format!("{} failed workflows", self.runs)
    }
}

/// An error without what changes from run to run, to count like with like: its first line, with numbers and ids left out.
pub fn signature(error: &str) -> String {
    let line = error.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no words");
    let mut kept = String::new();
    for word in line.split_whitespace() {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_id = digits > 3 && word.len() > 15;
        let bare = if is_id { "…".to_owned() } else { numberless(word) };
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&bare);
    }
    short(&kept, 120)
}

/// A word with each number as `#`.
fn numberless(word: &str) -> String {
    let mut bare = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            digit if digit.is_ascii_digit() && bare.ends_with('#') => {}
            digit if digit.is_ascii_digit() => bare.push('#'),
            other => bare.push(other),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 8] = [
        Phase::Queued,
        Phase::Running,
        Phase::AwaitingHuman,
        Phase::Succeeded,
        Phase::Failed,
        Phase::Stopped,
        Phase::NotFound,
        Phase::Unknown,
    ];

    #[test]
    fn whatever_is_heard_in_whatever_order_leads_forwards() {
        for state in RunState::ALL.iter().copied() {
            for (heard, old) in PHASES.iter().flat_map(|phase| [(*phase, false), (*phase, true)]) {
                let next = state.after(heard, old);
                assert!(!state.is_over() || next == state, "{state:?} became {next:?} at {heard:?}");
                assert!(state == RunState::Queued || state == RunState::Unknown || next != RunState::Queued, "{state:?} at {heard:?}");
                assert_eq!(next.after(heard, old), next, "hearing {heard:?} twice is hearing it once");
                assert!(old || heard != Phase::NotFound || next == state, "a host may not know a run yet");
            }
        }
    }

    #[test]
    fn errors_that_differ_in_numbers_only_are_one() {
        let of = |used: u32| signature(&format!("\n litellm.RateLimitError: TPM limit 450000, used {used}.\nat line {used}"));
        assert_eq!(of(448_211), of(9));
        assert_eq!(signature("run 0192f000-0000-7000-8000-0000000000a6 failed"), "run … failed");
        assert_eq!(signature(" \n\t"), "no words");
        assert!(signature(&"ab\u{202e} ".repeat(90_000)).chars().count() <= 121);
    }
}
