//! Ending: the server never outlives Backlot, and no crash loses what was committed.

use super::*;

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
    home.wait_until_nothing_runs();
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
async fn a_cluster_that_is_merely_dropped_stops_too_and_can_be_started_again_at_once() {
    let home = Home::new();
    drop(home.start().await);
    let cluster = home.start().await;
    query(&cluster.addresses().app.options(), "select current_user::text").await.unwrap();
    drop(cluster);
    home.wait_until_nothing_runs();
}

#[tokio::test]
async fn a_cluster_for_one_run_of_the_tests_leaves_nothing_behind() {
    let options = Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap();
    let home = Home(options.data_home.clone());
    let cluster = Cluster::start(options.clone()).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(home.0.join("pg").is_dir());
    cluster.stop().await.unwrap();
    assert!(!home.0.exists());
    drop(Cluster::start(options).await.unwrap_or_else(|error| panic!("{error}")));
    home.wait_until_nothing_runs();
    assert!(!home.0.exists());
}

#[tokio::test]
async fn a_start_waits_for_work_that_a_killed_server_left_unfinished() {
    let home = Home::new();
    let mut app = App::start(&home);
    let owner = Cluster::running(&home.0).unwrap().owner.options();
    let work = tokio::spawn(async move {
        // Pure computing: it does not notice that the server is gone.
        query(&owner, "select count(*)::text from generate_series(1, 8000000)").await.ok()
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    for pid in home.processes() {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    app.signal(Signal::SIGKILL);
    home.wait_until_nothing_runs();
    let cluster = home.start().await;
    query(&cluster.addresses().app.options(), "select current_user::text").await.unwrap();
    work.abort();
    cluster.stop().await.unwrap();
}
