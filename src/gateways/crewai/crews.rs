//! Which crews there are, where, and how they tell us something.
use super::{CrewError, Hosts, Kickoff, Status, Stopping, WorkflowRunner};
use crate::kernel::secret::{same, sha256};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// Whose crews these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Our stand-in.
    Sandbox,
    Live,
}

impl Mode {
    /// The word in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }
}

/// One crew: its name on the platform, its host, and the token for it.
#[derive(Clone, Debug)]
pub struct Crew {
    pub name: String,
    pub url: String,
    pub token: SecretString,
}

/// Where hosts tell us that something is new, and the token that they show then.
#[derive(Clone, Debug)]
pub struct Callback {
    pub url: String,
    pub token: SecretString,
}

/// Every crew that Backlot may start, or none; cheap to clone.
#[derive(Clone, Default)]
pub struct Crews(Option<Arc<Inside>>);

struct Inside {
    runner: Arc<dyn WorkflowRunner>,
    mode: Mode,
    /// SHA-256 of the token.
    token: Vec<u8>,
}

impl Crews {
    /// No crew can be started, and nobody is heard.
    pub fn none() -> Self {
        Self(None)
    }

    /// The crews at these hosts.
    ///
    /// # Errors
    /// When an address is none, or there can be no client.
    pub fn at(mode: Mode, crews: &[Crew], callback: &Callback) -> Result<Self, CrewError> {
        Ok(Self::of(mode, Arc::new(Hosts::new(crews, Some(callback))?), callback))
    }

    /// As `at`, with a runner of one's own.
    pub fn of(mode: Mode, runner: Arc<dyn WorkflowRunner>, callback: &Callback) -> Self {
        Self(Some(Arc::new(Inside { runner, mode, token: sha256(callback.token.expose_secret().as_bytes()) })))
    }

    /// Whose crews they are; nothing, when there are none.
    pub fn mode(&self) -> Option<Mode> {
        self.0.as_ref().map(|inside| inside.mode)
    }

    /// Why a crew cannot be started from here, if it cannot.
    pub fn lacks(&self, crew: &str) -> Option<String> {
        match &self.0 {
            None => Some("No crews are set: BACKLOT_CREWAI_CREWS names them.".into()),
            Some(inside) if !inside.runner.knows(crew) => Some(format!("No host is set for the crew “{crew}”.")),
            Some(_) => None,
        }
    }

    /// Whether this is the token that hosts were given; compared in constant time.
    pub fn is_token(&self, given: &str) -> bool {
        self.0.as_ref().is_some_and(|inside| same(&inside.token, &sha256(given.as_bytes())))
    }

    fn runner(&self, crew: &str) -> Result<&dyn WorkflowRunner, CrewError> {
        let inside = self.0.as_ref().filter(|inside| inside.runner.knows(crew));
        inside.map(|inside| inside.runner.as_ref()).ok_or_else(|| CrewError::NoHost(crew.to_owned()))
    }

    /// Starts a run; `run` is our own id of it.
    ///
    /// # Errors
    /// As [`WorkflowRunner::kickoff`].
    pub async fn kickoff(&self, crew: &str, inputs: Value, run: &str) -> Result<String, CrewError> {
        self.runner(crew)?.kickoff(crew, &Kickoff { inputs, meta: json!({ "run_id": run }) }).await
    }

    /// How a run is.
    ///
    /// # Errors
    /// As [`WorkflowRunner::status`].
    pub async fn status(&self, crew: &str, run: &str) -> Result<Status, CrewError> {
        self.runner(crew)?.status(crew, run).await
    }

    /// Asks to stop a run.
    ///
    /// # Errors
    /// As [`WorkflowRunner::stop`].
    pub async fn stop(&self, crew: &str, run: &str) -> Result<Stopping, CrewError> {
        self.runner(crew)?.stop(crew, run).await
    }
}

impl fmt::Debug for Crews {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Crews").field(&self.mode()).finish()
    }
}
