//! The private database: it starts anywhere, keeps its data, and never outlives Backlot.

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
        Self(Path::new("/var/tmp").join(name))
    }

    fn options(&self) -> Options {
        Options { data_home: self.0.clone(), keeper: env!("CARGO_BIN_EXE_backlot").into(), bin: None, fast: true }
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
            .args(["--exact", "cluster::a_process_to_be_killed", "--ignored", "--nocapture"])
            .env(HOME, &home.0)
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("the database is ready")), "{}", home.log());
        Self(child)
    }

    fn signal(&mut self, signal: Signal) {
        kill(Pid::from_raw(self.0.id() as i32), signal).unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "started by the tests below as a process of its own"]
async fn a_process_to_be_killed() {
    let home = Home(env::var_os(HOME).expect("started by another test").into());
    // Not `fast`: what was committed must survive.
    let started = Cluster::start(Options { fast: false, ..home.options() }).await;
    let _cluster = started.unwrap_or_else(|error| panic!("{error}"));
    println!("the database is ready");
    std::io::stdout().flush().unwrap();
    std::future::pending::<()>().await;
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

#[tokio::test]
async fn data_are_kept_from_one_start_to_the_next() {
    let home = Home::new();
    let cluster = home.start().await;
    let port = cluster.addresses().owner.options().get_port();
    let owner = cluster.addresses().owner.options();
    execute(&owner, "create table kept (x text); insert into kept values ('still here')").await.unwrap();
    cluster.stop().await.unwrap();
    assert_eq!(home.processes(), Vec::<i32>::new(), "nothing runs after a stop");
    assert!(home.log().contains("database system is shut down"));
    let cluster = home.start().await;
    assert_eq!(cluster.addresses().owner.options().get_port(), port, "a noted address stays right");
    assert_eq!(query(&cluster.addresses().owner.options(), "select x from kept").await.unwrap(), "still here");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn text_is_utf8_and_upper_case_is_known_beyond_ascii() {
    let home = Home::new();
    let cluster = home.start().await;
    let app = cluster.addresses().app.options();
    assert_eq!(query(&app, "show server_encoding").await.unwrap(), "UTF8");
    if cfg!(target_os = "linux") {
        assert_eq!(query(&app, "select upper('žluťoučký')").await.unwrap(), "ŽLUŤOUČKÝ");
    }
    let sorted = "select string_agg(x, '' order by x) from unnest(array['b', 'B', 'a']) x";
    assert_eq!(query(&app, sorted).await.unwrap(), "Bab", "by code point");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn nobody_gets_in_without_a_password_or_through_a_socket() {
    let home = Home::new();
    let cluster = home.start().await;
    let app = cluster.addresses().app.options();
    for role in ["backlot_app", "postgres"] {
        assert_eq!(code(execute(&app.clone().username(role).password("guess"), "select 1").await), "28P01");
    }
    let superuser = cluster.superuser().options();
    assert_eq!(query(&superuser, "show unix_socket_directories").await.unwrap(), "");
    assert_eq!(query(&superuser, "show listen_addresses").await.unwrap(), "127.0.0.1");
    let how = "select string_agg(distinct auth_method, ',') from pg_hba_file_rules";
    assert_eq!(query(&superuser, how).await.unwrap(), "scram-sha-256");
    for name in ["passwords.json", "postgres.log", "pg.port"] {
        let mode = fs::metadata(home.0.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let left: Vec<_> = fs::read_dir(&home.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("pg.new")), "{left:?}");
    let passwords = fs::read_to_string(home.0.join("passwords.json")).unwrap();
    let app = passwords.split('"').find(|word| word.len() == 48).unwrap();
    assert!(!home.log().contains(app) && !format!("{:?}", cluster.addresses()).contains(app));
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn each_role_can_do_its_part_and_no_more() {
    let home = Home::new();
    let cluster = home.start().await;
    let all = cluster.addresses();
    let rights = "select string_agg(rolname || ' ' || rolcanlogin || rolsuper || rolcreatedb || rolcreaterole
                    || rolreplication || rolbypassrls || rolinherit, ', ' order by rolname)
                    from pg_roles where rolname like 'backlot%'";
    let plain = "truefalsefalsefalsefalsefalsefalse";
    assert_eq!(
        query(&cluster.superuser().options(), rights).await.unwrap(),
        format!(
            "backlot_app {plain}, backlot_owner truefalsefalsefalsefalsefalsetrue, backlot_reader {plain}, \
             backlot_sealer {plain}, backlot_viewer {plain}"
        )
    );
    let settings = "select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
                      current_setting('idle_in_transaction_session_timeout'),
                      current_setting('default_transaction_read_only'), current_setting('plan_cache_mode'))";
    let expected = [
        (&all.owner, "0 3s 15s off auto"),
        (&all.app, "10s 3s 15s off auto"),
        (&all.sealer, "10s 3s 15s off auto"),
        (&all.viewer, "10s 3s 15s on auto"),
        (&all.reader, "10s 3s 15s on force_custom_plan"),
    ];
    for (address, expected) in expected {
        assert_eq!(query(&address.options(), settings).await.unwrap(), expected, "{address:?}");
    }
    execute(&all.owner.options(), "create extension pg_trgm; create table t ()").await.unwrap();
    assert_eq!(code(execute(&all.app.options(), "create table mine ()").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "create temporary table mine ()").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "select * from t").await), "42501");
    assert_eq!(code(execute(&all.owner.options(), "create role other").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "set role backlot_owner").await), "42501");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_role_that_was_given_too_much_loses_it_at_the_next_start() {
    let home = Home::new();
    let cluster = home.start().await;
    let superuser = cluster.superuser().options();
    execute(&superuser, "alter role backlot_app superuser bypassrls createrole").await.unwrap();
    cluster.stop().await.unwrap();
    let cluster = home.start().await;
    let rights = "select concat(rolsuper, rolbypassrls, rolcreaterole) from pg_roles where rolname = 'backlot_app'";
    assert_eq!(query(&cluster.superuser().options(), rights).await.unwrap(), "fff");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_test_gets_a_copy_of_a_database_of_its_own() {
    let home = Home::new();
    let cluster = home.start().await;
    let migrated = cluster.create_database("migrated").await.unwrap();
    execute(&migrated.owner.options(), "create table t (x text); insert into t values ('copied')").await.unwrap();
    execute(&migrated.owner.options(), "grant select on t to backlot_reader").await.unwrap();
    let began = Instant::now();
    let copy = cluster.create_database_from_template("copy_1", "migrated").await.unwrap();
    println!("a copy took {:?}", began.elapsed());
    assert_eq!(query(&copy.reader.options(), "select x from t").await.unwrap(), "copied");
    execute(&copy.owner.options(), "drop table t").await.unwrap();
    assert_eq!(query(&migrated.reader.options(), "select x from t").await.unwrap(), "copied");
    let busy = PgConnection::connect_with(&copy.app.options()).await.unwrap();
    cluster.drop_database("copy_1").await.unwrap();
    drop(busy);
    assert_eq!(code(execute(&copy.app.options(), "select 1").await), "3D000");
    let refused = cluster.create_database("no\"good").await.unwrap_err();
    assert!(refused.to_string().contains("is not a database name"), "{refused}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_in_the_same_folder_says_who_is_using_it() {
    let home = Home::new();
    let cluster = home.start().await;
    let refused = Cluster::start(home.options()).await.err().expect("must be refused");
    assert!(matches!(refused, ClusterError::InUse { .. }));
    assert!(refused.to_string().contains(&format!("Another Backlot (process {})", std::process::id())), "{refused}");
    let seen = Cluster::running(&home.0).expect("a second process may use the server");
    assert_eq!(query(&seen.app.options(), "select current_user::text").await.unwrap(), "backlot_app");
    cluster.stop().await.unwrap();
    assert!(Cluster::running(&home.0).is_none());
}

#[tokio::test]
async fn the_server_is_never_root_and_not_in_our_process_group() {
    let home = Home::new();
    let cluster = home.start().await;
    let server = home.server().unwrap();
    let told = Command::new("ps").args(["-o", "uid=,pgid=", "-p", &server.to_string()]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let mut words = told.split_whitespace();
    assert_ne!(words.next().unwrap(), "0");
    assert_ne!(words.next().unwrap(), nix::unistd::getpgrp().to_string());
    if let Ok(status) = fs::read_to_string(format!("/proc/{server}/status")) {
        let groups = status.lines().find_map(|line| line.strip_prefix("Groups:")).unwrap();
        assert!(!groups.split_whitespace().any(|group| group == "0"), "no group of root is left: {groups}");
    }
    cluster.stop().await.unwrap();
}

#[test]
fn the_server_stops_with_backlot_however_it_ends() {
    for signal in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let home = Home::new();
        let mut app = App::start(&home);
        assert!(home.processes().len() >= 2, "the server and its keeper: {:?}", home.processes());
        let began = Instant::now();
        app.signal(signal);
        home.wait_until_nothing_runs();
        println!("stopped {:?} after {signal}", began.elapsed());
        assert!(home.log().contains("database system is shut down"), "{signal}: {}", home.log());
        assert_eq!(home.server(), None, "{signal}");
    }
}

#[tokio::test]
async fn a_restart_right_after_a_kill_finds_what_was_committed() {
    let home = Home::new();
    for round in 1..=3 {
        let mut app = App::start(&home);
        let owner = Cluster::running(&home.0).unwrap().owner.options();
        execute(&owner, "create table if not exists kept (x int); insert into kept values (1)").await.unwrap();
        app.signal(Signal::SIGKILL);
        let cluster = home.start().await;
        let kept = query(&cluster.addresses().owner.options(), "select count(*)::text from kept").await.unwrap();
        assert_eq!(kept, round.to_string());
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_whose_keeper_was_killed_too_is_stopped_by_the_next_start() {
    let home = Home::new();
    let mut app = App::start(&home);
    let server = home.server().unwrap();
    for pid in home.processes().into_iter().filter(|pid| *pid != server) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    app.signal(Signal::SIGKILL);
    assert!(home.processes().contains(&server), "an orphan");
    let cluster = home.start().await;
    assert_ne!(home.server().unwrap(), server);
    assert!(!home.processes().contains(&server));
    query(&cluster.addresses().app.options(), "select current_user::text").await.unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_stop_works_without_the_keeper() {
    let home = Home::new();
    let cluster = home.start().await;
    let server = home.server().unwrap();
    for pid in home.processes().into_iter().filter(|pid| *pid != server) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    cluster.stop().await.unwrap();
    home.wait_until_nothing_runs();
}

#[tokio::test]
async fn after_everything_was_killed_the_server_recovers() {
    let home = Home::new();
    let mut app = App::start(&home);
    let owner = Cluster::running(&home.0).unwrap().owner.options();
    execute(&owner, "create table kept ()").await.unwrap();
    for pid in home.processes() {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    app.signal(Signal::SIGKILL);
    assert!(home.server().is_some(), "the note stays behind");
    assert!(Cluster::running(&home.0).is_none(), "but is not believed");
    let cluster = home.start().await;
    query(&cluster.addresses().owner.options(), "select count(*)::text from kept").await.unwrap();
    assert!(home.log().contains("database system was not properly shut down"), "{}", home.log());
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_note_whose_number_belongs_to_another_process_does_not_stop_the_start() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    // A process of the same user as the server, or the server would not mind its number anyway.
    let mut stranger = Command::new("sleep").arg("60").current_dir("/").spawn().unwrap();
    let data = home.0.join("pg");
    let note = format!("{}\n{}\n1763712000\n1\n\n127.0.0.1\n  1 2\nready   \n", stranger.id(), data.display());
    fs::write(data.join("postmaster.pid"), note).unwrap();
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&data).unwrap());
    std::os::unix::fs::chown(data.join("postmaster.pid"), Some(owner), None).unwrap();
    assert!(Cluster::running(&home.0).is_none());
    let cluster = home.start().await;
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger is left alone");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_left_to_its_owner() {
    let home = Home::new();
    let cluster = home.start().await;
    let port = cluster.addresses().app.options().get_port();
    cluster.stop().await.unwrap();
    let stranger = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let cluster = home.start().await;
    assert_ne!(cluster.addresses().app.options().get_port(), port);
    drop(stranger);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn lost_passwords_are_not_replaced_by_ones_that_do_not_fit() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    fs::remove_file(home.0.join("passwords.json")).unwrap();
    let refused = Cluster::start(home.options()).await.err().expect("must be refused");
    assert!(refused.to_string().contains("passwords.json is missing"), "{refused}");
}

#[tokio::test]
async fn a_start_that_was_cut_off_while_making_the_data_is_begun_again() {
    let home = Home::new();
    fs::create_dir_all(home.0.join("pg.new-1/base")).unwrap();
    fs::set_permissions(&home.0, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(home.0.join("pg.new-1.password"), "x").unwrap();
    let cluster = home.start().await;
    assert!(!home.0.join("pg.new-1").exists());
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    fs::remove_file(home.0.join("pg/global/pg_control")).unwrap();
    let refused = Cluster::start(home.options()).await.err().expect("must be refused");
    assert!(refused.to_string().contains("pg_control"), "{refused}");
    home.wait_until_nothing_runs();
}
