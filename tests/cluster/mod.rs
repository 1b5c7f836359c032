//! The private database: it starts anywhere, keeps its data, and never outlives Backlot.

mod databases;
mod ending;
mod roles;
mod starting;

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use backlot::database::cluster::{Cluster, ClusterError, Options};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

const HOME: &str = "BACKLOT_TEST_HOME";

/// A data home of its own, which every user can reach, removed at the end.
struct Home(PathBuf);

impl Home {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("backlot-cluster-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // In memory if there is any: each test makes a whole new database server.
        let parent = ["/dev/shm", "/var/tmp"].map(Path::new).into_iter().find(|place| place.is_dir()).unwrap();
        Self(parent.join(name))
    }

    fn options(&self) -> Options {
        let options = Options::new(self.0.clone(), env!("CARGO_BIN_EXE_backlot").into());
        Options { bin: env::var_os("PG_BIN").map(PathBuf::from), fast: true, ..options }
    }

    async fn start(&self) -> Cluster {
        Cluster::start(self.options()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The server's process number, from its own note.
    fn server(&self) -> Option<i32> {
        let note = fs::read_to_string(self.0.join("pg/postmaster.pid")).ok()?;
        note.lines().next()?.parse().ok()
    }

    /// Every process that has these data on its command line: the server and its keeper.
    fn processes(&self) -> Vec<i32> {
        let told = Command::new("ps").args(["-A", "-ww", "-o", "pid=,command="]).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let ours = told.lines().filter(|line| line.contains(&*self.0.join("pg").to_string_lossy()));
        ours.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.0.join("postgres.log")).unwrap_or_default()
    }

    fn wait_until_nothing_runs(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.processes().is_empty() {
            assert!(Instant::now() < deadline, "still running: {:?}\n{}", self.processes(), self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for pid in self.processes() {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Another process that runs a private database, to be killed.
struct App(Child);

impl App {
    fn start(home: &Home) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "cluster::ending::a_process_to_be_killed", "--ignored", "--nocapture"])
            .env(HOME, &home.0)
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("the database is ready")), "{}", home.log());
        Self(child)
    }

    /// To its whole process group, as the terminal does for Ctrl-C.
    fn signal(&mut self, signal: Signal) {
        kill(Pid::from_raw(-(self.0.id() as i32)), signal).unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
async fn query(options: &PgConnectOptions, text: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    let answer = sqlx::query_scalar::<_, String>(text).fetch_one(&mut connection).await;
    connection.close().await?;
    answer
}

async fn execute(options: &PgConnectOptions, text: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::raw_sql(text).execute(&mut connection).await?;
    connection.close().await
}

fn code(result: Result<(), sqlx::Error>) -> String {
    let error = result.expect_err("must be refused");
    error.as_database_error().and_then(|error| error.code().map(Into::into)).unwrap_or_else(|| error.to_string())
}
