//! From a change to a letter: the job between them.
use super::{TO, carrier, id_of};
use crate::support::browser::HOST;
use crate::support::{self, Studio, server};
use backlot::app::{self, Hands};
use backlot::database::pools::pool;
use backlot::gateways::mail::{Letter, Mail};
use backlot::jobs::{self, Runner, Settings};
use backlot::kernel::{Action, Actor, Applied, Assurance, Caution, Desk, Error, Performed, Permission, Result, Target, Terms, Tx};
use backlot::sandbox::smtp::{MailServer, Mode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A change that somebody is told of.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tell {
    and_fail: bool,
}

impl Action for Tell {
    const NAME: &'static str = "test.tell";
    const EVENT: &'static str = "admin_test_told";
    const PERMISSION: Permission = Permission::System;
    const ASSURANCE: Assurance = Assurance::Session;
    const CAUTION: Caution = Caution::Undoable;
    type Output = ();

    async fn apply(self, tx: &mut Tx, actor: &Actor) -> Result<Applied<()>> {
        Letter::new(TO, "Your role has changed", "You are a super admin now.").post(tx, actor).await?;
        if self.and_fail {
            return Err(Error::Conflict("Somebody else was faster.".into()));
        }
        Ok(Applied::to(Target::new("letter", TO, TO), ()))
    }
}

fn actor() -> Actor {
    Actor::system("test", None)
}

async fn tell(studio: &Studio) -> Performed<()> {
    studio.site.desk.perform(&actor(), Tell { and_fail: false }, &Terms::default()).await.unwrap()
}

const JOBS: &str = "select count(*) from backlot.jobs where name = 'mail.send'";

async fn until(studio: &Studio, condition: &str, wanted: i64) {
    let sql = format!("{JOBS} and {condition}");
    let since = Instant::now();
    while studio.number(&sql).await != wanted {
        assert!(since.elapsed() < Duration::from_secs(20), "{condition}: {:?}", studio.jobs().await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A server's jobs, with the mail going to a mail server.
fn runner(studio: &Studio, server: &MailServer) -> Runner<Hands> {
    let work = pool(&studio.database.ways.app.options(), 12, "jobs");
    let mail = Mail::new(Some(Arc::new(carrier(server))), Arc::new(server::secrets()), &format!("https://{HOST}"));
    let settings = Settings {
        lease: Duration::from_secs(1),
        poll: Duration::from_millis(50),
        backoff: Duration::from_millis(20),
        backoff_max: Duration::from_millis(100),
        ..Settings::default()
    };
    Runner::new(work, app::jobs().unwrap(), hands(studio, mail), settings).unwrap()
}

fn hands(studio: &Studio, mail: Mail) -> Hands {
    let work = pool(&studio.database.ways.app.options(), 12, "jobs");
    let live = studio.site.live.clone();
    Hands { desk: Desk::new(work.clone()), outside: support::outside(mail), press: studio.press(&work), live }
}

struct Worker {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Worker {
    fn start(studio: &Studio, server: &MailServer) -> Self {
        let stop = CancellationToken::new();
        Self { running: tokio::spawn(runner(studio, server).run(stop.clone())), stop }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }
}

async fn the_id(studio: &Studio) -> String {
    studio.text("select id::text from backlot.jobs where name = 'mail.send'").await
}

#[tokio::test]
async fn a_letter_goes_only_if_its_change_does() {
    let studio = Studio::open().await;
    let desk = &studio.site.desk;
    desk.rehearse(&actor(), Tell { and_fail: false }).await.unwrap();
    desk.perform(&actor(), Tell { and_fail: true }, &Terms::default()).await.unwrap_err();
    assert_eq!(studio.number(JOBS).await, 0, "neither a rehearsal nor a failure writes");
    let performed = tell(&studio).await;
    assert_eq!(studio.number(&format!("{JOBS} and cause = '{}'", performed.audit_id)).await, 1);
    studio.run("revoke insert on backlot.audit_log from backlot_app").await;
    desk.perform(&actor(), Tell { and_fail: false }, &Terms::default()).await.unwrap_err();
    assert_eq!(studio.number(JOBS).await, 1, "nor what cannot be recorded");
    studio.run_jobs().await;
    assert_eq!(studio.letters.all().len(), 1);
    assert!(studio.letters.last_to(TO).body.starts_with("You are a super admin now."));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_until_it_takes_the_letter() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    server.set(Mode::Busy);
    tell(&studio).await;
    let worker = Worker::start(&studio, &server);
    until(&studio, "attempt >= 3 and last_error like 'the mail server answered 451%'", 1).await;
    server.set(Mode::Accepting);
    until(&studio, "state = 'done'", 1).await;
    worker.stop().await;
    assert_eq!(server.received().len(), 1);
    assert_eq!(id_of(&server.received()[0]), format!("{}@{HOST}", the_id(&studio).await));
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_dies_at_once_and_an_operator_can_try_again() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    server.set(Mode::Refusing);
    tell(&studio).await;
    let worker = Worker::start(&studio, &server);
    until(&studio, "state = 'dead' and attempt = 1 and last_error like 'the mail server answered 550%'", 1).await;
    server.set(Mode::Accepting);
    let id = the_id(&studio).await;
    assert!(jobs::retry(&mut studio.app.acquire().await.unwrap(), id.parse().unwrap()).await.unwrap());
    until(&studio, "state = 'done'", 1).await;
    worker.stop().await;
    assert_eq!(id_of(&server.received()[0]), format!("{id}@{HOST}"));
}

#[tokio::test]
async fn a_line_that_breaks_before_the_answer_means_the_same_letter_again() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    server.set(Mode::Cutting);
    tell(&studio).await;
    let worker = Worker::start(&studio, &server);
    until(&studio, "attempt >= 4", 1).await;
    server.set(Mode::Accepting);
    until(&studio, "state = 'done'", 1).await;
    worker.stop().await;
    same_letters(&server, 4);
    assert_eq!(id_of(&server.received()[0]), format!("{}@{HOST}", the_id(&studio).await));
}

/// At least so many, and the same to the last byte: whoever gets them can tell that they are one.
#[track_caller]
fn same_letters(server: &MailServer, least: usize) {
    let received = server.received();
    assert!(received.len() >= least, "{}", received.len());
    assert!(received.iter().all(|letter| *letter == received[0]), "{received:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_before_the_answer_means_the_same_letter_again() {
    let studio = Studio::open().await;
    let server = MailServer::start().await.unwrap();
    server.set(Mode::Slow(Duration::from_secs(60)));
    tell(&studio).await;
    let doomed = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let first = {
        let _inside = doomed.enter();
        runner(&studio, &server)
    };
    doomed.spawn(first.run(CancellationToken::new()));
    while server.received().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // All of it at once, in the middle of its words.
    doomed.shutdown_background();
    server.set(Mode::Accepting);
    let worker = Worker::start(&studio, &server);
    until(&studio, "state = 'done'", 1).await;
    worker.stop().await;
    same_letters(&server, 2);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn without_a_mail_server_a_letter_is_done_with() {
    let studio = Studio::open().await;
    tell(&studio).await;
    let work = pool(&studio.database.ways.app.options(), 12, "jobs");
    let mail = Mail::new(None, Arc::new(server::secrets()), &format!("https://{HOST}"));
    assert!(!mail.is_carried());
    let runner = Runner::new(work.clone(), app::jobs().unwrap(), hands(&studio, mail), Settings::default()).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(runner.run(stop.clone()));
    until(&studio, "state = 'done'", 1).await;
    stop.cancel();
    running.await.unwrap();
}
