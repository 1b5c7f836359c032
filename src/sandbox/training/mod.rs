//! A training service that speaks Replicate's protocol: its trainings take time, print what they do, fail for the reasons that real
//! ones fail for, and tell by signed messages. It can be told to misbehave.
mod answer;
mod fate;
mod messages;
mod pace;
mod run;

pub use fate::{End, Fate};
pub use messages::Post;
pub use pace::{Adopted, Pace};

use crate::gateways::training::{Access, Keys};
use answer::app;
use run::Run;
use secrecy::SecretString;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What its messages are signed with.
pub const SECRET: &str = "whsec_c2FuZGJveC10cmFpbmluZy1zZXJ2aWNlLXNlY3JldA==";
/// The trainer that it has.
pub const TRAINER: &str = "studio/lora-trainer:2d5ab1c0";
const TOKEN: &str = "r8_sandbox";

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 401: it does not know the token.
    Stranger,
    /// 402: the account has run dry.
    Unpaid,
    /// 422: it will not have this input.
    Unfit,
    /// 429, with how many seconds to wait.
    Busy(u64),
    /// 500, and nothing was done.
    Broken,
    /// What was asked is done, and the line breaks before the answer.
    LostAnswer,
    /// The line breaks, and nothing was done.
    HangUp,
    /// A page of HTML instead of an answer.
    Garbage,
    /// A state that nobody has heard of.
    NewWord,
}

struct Desk {
    pub trainings: BTreeMap<String, Run>,
    pub begun: usize,
    /// For the next calls that begin a training, in this order.
    pub at_create: VecDeque<Fault>,
    /// For the next calls that look at one or stop one.
    pub at_look: VecDeque<Fault>,
    pub fates: VecDeque<Fate>,
    pub pace: Pace,
    pub post: Post,
    pub running: Vec<JoinHandle<()>>,
}

struct Inside {
    pub desk: Mutex<Desk>,
    pub keys: Keys,
    pub http: reqwest::Client,
}

impl Inside {
    pub fn open(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running service. It stops when dropped.
pub struct TrainingServer {
    address: SocketAddr,
    inside: Arc<Inside>,
    server: JoinHandle<io::Result<()>>,
}

impl TrainingServer {
    /// Opens on a free port of this machine.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(pace: Pace) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let desk = Desk {
            trainings: BTreeMap::new(),
            begun: 0,
            at_create: VecDeque::new(),
            at_look: VecDeque::new(),
            fates: VecDeque::new(),
            pace,
            post: Post::Once,
            running: Vec::new(),
        };
        let keys = Keys::parse(SECRET).map_err(io::Error::other)?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().map_err(io::Error::other)?;
        let inside = Arc::new(Inside { desk: Mutex::new(desk), keys, http });
        let app = app(Arc::clone(&inside));
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, inside, server })
    }

    /// What a client is given; messages go to `webhook`.
    #[must_use]
    pub fn access(&self, webhook: Option<String>) -> Access {
        Access {
            name: "sandbox",
            url: format!("http://{}", self.address),
            token: SecretString::from(TOKEN),
            trainer: TRAINER.to_owned(),
            destination: "studio/loras".to_owned(),
            webhook,
            patience: Duration::from_secs(10),
        }
    }

    /// What becomes of the next training, whatever it is asked to train.
    pub fn next(&self, fate: Fate) {
        self.inside.open().fates.push_back(fate);
    }

    /// What goes wrong with the next call that begins a training.
    pub fn spoil_create(&self, fault: Fault) {
        self.inside.open().at_create.push_back(fault);
    }

    /// What goes wrong with the next call that looks at a training, or stops it.
    pub fn spoil_look(&self, fault: Fault) {
        self.inside.open().at_look.push_back(fault);
    }

    /// How its messages travel from now on.
    pub fn post(&self, post: Post) {
        self.inside.open().post = post;
    }

    /// How many trainings it has begun.
    #[must_use]
    pub fn begun(&self) -> usize {
        self.inside.open().begun
    }

    /// Takes on a training that another process of the demo began.
    pub fn adopt(&self, adopted: Adopted) {
        let run = Run::adopt(adopted);
        let id = run.id.clone();
        self.inside.open().trainings.insert(id.clone(), run);
        run::follow(&self.inside, &id);
    }
}

impl Drop for TrainingServer {
    fn drop(&mut self) {
        self.server.abort();
        for running in self.inside.open().running.drain(..) {
            running.abort();
        }
    }
}
