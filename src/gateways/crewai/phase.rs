//! How a run stands, in whichever of their words a crew's host says it.

/// How a run stands at its crew's host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Queued,
    Running,
    /// A task asks a person.
    AwaitingHuman,
    Succeeded,
    Failed,
    Stopped,
    /// The host does not know such a run.
    NotFound,
    /// A word that nobody here has heard before.
    Unknown,
}

impl Phase {
    /// Reads a state. There are three vocabularies: `running|completed|error` (OpenAPI document of CrewAI's enterprise API), Celery's
    /// states in capitals (the stop guide, and Microsoft's client), and sentences such as "Pending Human Input" (their pages).
    pub fn read(word: &str) -> Self {
        let bare: String = word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect();
        match bare.as_str() {
            "pending" | "queued" | "received" | "waiting" | "scheduled" | "created" => Self::Queued,
            "running" | "started" | "inprogress" | "processing" | "progress" | "retry" | "resuming" => Self::Running,
            "pendinghumaninput" | "awaitinghumaninput" | "awaitinghuman" | "humaninput" | "waitingforhumaninput" | "paused" => {
                Self::AwaitingHuman
            }
            "completed" | "success" | "succeeded" | "finished" | "done" => Self::Succeeded,
            "error" | "failed" | "failure" | "timeout" => Self::Failed,
            "revoked" | "stopped" | "cancelled" | "canceled" | "aborted" => Self::Stopped,
            "notfound" => Self::NotFound,
            _ => Self::Unknown,
        }
    }

    /// Nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

#[cfg(test)]
mod tests {
    use super::Phase::{self, AwaitingHuman, Failed, NotFound, Queued, Running, Stopped, Succeeded, Unknown};

    #[test]
    fn all_three_vocabularies_are_understood_however_they_are_written() {
        let said = [
            ("running", Running),
            ("completed", Succeeded),
            ("error", Failed),
            ("PENDING", Queued),
            ("STARTED", Running),
            ("RUNNING", Running),
            ("SUCCESS", Succeeded),
            ("FAILED", Failed),
            ("FAILURE", Failed),
            ("REVOKED", Stopped),
            ("NOT FOUND", NotFound),
            ("not_found", NotFound),
            ("Pending Human Input", AwaitingHuman),
            ("pending_human_input", AwaitingHuman),
            ("stopped", Stopped),
        ];
        for (word, phase) in said {
            assert_eq!(Phase::read(word), phase, "{word}");
            assert_eq!(Phase::read(&word.to_lowercase()), phase, "{word}");
            assert_eq!(Phase::read(&word.to_uppercase()), phase, "{word}");
        }
    }

    #[test]
    fn a_new_word_is_only_unknown() {
        for word in ["", " ", "HIBERNATING", "успех", "\u{202e}dennur", &"x".repeat(100_000)] {
            assert_eq!(Phase::read(word), Unknown, "{word:.20}");
        }
    }
}
