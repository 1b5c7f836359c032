//! The real program with a demo studio in a fresh folder: started, read and stopped as a newcomer would.
use super::share::Shared;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

static RUNNING: Shared<Studio> = Shared::new();

/// What was printed about one of the demo's staff.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub link: String,
    pub email: String,
    pub secret: String,
}

/// What a newcomer reads.
#[derive(Default)]
struct Printed {
    url: String,
    password: String,
    /// By role, as it is printed.
    staff: HashMap<String, Person>,
}

/// A running Backlot.
pub struct Studio {
    home: PathBuf,
    process: Child,
    /// Kept open: the program must be able to go on printing.
    _printing: BufReader<ChildStdout>,
    printed: Printed,
    /// Where the first super admin, made before the start, chooses a password.
    pub welcome: String,
    /// The tables' owner's way in.
    owner: String,
}

impl Studio {
    /// The one that runs now, or a new one.
    pub fn join() -> Arc<Self> {
        RUNNING.join(Self::start)
    }

    /// One of its own.
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // Every user may enter here: as root, the database runs as another.
        let home = Path::new("/var/tmp").join(format!("backlot-browser-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let first = backlot(&home, &["admin", "bootstrap", "--email", "first@backlot.example", "--name", "Fia First"]).output().unwrap();
        let told = said(&first);
        let welcome = told.lines().find_map(|line| line.trim().split_once("/welcome/")).unwrap_or_else(|| panic!("no link in {told}"));
        let log = File::create(home.join("backlot.log")).unwrap();
        let mut serve = backlot(&home, &["--listen", "127.0.0.1:0", "--demo-users", "300"]);
        let mut process = serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut printing = BufReader::new(process.stdout.take().unwrap());
        let printed = read(&mut printing).unwrap_or_else(|| panic!("it did not open:\n{}", log_of(&home)));
        let owner = said(&backlot(&home, &["database-url", "owner"]).output().unwrap()).trim().to_owned();
        Self { home, process, _printing: printing, printed, welcome: format!("/welcome/{}", welcome.1), owner }
    }

    pub fn url(&self) -> &str {
        &self.printed.url
    }

    pub fn password(&self) -> &str {
        &self.printed.password
    }

    /// Somebody by their role.
    pub fn person(&self, role: &str) -> &Person {
        self.printed.staff.get(role).unwrap_or_else(|| panic!("nobody printed is {role}"))
    }

    /// What an authenticator app shows for a secret, some steps of 30 seconds from now. A step is taken once, and one
    /// step of tolerance is given: three codes for each person within a minute.
    pub fn code(secret: &str, step: i64) -> String {
        let letters: String = secret.split_whitespace().collect();
        let totp = Builder::new().with_secret(Secret::try_from_base32(letters).unwrap()).with_account_name("x").build().unwrap();
        #[allow(clippy::disallowed_methods)] // an authenticator app has only its own clock
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        totp.generate(now.checked_add_signed(step * 30).unwrap()).to_string()
    }

    /// Runs another command beside the server, on the same data.
    pub fn command(&self, words: &[&str]) -> Output {
        backlot(&self.home, words).output().unwrap()
    }

    /// The tables, as their owner.
    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(&self.owner).await.unwrap()
    }

    fn postgres(&self) -> Option<Pid> {
        let note = fs::read_to_string(self.home.join("pg/postmaster.pid")).ok()?;
        Some(Pid::from_raw(note.lines().next()?.parse().ok()?))
    }
}

impl Drop for Studio {
    /// As a service is stopped; nothing may be left behind.
    fn drop(&mut self) {
        let postgres = self.postgres();
        let _ = kill(Pid::from_raw(self.process.id().cast_signed()), Signal::SIGTERM);
        let ended = wait(&mut self.process, Duration::from_secs(30));
        if !ended {
            let _ = self.process.kill();
        }
        let log = log_of(&self.home);
        let _ = fs::remove_dir_all(&self.home);
        if std::thread::panicking() {
            eprintln!(
                "{}",
                log.lines()
                    .filter(|line| ["ERROR", "WARN", "panicked"].iter().any(|word| line.contains(word)))
                    .collect::<Vec<_>>()
                    .join("\n")
            );
        } else {
            let postgres = postgres.expect("no database was running");
            assert!(ended, "it did not stop within 30 seconds:\n{log}");
            assert_eq!(kill(postgres, None), Err(Errno::ESRCH), "its database is still running:\n{log}");
            assert!(!log.contains("panicked"), "{log}");
        }
    }
}

fn wait(process: &mut Child, most: Duration) -> bool {
    let deadline = Instant::now() + most;
    while Instant::now() < deadline {
        if let Ok(Some(status)) = process.try_wait() {
            return status.success();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// The program with these words, and nothing of the tester's own settings.
fn backlot(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backlot"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BACKLOT_")) {
        command.env_remove(name);
    }
    command.args(words).env("BACKLOT_DATA", home).stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn log_of(home: &Path) -> String {
    ["backlot.log", "postgres.log"].map(|name| fs::read_to_string(home.join(name)).unwrap_or_default()).join("\n")
}

/// Reads what is printed, to its last line; nothing, when the program ends before.
fn read(printing: &mut BufReader<ChildStdout>) -> Option<Printed> {
    let mut printed = Printed::default();
    for line in printing.lines() {
        let line = line.ok()?;
        if let Some((_, rest)) = line.split_once("Backlot is open at ") {
            printed.url = rest.split(',').next()?.to_owned();
        } else if let Some(at) = line.find("http").filter(|_| line.contains("/sign-in/demo/")) {
            printed.staff.entry(line[..at].trim().to_owned()).or_default().link = line[at..].to_owned();
        } else if let Some((_, rest)) = line.split_once("the password “") {
            printed.password = rest.split('”').next()?.to_owned();
        } else if let Some((who, secret)) = line.split_once(" TOTP secret ") {
            let (role, email) = who.trim().rsplit_once(' ')?;
            let person = printed.staff.get_mut(role.trim())?;
            (person.email, person.secret) = (email.to_owned(), secret.to_owned());
        } else if line.contains("Ctrl-C stops it") {
            return Some(printed);
        }
    }
    None
}
