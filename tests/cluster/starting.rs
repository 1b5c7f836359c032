//! Starting: in whose name, on which port, from which data.

use super::*;

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

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_left_to_its_owner() {
    let home = Home::new();
    let cluster = home.start().await;
    let port = cluster.addresses().app.options().get_port();
    cluster.stop().await.unwrap();
    let stranger = std::net::TcpListener::bind(("127.0.0.1", port));
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

#[tokio::test]
async fn as_root_a_folder_which_the_server_cannot_reach_is_refused_at_once() {
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let home = Home::new();
    fs::create_dir(&home.0).unwrap();
    fs::set_permissions(&home.0, fs::Permissions::from_mode(0o700)).unwrap();
    let options = Options { data_home: home.0.join("data"), ..home.options() };
    let refused = Cluster::start(options).await.err().expect("must be refused");
    let expected = format!("may not enter {}", home.0.display());
    assert!(refused.to_string().contains(&expected), "{refused}");
}

#[tokio::test]
async fn a_folder_named_for_the_programs_must_hold_them() {
    let home = Home::new();
    let options = Options { bin: Some("/usr/bin/nowhere".into()), ..home.options() };
    let refused = Cluster::start(options).await.err().expect("must be refused");
    assert!(refused.to_string().contains("PG_BIN"), "{refused}");
    assert!(refused.to_string().contains("/usr/bin/nowhere has no initdb"), "{refused}");
}

#[tokio::test]
async fn data_of_another_version_are_not_touched() {
    let home = Home::new();
    fs::create_dir_all(home.0.join("pg")).unwrap();
    fs::set_permissions(&home.0, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(home.0.join("pg/PG_VERSION"), "12\n").unwrap();
    let installed = Command::new("pg_config").arg("--bindir").output().unwrap();
    let installed = PathBuf::from(String::from_utf8(installed.stdout).unwrap().trim());
    let bin = env::var_os("PG_BIN").map_or(installed, PathBuf::from);
    let refused = Cluster::start(Options { bin: Some(bin), ..home.options() }).await.err().expect("must be refused");
    assert!(refused.to_string().contains("were made by PostgreSQL 12"), "{refused}");
}
