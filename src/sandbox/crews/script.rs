//! How a crew of the sandbox behaves: in which words it speaks, how long its tasks take, and how its runs end.
use std::time::Duration;

/// The words in which it says how a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// `running`, `completed`, `error`, with progress and results.
    OpenApi,
    /// `PENDING`, `STARTED`, `SUCCESS`, `FAILURE`, `REVOKED`.
    Celery,
    /// "Pending", "Running", "Pending Human Input", "Completed", "Failed".
    Sentences,
}

/// How its runs end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Succeeds,
    /// At its last task, with this error.
    Fails(String),
    /// A person is asked at the last task, and nobody answers.
    Asks,
    /// It says a word that nobody has heard before, for ever.
    Mumbles(String),
}

/// How a crew behaves.
#[derive(Clone, Debug)]
pub struct Script {
    pub words: Words,
    /// It answers at `/{id}/status` only, as hosts of 2025 did.
    pub old_path: bool,
    pub needs: Vec<String>,
    pub tasks: Vec<String>,
    /// How long each task takes.
    pub pace: Duration,
    pub ending: Ending,
}

/// What goes wrong, once, at one of its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does what it was asked; the answer never comes.
    LoseAnswer,
    /// It answers so much later.
    Late(Duration),
    /// It answers this, and does nothing.
    Answer(u16, String),
    /// It does what it was asked, and answers this instead of what it should.
    Garble(String),
    /// It points elsewhere.
    Redirect(String),
    /// It does what it was asked, and answers more than anybody wants to read.
    Flood,
}

/// Where something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Inputs,
    Kickoff,
    Status,
    Stop,
}

impl Script {
    /// A crew with these tasks, which does well.
    pub fn of(words: Words, tasks: &[&str], pace: Duration) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self { words, old_path: false, needs: owned(&["theme"]), tasks: owned(tasks), pace, ending: Ending::Succeeds }
    }

    /// With another ending.
    #[must_use]
    pub fn ending(self, ending: Ending) -> Self {
        Self { ending, ..self }
    }

    /// Answering at the older path.
    #[must_use]
    pub fn at_old_path(self) -> Self {
        Self { old_path: true, ..self }
    }
}

/// The demo's crews, by name: three do well, each in other words; one asks a person, and one fails.
pub fn demo(pace: Duration) -> Vec<(String, Script)> {
    use Words::{Celery, OpenApi, Sentences};
    let rate =
        "litellm.RateLimitError: OpenAIException - Rate limit reached for gpt-4.1 on tokens per min (TPM): limit 450000, used 449812.";
    let crews = [
        ("script_writer", Script::of(OpenApi, &["research_theme", "outline", "draft_script", "review_script"], pace)),
        ("storyboard", Script::of(Celery, &["split_scenes", "frame_shots", "check_continuity"], pace).at_old_path()),
        ("shot_planner", Script::of(Sentences, &["read_storyboard", "choose_cameras", "estimate_credits"], pace)),
        ("character_designer", Script::of(Sentences, &["collect_traits", "draw_sheets", "check_likeness"], pace).ending(Ending::Asks)),
        ("trailer_editor", Script::of(OpenApi, &["pick_moments", "cut", "score", "master"], pace).ending(Ending::Fails(rate.into()))),
    ];
    crews.into_iter().map(|(name, script)| (name.to_owned(), script)).collect()
}
