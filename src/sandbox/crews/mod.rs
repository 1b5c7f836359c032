//! Hosts of crews that speak CrewAI's API: they work, take their time, fail, lose an answer, and tell how their runs go.
mod routes;
mod run;
mod script;
mod tell;

pub use run::{At, Run};
pub use script::{Ending, Endpoint, Fault, Script, Words, demo};

use crate::gateways::crewai::Crew;
use secrecy::SecretString;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Everything that the hosts remember.
#[derive(Default)]
struct Desk {
    token: String,
    crews: BTreeMap<String, Script>,
    faults: HashMap<Endpoint, VecDeque<Fault>>,
    runs: BTreeMap<String, Run>,
    asked: HashMap<Endpoint, usize>,
}

type Shared = Arc<Mutex<Desk>>;

/// The running hosts of some crews. They stop when dropped, and forget their runs.
pub struct CrewHosts {
    address: SocketAddr,
    desk: Shared,
    server: JoinHandle<io::Result<()>>,
}

impl CrewHosts {
    /// Opens on a free port of this machine, for whoever has the token.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(token: &str, crews: Vec<(String, Script)>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Mutex::new(Desk { token: token.into(), crews: crews.into_iter().collect(), ..Desk::default() }));
        let router = routes::router(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, desk, server })
    }

    /// The crews as a client is given them.
    pub fn crews(&self) -> Vec<Crew> {
        let desk = open(&self.desk);
        let crew = |name: &String| {
            let url = format!("http://{}/{name}", self.address);
            Crew { name: name.clone(), url, token: SecretString::from(desk.token.as_str()) }
        };
        desk.crews.keys().map(crew).collect()
    }

    /// How a crew behaves from now on.
    pub fn script(&self, crew: &str, script: Script) {
        open(&self.desk).crews.insert(crew.to_owned(), script);
    }

    /// What goes wrong next at an address; several go wrong one after the other.
    pub fn fault(&self, at: Endpoint, fault: Fault) {
        open(&self.desk).faults.entry(at).or_default().push_back(fault);
    }

    /// Every run by its id here.
    pub fn runs(&self) -> Vec<(String, Run)> {
        open(&self.desk).runs.iter().map(|(id, run)| (id.clone(), run.clone())).collect()
    }

    /// How often an address was asked, in vain or not.
    pub fn asked(&self, at: Endpoint) -> usize {
        open(&self.desk).asked.get(&at).copied().unwrap_or_default()
    }

    /// Has a run end now, so or so.
    pub fn end(&self, id: &str, ending: Ending) {
        if let Some(run) = open(&self.desk).runs.get_mut(id) {
            run.goes_on(ending, Duration::from_nanos(1));
        }
    }

    /// Forgets every run, as after a restart.
    pub fn forget(&self) {
        open(&self.desk).runs.clear();
    }
}

impl Drop for CrewHosts {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn open(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Counts a request, and takes what goes wrong with it.
    fn enter(&mut self, at: Endpoint) -> Option<Fault> {
        *self.asked.entry(at).or_default() += 1;
        self.faults.get_mut(&at).and_then(VecDeque::pop_front)
    }

    /// Begins a run; the names of what it lacks, when it lacks something.
    fn begin(&mut self, crew: &str, asked: &Value) -> Result<String, Vec<String>> {
        let script = self.crews.get(crew).ok_or_else(Vec::new)?;
        let given = asked.get("inputs");
        let missing: Vec<_> =
            script.needs.iter().filter(|name| given.and_then(|given| given.get(name.as_str())).is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let id = Uuid::now_v7().to_string();
        self.runs.insert(id.clone(), Run::begin(crew, script, asked));
        Ok(id)
    }
}
